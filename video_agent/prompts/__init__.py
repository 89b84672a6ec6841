"""Prompt texts as Markdown files, and how to fill them."""

from importlib import resources
from string import Template

from video_agent.errors import ConfigurationError


def load_prompt(name: str, **values: str) -> str:
    """Read `<name>.md` from this package and put the values in place of its `$names`.

    Raises:
        ConfigurationError: No such prompt, or a `$name` in it has no value.
    """
    file = resources.files("video_agent.prompts").joinpath(f"{name}.md")
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"there is no prompt {name!r}") from error
    try:
        return Template(text).substitute(values)
    except KeyError as error:
        raise ConfigurationError(f"prompt {name!r} needs a value for ${error.args[0]}") from error
    except ValueError as error:
        raise ConfigurationError(f"prompt {name!r}: {error}; write $$ for a dollar") from error
