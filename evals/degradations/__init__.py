"""Clips made worse step by step, to see that each signal notices what it is meant to notice.

`picture.PICTURE` and `sound.SOUND` are tuples of `kinds.Degradation`; a new one is one more entry.
`registry.ALL` is all of them, `table.measure` plays them on sources (`sources.SOURCES`).
"""
