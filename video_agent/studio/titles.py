"""The words in a clip that are found without reading its pixels: its titles.

They stand for what a model would read in the picture or hear: text recognition is beyond a studio.
"""

from pathlib import Path

SHOWN = ("title", "comment", "description", "synopsis", "lyrics")


def read_titles(path: Path) -> list[str]:
    """The clip's titles; none when the file cannot be opened."""
    import av  # noqa: PLC0415 - heavy: loads on first use

    try:
        with av.open(str(path)) as container:
            found = {name.lower(): text for name, text in container.metadata.items()}
    except (OSError, ValueError):  # av's errors are one or the other
        return []
    return [found[name] for name in SHOWN if found.get(name)]
