"""`video-agent upload`: publish a finished video, after a person has agreed."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from video_agent.cli.options import RUN, AsJson, Backend, Database

if TYPE_CHECKING:
    from video_agent.cli.console import LiveSteps
    from video_agent.models import Publication
    from video_agent.wiring.uploading import Place, PlannedUpload

DETAILS = Group("What is said about it", sort_key=1)
EXTRAS = Group("What is added to it", sort_key=2)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class DetailOptions:
    """What is said about a video. Defaults are the careful ones."""

    title: Annotated[
        str | None, Parameter(group=DETAILS, help="At most 100 characters, no < or >.")
    ] = None
    privacy: Annotated[str, Parameter(group=DETAILS, help="private, unlisted or public.")] = (
        "private"
    )
    description: Annotated[
        str, Parameter(group=DETAILS, show_default=False, help="At most 5,000 bytes.")
    ] = ""
    tags: Annotated[
        tuple[str, ...],
        Parameter(
            name=["--tags", "--tag"],
            group=DETAILS,
            negative="",
            consume_multiple=True,
            show_default=False,
            help="Together 500 characters; commas separate them too.",
        ),
    ] = ()
    publish_at: Annotated[
        str | None,
        Parameter(group=DETAILS, help="Public then, private until then: 2027-01-31T18:00:00Z."),
    ] = None
    made_for_kids: Annotated[bool, Parameter(group=DETAILS, help="Made for children.")] = False
    synthetic: Annotated[
        bool, Parameter(group=DETAILS, help="Disclose that a model made realistic pictures.")
    ] = True
    notify: Annotated[
        bool, Parameter(group=DETAILS, negative="", help="Tell the channel's subscribers.")
    ] = False
    category: Annotated[str, Parameter(group=DETAILS, help="YouTube's number of it.")] = "22"
    language: Annotated[str | None, Parameter(group=DETAILS, help="Such as en or pt-BR.")] = None
    license: Annotated[str, Parameter(group=DETAILS, help="youtube or creativeCommon.")] = "youtube"
    embeddable: Annotated[bool, Parameter(group=DETAILS, help="May be shown elsewhere.")] = True
    playlist: Annotated[str | None, Parameter(group=EXTRAS, help="A playlist's id.")] = None
    thumbnail: Annotated[Path | None, Parameter(group=EXTRAS, help="A JPEG or PNG.")] = None
    captions: Annotated[Path | None, Parameter(group=EXTRAS, help="An SRT or VTT file.")] = None
    captions_language: Annotated[str, Parameter(group=EXTRAS, help="Theirs.")] = "en"

    def fields(self) -> dict[str, object]:
        """The fields of `PublicationDetails`."""
        return {
            "title": self.title,
            "privacy": self.privacy,
            "description": self.description,
            "tags": tuple(part for tag in self.tags for part in tag.split(",")),
            "publish_at": self.publish_at,
            "made_for_kids": self.made_for_kids,
            "contains_synthetic_media": self.synthetic,
            "notify_subscribers": self.notify,
            "category_id": self.category,
            "language": self.language,
            "license": self.license,
            "embeddable": self.embeddable,
            "playlist_id": self.playlist,
            "thumbnail": self.thumbnail,
            "captions": self.captions,
            "captions_language": self.captions_language,
        }


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class UploadOptions:
    """Where to, and how sure."""

    to: Annotated[
        str, Parameter(group=RUN, help="auto (by who made the clip), youtube or studio.")
    ] = "auto"
    yes: Annotated[
        bool, Parameter(name=["--yes", "-y"], negative="", group=RUN, help="Do not ask.")
    ] = False
    unpassed: Annotated[
        bool,
        Parameter(negative="", group=RUN, help="With --yes: also a video that did not pass."),
    ] = False
    again: Annotated[
        bool,
        Parameter(negative="", group=RUN, help="Anew, after the service refused the video."),
    ] = False
    resume: Annotated[
        bool,
        Parameter(negative="", group=RUN, help="Only go on with an upload that was begun."),
    ] = False
    quiet: Annotated[
        bool, Parameter(name=["--quiet", "-q"], negative="", group=RUN, help="No progress.")
    ] = False


DEFAULT_DETAILS = DetailOptions()
DEFAULT_UPLOAD = UploadOptions()


async def upload(
    video: Annotated[str, Parameter(help="A video's id, or a job's: then its best video.")],
    /,
    *,
    about: DetailOptions = DEFAULT_DETAILS,
    run: UploadOptions = DEFAULT_UPLOAD,
    backend: Backend = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Publish a finished video on YouTube: private unless you say otherwise, each video once.

    It asks first. When it is interrupted, call it again: it goes on where it was, also after a
    crash, and never makes a second video. Clips of the studio go to the studio's pretend channel.

    - `video-agent upload 0199a7c2 --title "A red sailboat at sunset"`
    - `video-agent upload 0199a7c2 --title "Fog" --privacy unlisted --tags fog,sea --yes --json`
    - `video-agent upload 0199a7c2 --resume`
    """
    from video_agent.cli.console import LiveSteps, print_json
    from video_agent.cli.opening import open_agent

    fields = about.fields()
    with LiveSteps(quiet=run.quiet) as steps:
        async with open_agent(backend, None, database) as agent:
            planned = await agent.plan_upload(video, to=_place(run.to))
            if run.resume:
                _check_begun(planned)
                fields["title"] = None
            _agree(planned, fields, steps, run)
            done = await planned.publish(fields, steps, again=run.again)
    if as_json:
        print_json(done.model_dump(mode="json"))
    else:
        _print(done)
    return 0


def _place(to: str) -> "Place":
    from video_agent.errors import InvalidRequestError

    if to == "auto" or to == "youtube" or to == "studio":  # noqa: PLR1714 - narrows the type
        return to
    raise InvalidRequestError(f"--to is {to!r}; allowed: auto, youtube or studio")


def _check_begun(planned: "PlannedUpload") -> None:
    from video_agent.errors import NotFoundError

    if planned.earlier is None:
        raise NotFoundError("no upload of this video was begun", hint="call it with --title")


def _agree(
    planned: "PlannedUpload",
    fields: "dict[str, object]",
    steps: "LiveSteps",
    run: UploadOptions,
) -> None:
    """Say what goes where; go on only when a person agrees, or has agreed when it was begun."""
    from rich.markup import escape

    from video_agent.errors import ConfigurationError, InvalidRequestError
    from video_agent.models import parse_publication

    if planned.earlier is not None and (fields["title"] is None or planned.earlier.youtube_id):
        return
    given = {name: value for name, value in fields.items() if value is not None}
    if "title" not in given:
        raise InvalidRequestError("a video needs a title", hint="add --title")
    details = parse_publication(given)
    when = f", public on {details.publish_at.isoformat()}" if details.publish_at else ""
    what = (
        f"{planned.video.path.name} (attempt {planned.video.attempt_number}, {planned.verdict}) "
        f"to {planned.place} as {details.privacy}{when}: {details.title}"
    )
    steps.console.print(f"[cyan]  upload[/]  {escape(what)}")
    if run.yes:
        if not planned.passed and not run.unpassed:
            raise InvalidRequestError(
                f"not uploaded: this video {planned.verdict}",
                hint="add --unpassed to upload it all the same",
            )
        return
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "this publishes a video and nobody is here to agree", hint="add --yes"
        )
    answer = steps.console.input("Publish it? \\[y/N] ")
    if answer.strip().lower() not in {"y", "yes"}:
        raise ConfigurationError("not agreed: nothing was uploaded")


def _print(done: "Publication") -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{done.state.value} as {done.details.privacy}: {escape(done.url or '')}")
    for warning in done.warnings:
        console.print(f"[yellow]but[/] {escape(warning)}")
