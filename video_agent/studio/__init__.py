"""The studio: a server on loopback that speaks Google's wire protocols and renders real clips.

It stands beside the rest: of ours it uses only `media` and `catalog`, so that it shares no parsing
code with what it tests. Embed it with `video_agent.studio.server.Studio`; run it in the foreground
with `video_agent.studio.server.serve`.
"""
