"""The JSON API of Google Cloud Storage, over `video_agent.studio.buckets`."""
