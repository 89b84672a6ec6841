"""The preflight: what a model cannot do is refused before anything is paid."""

from datetime import date

from video_agent.catalog.entries import Catalog, Model, Surface, VideoLimits
from video_agent.catalog.pricing import settings_of
from video_agent.errors import InvalidRequestError
from video_agent.models import GenerationSettings, VideoRequest

SURFACE_NAMES: dict[Surface, str] = {
    "gemini_api": "Gemini API",
    "agent_platform": "Agent Platform",
}
_TASK_NAMES = {
    "text_to_video": "clips from words",
    "image_to_video": "clips from a first frame",
    "first_and_last_frame": "clips between two frames",
    "reference_to_video": "clips from reference images",
    "edit": "edits",
    "extend": "extensions",
}


def check_settings(model: Model, limits: VideoLimits, settings: GenerationSettings) -> list[str]:
    """What this model cannot do of these settings: one clause each; empty when all is legal."""
    return [
        *_form_problems(model, limits, settings),
        *_task_problems(model, limits, settings),
        *_length_problems(model, limits, settings),
    ]


def check_request(
    catalog: Catalog,
    request: VideoRequest,
    *,
    surface: Surface,
    today: date,
    location: str | None = None,
) -> tuple[Model, list[str]]:
    """The preflight of a whole request against its model.

    Args:
        catalog: All models.
        request: What is asked for.
        surface: Where the model would be asked.
        today: The day by which models are retired.
        location: The one location configured on Agent Platform; None: each model's own.

    Returns:
        The model, and notes about what is done in another way than asked (negatives in words,
        sound removed locally).

    Raises:
        InvalidRequestError: One line naming everything that cannot be done and what is allowed.
        ModelRetiredError: The model is gone; the hint names the fallback.
    """
    model, limits = catalog.generator(request.model, today=today, surface=surface)
    problems = check_settings(model, limits, settings_of(request))
    if surface not in model.surfaces:
        served = " and the ".join(SURFACE_NAMES[name] for name in model.surfaces)
        problems.append(
            f"{model.id} is served only by the {served}, not by the {SURFACE_NAMES[surface]}"
        )
    elsewhere = model.locations and location not in model.locations
    if location is not None and surface == "agent_platform" and elsewhere:
        served = ", ".join(model.locations)
        problems.append(f"{model.id} is not served in {location}, only in {served}")
    if problems:
        raise InvalidRequestError("; ".join(problems), hint="see: video-agent models")
    return model, _notes(model, limits, request)


def _form_problems(model: Model, limits: VideoLimits, settings: GenerationSettings) -> list[str]:
    problems: list[str] = []
    if settings.resolution not in limits.resolutions:
        known = ", ".join(limits.resolutions)
        problems.append(f"{model.id} has no resolution {settings.resolution}; it has {known}")
    if settings.aspect_ratio not in limits.aspect_ratios:
        known = ", ".join(limits.aspect_ratios)
        problems.append(f"{model.id} has no aspect ratio {settings.aspect_ratio}; it has {known}")
    if settings.seed is not None and not limits.seed:
        problems.append(f"{model.id} has no seed; leave it out")
    if settings.samples > limits.max_samples:
        problems.append(
            f"{model.id} makes {_clips(limits.max_samples)} at once, not {settings.samples}"
        )
    return problems


def _task_problems(model: Model, limits: VideoLimits, settings: GenerationSettings) -> list[str]:
    if settings.task not in limits.tasks:
        known = ", ".join(_TASK_NAMES[task] for task in limits.tasks)
        return [f"{model.id} makes no {_TASK_NAMES[settings.task]}; it makes {known}"]
    given, allowed = settings.reference_count, limits.max_reference_images
    if given > allowed:
        return [f"{given} reference images given; {model.id} takes {allowed}"]
    return []


def _length_problems(model: Model, limits: VideoLimits, settings: GenerationSettings) -> list[str]:
    seconds = settings.duration_seconds
    if settings.task == "edit":
        bounds = limits.edit_source_seconds
        return _outside(seconds, bounds, f"{model.id} edits clips of")
    if settings.task == "extend":
        return _outside(seconds, limits.extension_seconds, f"{model.id} extends clips by")
    problems: list[str] = []
    if not limits.allows_duration(seconds):
        problems.append(f"{model.id} makes clips of {limits.durations_text}, not {seconds:g} s")
    references = limits.reference_durations_seconds
    if settings.task == "reference_to_video" and references and seconds not in references:
        allowed = ", ".join(f"{value:g}" for value in references)
        problems.append(f"{model.id} with reference images makes clips of {allowed} s")
    longest = limits.longest_interpolation_seconds
    if settings.task == "first_and_last_frame" and longest is not None and seconds > longest:
        problems.append(f"{model.id} between two frames makes at most {longest:g} s")
    return problems


def _outside(seconds: float, bounds: tuple[float, float] | None, what: str) -> list[str]:
    if bounds is None or bounds[0] <= seconds <= bounds[1]:
        return []
    span = f"{bounds[0]:g}" if bounds[0] == bounds[1] else f"{bounds[0]:g} to {bounds[1]:g}"
    return [f"{what} {span} s, not {seconds:g} s"]


def _notes(model: Model, limits: VideoLimits, request: VideoRequest) -> list[str]:
    notes: list[str] = []
    if request.negative and limits.negative == "in_words":
        notes.append(f"{model.id} has no negative prompt: it is said in the prompt's own words")
    if not request.audio and limits.audio == "always":
        notes.append(f"{model.id} always makes sound: it is removed locally after the download")
    return notes


def _clips(count: int) -> str:
    return "1 clip" if count == 1 else f"{count} clips"
