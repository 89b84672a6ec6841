"""Bad input is refused before anything is paid: one clear line, an exit code, no traceback."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from video_agent.studio.server import Studio

REFUSALS = [
    ([""], 3, "1 to 8,000 characters"),
    (["x" * 20_000], 3, "1 to 8,000 characters"),
    (["a boat", "--style", "noir"], 3, "cinematic, animated or documentary"),
    (["a boat", "--duration", "2"], 3, "3 to 15 s"),
    (["a boat", "--duration", "nan"], 3, "duration_seconds"),
    (["a boat", "--model", "veo-3.1-generate-001", "--duration", "5"], 3, "4, 6, 8 s"),
    (["a boat", "--model", "veo-3.1-generate-preview"], 6, "gemini-omni-1.2-flash"),
    (["a boat", "--resolution", "480p"], 3, "360p, 720p, 1080p, 4k"),
    (["a boat", "--aspect-ratio", "4:3"], 3, "16:9, 9:16"),
    (["a boat", "--seed", "7"], 3, "has no seed"),
    (["a boat", "--samples", "2"], 3, "makes 1 clip at once"),
    (["a boat", "--references", "a.png", "b.png", "c.png"], 9, "a.png"),
    (["a boat", "--threshold", "1.5"], 3, "0 to 1"),
    (["a boat", "--budget", "0"], 3, "more than 0 dollars"),
    (["a boat", "--budget", "-1"], 3, "more than 0 dollars"),
    (["a boat", "--max-attempts", "0"], 3, "1 to 50"),
    (["a boat", "--model", "nonesuch"], 3, "gemini-omni-1.2-flash"),
    (["a boat", "--first-frame", "missing.png"], 9, "missing.png"),
    (["a boat", "--budget", "0.05"], 4, "needs $0.48"),
    (["a boat", "--backend", "gemini"], 2, "GOOGLE_API_KEY"),
    (["a boat", "--backend", "bing"], 2, "backend"),
    (["a boat", "--database", "mysql://x/y"], 2, "mysql"),
]


@pytest.mark.parametrize(("arguments", "code", "allowed"), REFUSALS)
def test_refused_before_anything_is_paid(
    run: Run, studio: Studio, arguments: list[str], code: int, allowed: str
) -> None:
    done = run("create", *arguments)

    assert done.code == code, done.err
    assert allowed in done.err
    assert "Traceback" not in done.err
    assert [line for line in done.err.splitlines() if line.startswith("error:")] != []
    assert studio.paid_posts == ()


def test_a_wrong_variable_is_named_as_it_was_set(run: Run) -> None:
    done = run("jobs", env={"VIDEO_AGENT_GENERATION_BUCKET": "gs://b"})

    assert done.code == 2
    assert "VIDEO_AGENT_GENERATION_BUCKET: 'gs://b' is not gs://bucket" in done.err


def test_a_file_that_is_no_image_is_refused(run: Run, studio: Studio, tmp_path: Path) -> None:
    fake = tmp_path / "notes.png"
    fake.write_text("not an image")

    done = run("create", "a boat", "--first-frame", str(fake))

    assert done.code == 9
    assert "notes.png" in done.err
    assert studio.paid_posts == ()


def test_an_unwritable_output_folder_is_refused(run: Run, studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    done = run("create", "a boat", "--output-folder", str(tmp_path / "file" / "videos"))

    assert done.code == 2, done.err
    assert "file" in done.err
    assert studio.paid_posts == ()


def test_a_database_of_a_newer_version_is_refused(run: Run, studio: Studio, tmp_path: Path) -> None:
    run("jobs")
    database = tmp_path / "home" / "video_agent.db"
    with sqlite3.connect(database) as connection:
        table = connection.execute(
            "select name from sqlite_master where name like '%alembic%'"
        ).fetchone()[0]
        connection.execute(f"update {table} set version_num = '9999'")  # noqa: S608

    done = run("create", "a boat")

    assert done.code == 2, done.err
    assert "newer" in done.err
    assert studio.paid_posts == ()


def test_errors_are_one_json_object_too(run: Run) -> None:
    done = run("create", "a boat", "--duration", "2", "--json")

    assert done.code == 3
    assert done.json["error"] == "InvalidRequestError"
    assert "3 to 15 s" in done.json["message"]


def test_an_unknown_job_is_not_found(run: Run) -> None:
    assert run("show", "nonesuch").code == 11
    assert run("resume", "nonesuch").code == 11
