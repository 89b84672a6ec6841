"""Start-up beside bare Python: `python evals/import_time.py`. Best of five, in seconds."""

import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import video_agent": ["-c", "import video_agent"],
    "video-agent --help": ["-m", "video_agent", "--help"],
}


def best_seconds(arguments: list[str], tries: int = 5) -> float:
    times: list[float] = []
    for _ in range(tries):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    for name, arguments in COMMANDS.items():
        print(f"{name:<20} {best_seconds(arguments):.3f} s")


if __name__ == "__main__":
    main()
