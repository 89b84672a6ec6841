"""The YouTube Data API v3, as far as publishing a video needs it."""
