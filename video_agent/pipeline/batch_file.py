"""A file of requests, CSV or JSON lines: read with limits, every wrong line named.

A batch file is untrusted: it is bounded in size and rows, must be UTF-8 text, and nothing in it is
run. Pictures are named relative to the file.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from video_agent.errors import InvalidRequestError, VideoAgentError
from video_agent.models import Value, VideoRequest, parse_request

MAX_BYTES = 10_000_000
MAX_ROWS = 10_000
MAX_PROBLEMS = 1_000
"""So many wrong rows are named; a file with more is not what it was taken for."""
_LONGEST_MESSAGE = 300
_SHORT_NAMES = {
    "aspect": "aspect_ratio",
    "budget": "budget_usd",
    "duration": "duration_seconds",
    "reference": "references",
    "threshold": "quality_threshold",
    "user": "user_id",
}
_PICTURES = ("first_frame", "last_frame")
_DELIMITERS = (",", ";", "\t")
Fields = dict[str, object]


class RowProblem(Value):
    """What is wrong with a row: `number` is 1..n among the rows, `line` 1..n in the file."""

    number: int
    line: int
    message: str


class BatchEntry(Value):
    """One request of a file."""

    number: int
    line: int
    request: VideoRequest


class InvalidBatchError(InvalidRequestError):
    """Rows of a batch are wrong, so none of them was begun. `problems` says which and why."""

    def __init__(self, name: str, problems: Sequence[RowProblem]) -> None:
        self.problems = tuple(problems)
        first, count = self.problems[0], len(self.problems)
        rows = "1 row is" if count == 1 else f"{count} rows are"
        super().__init__(
            f"{name}: {rows} wrong, nothing was begun; line {first.line}: {first.message}",
            hint="correct the file and call it again",
        )


class BatchFile(Value):
    """The requests of a file.

    `digest` names its content: the same bytes have the same digest, wherever the file lies.
    """

    name: str
    digest: str
    rows: tuple[BatchEntry, ...]


def read_batch_file(path: Path, defaults: Mapping[str, object] | None = None) -> BatchFile:
    """Read a file of requests. Blocking: use a thread.

    Args:
        path: `.csv` (comma, semicolon or tab; the first line names the columns) or `.jsonl`.
        defaults: Fields of `VideoRequest` for rows that do not say otherwise.

    Raises:
        InvalidRequestError: It cannot be read, or is too big.
        InvalidBatchError: Rows are wrong.
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".tsv", ".jsonl", ".ndjson"):
        raise InvalidRequestError(f"{path.name} is neither .csv nor .jsonl")
    content = _read(path)
    text = _decoded(path.name, content)
    lines = _csv_rows(path.name, text) if kind in (".csv", ".tsv") else _json_rows(text)
    rows = _requests(path.absolute(), lines, dict(defaults or {}))
    return BatchFile(name=path.name, digest=hashlib.sha256(content).hexdigest(), rows=rows)


def batch_of(
    requests: Sequence[VideoRequest | Mapping[str, object]],
    defaults: Mapping[str, object] | None = None,
) -> BatchFile:
    """A batch of requests that a program has made; fields may be mappings.

    Raises:
        InvalidRequestError: There are none, or too many.
        InvalidBatchError: Some are wrong.
    """
    given = [
        one.model_dump(mode="json", exclude_unset=True)
        if isinstance(one, VideoRequest)
        else dict(one)
        for one in requests
    ]
    lines = ((number, fields) for number, fields in enumerate(given, 1))
    rows = _requests(Path("requests"), lines, dict(defaults or {}))
    text = json.dumps([row.request.model_dump(mode="json") for row in rows], sort_keys=True)
    return BatchFile(name="requests", digest=hashlib.sha256(text.encode()).hexdigest(), rows=rows)


# ---------------------------------------------------------------------- bytes and text


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise InvalidRequestError(f"there is no file {path}")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidRequestError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise InvalidRequestError(
            f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB", hint="split it"
        )
    return content


def _decoded(name: str, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidRequestError(f"{name} is UTF-16", hint="save it as CSV UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidRequestError(
            f"{name}, line {line}: not UTF-8 text", hint="save it as CSV UTF-8"
        ) from error
    if "\0" in text:
        raise InvalidRequestError(f"{name} is not a text file")
    return text


# ---------------------------------------------------------------------- lines

Line = tuple[int, Fields | InvalidRequestError]
"""Where a row begins, and its fields or what is wrong with it."""


def _csv_rows(name: str, text: str) -> Iterator[Line]:
    header = text.lstrip().split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, InvalidRequestError(f"not CSV: {error}")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = _columns(name, cells)
        elif len(cells) > len(columns):
            yield line, InvalidRequestError(f"{len(cells)} cells under {len(columns)} columns")
        else:
            pairs = zip(columns, cells, strict=False)
            yield line, {column: cell.strip() for column, cell in pairs if cell.strip()}


def _columns(name: str, cells: Sequence[str]) -> list[str]:
    columns = [_field(cell) for cell in cells]
    unknown = [cell for cell, column in zip(cells, columns, strict=True) if not _known(column)]
    if unknown:
        raise InvalidRequestError(
            f"{name}, line 1: there is no field {', '.join(map(repr, unknown))}",
            hint=f"columns: {', '.join(VideoRequest.model_fields)}",
        )
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise InvalidRequestError(f"{name}, line 1: {', '.join(twice)} twice")
    if "prompt" not in columns:
        raise InvalidRequestError(f"{name}, line 1: there is no column prompt")
    return columns


def _json_rows(text: str) -> Iterator[Line]:
    for line, source in enumerate(text.split("\n"), 1):
        if not source.strip():
            continue
        try:
            found = json.loads(source, object_pairs_hook=_once, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            yield line, InvalidRequestError(f"not JSON: {error}")
            continue
        if isinstance(found, dict):
            yield line, {str(name): value for name, value in found.items() if value is not None}
        else:
            yield line, InvalidRequestError("not a JSON object")


def _once(pairs: list[tuple[str, object]]) -> Fields:
    found: Fields = {}
    for name, value in pairs:
        field = _field(name)
        if field in found:
            message = f"{name} twice"
            raise ValueError(message)
        found[field] = value
    return found


def _no_constant(name: str) -> object:
    message = f"{name} is not a number"
    raise ValueError(message)


def _field(name: str) -> str:
    """The field that a column means: its name, or the option's name."""
    plain = name.strip().removeprefix("--").replace("-", "_").replace(" ", "_").lower()
    return _SHORT_NAMES.get(plain, plain)


def _known(field: str) -> bool:
    return field in VideoRequest.model_fields


# ---------------------------------------------------------------------- requests


def _requests(path: Path, lines: Iterator[Line], defaults: Fields) -> tuple[BatchEntry, ...]:
    entries: list[BatchEntry] = []
    problems: list[RowProblem] = []
    for number, (line, fields) in enumerate(lines, 1):
        if number > MAX_ROWS:
            raise InvalidRequestError(
                f"{path.name} has more than {MAX_ROWS:,} rows", hint="split it"
            )
        try:
            request = _request(fields, defaults, path.parent)
            entries.append(BatchEntry(number=number, line=line, request=request))
        except InvalidRequestError as error:
            problems.append(problem_of(number, line, error))
        if len(problems) >= MAX_PROBLEMS:
            break
    if problems:
        raise InvalidBatchError(path.name, problems)
    if not entries:
        raise InvalidRequestError(f"{path.name} has no rows")
    return tuple(entries)


def problem_of(number: int, line: int, error: VideoAgentError) -> RowProblem:
    """What is wrong with a row, at a length that can be shown."""
    message = error.message
    if len(message) > _LONGEST_MESSAGE:
        message = message[: _LONGEST_MESSAGE - 1] + "…"
    return RowProblem(number=number, line=line, message=message)


def _request(fields: Fields | InvalidRequestError, defaults: Fields, folder: Path) -> VideoRequest:
    if isinstance(fields, InvalidRequestError):
        raise fields
    return parse_request(defaults | _values(fields, folder))


def _values(fields: Fields, folder: Path) -> Fields:
    """Cells as a request takes them: several references apart, pictures beside the file."""
    values = {_field(name): value for name, value in fields.items()}
    references = values.get("references")
    if isinstance(references, str):
        references = [part.strip() for part in references.split(";") if part.strip()]
    if isinstance(references, list):
        values["references"] = [_beside(folder, one) for one in references]
    for name in _PICTURES:
        if name in values:
            values[name] = _beside(folder, values[name])
    return values


def _beside(folder: Path, value: object) -> object:
    return folder / value if isinstance(value, str) else value
