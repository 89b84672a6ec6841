"""Frame sizes in pixels."""

ASPECT_PIXELS = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1)}
SHORT_SIDE_PIXELS = {"360p": 360, "720p": 720, "1080p": 1080, "4k": 2160}


def frame_size(resolution: str, aspect_ratio: str) -> tuple[int, int]:
    """Width and height in pixels, both even."""
    short = SHORT_SIDE_PIXELS[resolution]
    across, down = ASPECT_PIXELS[aspect_ratio]
    long = round(short * max(across, down) / min(across, down) / 2) * 2
    return (long, short) if across >= down else (short, long)
