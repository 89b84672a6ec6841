"""The REST API of Video Intelligence: long-running analyses, measured from the clip."""
