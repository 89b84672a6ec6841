"""`python -m video_agent` is the `video-agent` command."""

from video_agent.cli import main

if __name__ == "__main__":
    main()
