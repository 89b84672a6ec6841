"""Files of requests: what is read, what is refused, and how well a wrong line is named."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from video_agent.errors import InvalidRequestError
from video_agent.models import VideoRequest
from video_agent.pipeline.batch_file import (
    MAX_BYTES,
    MAX_ROWS,
    InvalidBatchError,
    batch_of,
    read_batch_file,
)


def write(folder: Path, text: str | bytes, name: str = "clips.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_columns_are_fields_or_options_and_empty_cells_keep_the_defaults(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "prompt,duration,Aspect-Ratio,quality_threshold,--budget,audio,seed\r\n"
        "a red boat,3,9:16,0.7,1.50,no,\r\n"
        '"two lines\r\nof a prompt, with a comma",,,,,,7\r\n'
        "\r\n"
        "海辺の夕日 🌊\r\n",
    )
    read = read_batch_file(path, {"resolution": "360p", "duration_seconds": 5})
    first, second, third = (row.request for row in read.rows)
    assert (first.duration_seconds, first.aspect_ratio, first.audio) == (3, "9:16", False)
    assert (first.quality_threshold, first.budget_usd) == (0.7, Decimal("1.50"))
    assert (second.duration_seconds, second.seed, second.resolution) == (5, 7, "360p")
    assert second.prompt == "two lines\r\nof a prompt, with a comma"
    assert third.prompt == "海辺の夕日 🌊"
    assert [(row.number, row.line) for row in read.rows] == [(1, 2), (2, 3), (3, 6)]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_spreadsheets_of_other_countries_are_read(tmp_path: Path, delimiter: str) -> None:
    text = f"\ufeffprompt{delimiter}duration\na boat, red{delimiter}4\n"
    (row,) = read_batch_file(write(tmp_path, text)).rows
    assert (row.request.prompt, row.request.duration_seconds) == ("a boat, red", 4)


def test_json_lines_are_read_with_lists_and_nulls(tmp_path: Path) -> None:
    text = (
        '{"prompt": "a boat", "references": ["a.png", "b.png"], "seed": null}\n\n'
        '{"prompt": "a fox", "duration": 4, "budget_usd": "0.75"}\r\n'
    )
    first, second = read_batch_file(write(tmp_path, text, "clips.jsonl")).rows
    assert first.request.references == (tmp_path / "a.png", tmp_path / "b.png")
    assert second.request.budget_usd == Decimal("0.75")
    assert second.line == 3


def test_pictures_are_named_beside_the_file(tmp_path: Path) -> None:
    text = "prompt,first_frame,references\na boat,start.png,\na fox,,a.png; b.png\n"
    first, second = read_batch_file(write(tmp_path, text)).rows
    assert first.request.first_frame == tmp_path / "start.png"
    assert second.request.references == (tmp_path / "a.png", tmp_path / "b.png")


def test_every_wrong_row_is_named_by_its_line_and_its_field(tmp_path: Path) -> None:
    text = (
        "prompt,duration,threshold\n"
        "a boat,3,0.5\n"
        "a fox,long,0.5\n"
        ",3,\n"
        "a whale,3,7\n"
        "a cat,3,0.5,more\n"
    )
    with pytest.raises(InvalidBatchError, match="4 rows are wrong, nothing was begun") as caught:
        read_batch_file(write(tmp_path, text))
    told = {problem.line: problem.message for problem in caught.value.problems}
    assert told == {
        3: "duration_seconds is 'long'; allowed: more than 0 seconds",
        4: "the prompt has 0 characters; allowed: 1 to 8,000 characters",
        5: "quality_threshold is '7'; allowed: 0 to 1",
        6: "4 cells under 3 columns",
    }


def test_wrong_json_lines_do_not_hide_each_other(tmp_path: Path) -> None:
    text = "\n".join(
        [
            '{"prompt": "a boat"}',
            "[1, 2]",
            '{"prompt": "a", "prompt": "b"}',
            '{"prompt": "a", "colour": "red"}',
            '{"prompt": "a", "duration": NaN}',
            "[" * 100_000,
            "{",
        ]
    )
    with pytest.raises(InvalidBatchError) as caught:
        read_batch_file(write(tmp_path, text, "clips.jsonl"))
    told = [(problem.line, problem.message) for problem in caught.value.problems]
    assert [line for line, _ in told] == [2, 3, 4, 5, 6, 7]
    assert told[0][1] == "not a JSON object"
    assert told[1][1] == "not JSON: prompt twice"
    assert told[2][1].startswith("there is no field colour; allowed: prompt, style,")
    assert told[3][1] == "not JSON: NaN is not a number"


def test_an_open_quote_is_one_clear_error_where_it_begins(tmp_path: Path) -> None:
    text = 'prompt\na boat\n"a fox\na whale\n'
    with pytest.raises(InvalidBatchError) as caught:
        read_batch_file(write(tmp_path, text))
    (problem,) = caught.value.problems
    assert problem.line == 3
    assert "not CSV" in problem.message


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        ("prompt,colour\na,b\n", "a.csv", "line 1: there is no field 'colour'"),
        ("prompt,Prompt\na,b\n", "a.csv", "line 1: prompt twice"),
        ("duration\n3\n", "a.csv", "line 1: there is no column prompt"),
        ("prompt\n", "a.csv", "a.csv has no rows"),
        ("", "a.jsonl", "a.jsonl has no rows"),
        (b"prompt\n\xff\xfe\n", "a.csv", "line 2: not UTF-8"),
        ("prompt\na\n".encode("utf-16"), "a.csv", "a.csv is UTF-16"),
        (b"prompt\na\0b\n", "a.csv", "a.csv is not a text file"),
        (b"prompt\n" + b"a" * MAX_BYTES, "a.csv", "larger than 10 MB"),
        ("prompt\n" + "a\n" * (MAX_ROWS + 1), "a.csv", "more than 10,000 rows"),
        ("prompt\na\n", "a.xlsx", "neither .csv nor .jsonl"),
    ],
)
def test_what_is_no_batch_is_refused(
    tmp_path: Path, content: str | bytes, name: str, says: str
) -> None:
    with pytest.raises(InvalidRequestError, match=says):
        read_batch_file(write(tmp_path, content, name))


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("none.csv", "folder.csv", "pipe.csv"):
        with pytest.raises(InvalidRequestError, match="there is no file"):
            read_batch_file(tmp_path / name)


def test_an_endless_cell_is_named_and_shown_short(tmp_path: Path) -> None:
    text = "prompt,negative\n" + "a," + "x" * 3_000 + "\n" + "b," + "y" * 200_000 + "\nc,\n"
    with pytest.raises(InvalidBatchError) as caught:
        read_batch_file(write(tmp_path, text))
    assert [problem.line for problem in caught.value.problems] == [2, 3]
    assert all(len(problem.message) <= 300 for problem in caught.value.problems)


def test_the_same_bytes_have_the_same_digest_wherever_they_lie(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one = read_batch_file(write(tmp_path, "prompt\na\n"))
    two = read_batch_file(write(tmp_path / "other", "prompt\na\n", "copy.csv"))
    three = read_batch_file(write(tmp_path, "prompt\nb\n", "third.csv"))
    assert one.digest == two.digest != three.digest


def test_programs_hand_in_requests_and_mappings() -> None:
    made = batch_of(
        [VideoRequest(prompt="a boat", seed=3), {"prompt": "a fox", "duration": 4}],
        {"resolution": "360p"},
    )
    first, second = (row.request for row in made.rows)
    assert (first.resolution, first.seed) == ("360p", 3)
    assert (second.resolution, second.duration_seconds) == ("360p", 4)
    with pytest.raises(InvalidBatchError, match="there is no field colour"):
        batch_of([{"prompt": "a", "colour": "red"}])
    with pytest.raises(InvalidRequestError, match="no rows"):
        batch_of([])
