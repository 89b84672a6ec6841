"""Markdown sections of a message: `## Request` and its like."""

import re

_HEADING = re.compile(r"^#{1,4}[ \t]*([^\n]+?)[ \t]*:?[ \t]*$", re.MULTILINE)


def read_sections(text: str) -> dict[str, str]:
    """Text by heading in small letters; the first of a name counts.

    What stands before the first heading, or a text without any, is found under "".
    """
    marks = list(_HEADING.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    sections = {"": text[: marks[0].start()].strip() if marks else text.strip()}
    for mark, end in zip(marks, ends, strict=False):
        name = mark.group(1).strip().lower().replace("’", "'")
        sections.setdefault(name, text[mark.end() : end].strip())
    return sections
