"""English words reduced to the stems that the lexicon knows."""

from __future__ import annotations

from functools import cache

from video_agent.studio.renderer import lexicon, wordsets


@cache
def stem(word: str) -> str:
    """Reduce an English verb or plural to a stem of the lexicon, if one fits."""
    known = _known_stems()
    candidates = [word]
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            core = word[: -len(ending)]
            candidates += [core, core + "e", core[:-1] if core[-1] == core[-2] else core]
            if ending in ("es", "s") and core.endswith("i"):
                candidates.append(core[:-1] + "y")
    irregular = {"wolves": "wolf", "geese": "goose", "men": "man", "women": "woman", "lying": "lie"}
    candidates.append(irregular.get(word, word))
    return next((candidate for candidate in candidates if candidate in known), word)


@cache
def _known_stems() -> frozenset[str]:
    names = (
        "SUBJECTS",
        "SETTINGS",
        "TIMES",
        "WEATHERS",
        "CAMERAS",
        "SHOT_SIZES",
        "STYLES",
        "MOODS",
    )
    words = {word for name in names for word in lexicon.index_of(name)}
    seen = wordsets.WATERS | wordsets.FILM_NOUNS | wordsets.SCENE_NOUNS
    return frozenset(words | lexicon.all_actions() | set(lexicon.COLOURS) | seen)
