"""Histories of jobs that stopped midway, as SQL text: written by one release, read by later ones.

Nothing of the machine that recorded them is in the text: its folder, its clip's digest and its name
are words in braces, which the reader replaces by its own. Uses only the standard library, since it
also runs in the trees of earlier releases.
"""

import json
import shutil
import socket
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

STORED = Path(__file__).with_name("stored")
OURS, ENGINES = "jobs", "engine"
FACTS = "facts.json"


@dataclass(frozen=True)
class Facts:
    """What was true outside the databases when they stopped.

    Args:
        stopped_at: Where each job stopped, by its id, in words.
        started: Generations that the provider had accepted.
        spent_usd: What each job had spent, by its own release.
    """

    stopped_at: Mapping[str, str]
    started: tuple[str, ...]
    spent_usd: Mapping[str, str]


def record(release: str, databases: Mapping[str, Path], words: Mapping[str, str], facts: Facts):
    """Write what SQLite files hold right now, committed changes only.

    Args:
        release: The folder below `stored`.
        databases: File by name: `jobs` is ours, `engine` the engine's.
        words: What stands for texts of this machine, by the text.
        facts: What else a reader has to know.
    """
    folder = STORED / release
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, file in databases.items():
        with closing(sqlite3.connect(file)) as connection:
            text = "\n".join(connection.iterdump()) + "\n"
        for machine, word in {**words, f"'{socket.gethostname()}'": "'{host}'"}.items():
            text = text.replace(machine, word)
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")
    document = {
        "stopped_at": dict(sorted(facts.stopped_at.items())),
        "started": sorted(facts.started),
        "spent_usd": dict(sorted(facts.spent_usd.items())),
    }
    (folder / FACTS).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def restore(release: str, databases: Mapping[str, Path], words: Mapping[str, str]) -> Facts:
    """Make SQLite files of a recorded history.

    Args:
        release: The folder below `stored`.
        databases: Where each is to be.
        words: What replaces the words in braces.
    """
    folder = STORED / release
    for name, file in databases.items():
        text = (folder / f"{name}.sql").read_text(encoding="utf-8")
        for word, ours in words.items():
            text = text.replace(word, ours)
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript(text)
    document = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    return Facts(document["stopped_at"], tuple(document["started"]), document["spent_usd"])
