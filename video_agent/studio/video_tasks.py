"""What Omni is to make of a request's ingredients: the task, its limits, and the drawing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from video_agent.catalog import VideoLimits, frame_size
from video_agent.studio import interaction_fields as rules
from video_agent.studio.drawings import Drawing
from video_agent.studio.interaction_fields import invalid
from video_agent.studio.interaction_input import Ingredients
from video_agent.studio.places import Place
from video_agent.studio.reading import Fields
from video_agent.studio.source_clips import Clip

LONGEST_REFERENCE_SECONDS = 3.0
SLACK_SECONDS = 0.1  # a clip's length is a whole number of frames
FOLLOWS_SOURCE = ("edit", "upscale")
ON_CLIPS = ("edit", "extend", "upscale")
SHORT_SIDES = {"360p": 360, "720p": 720, "1080p": 1080, "4k": 2160}


@dataclass(frozen=True)
class Plan:
    """What will be drawn.

    `drawing` names its inputs by keys of `inputs`; `made` tells the result as a drawing when that
    differs; `fresh` drawings get a seed of their own. `new_seconds` are billed; token counts are
    those of the input.
    """

    task: str
    drawing: Drawing
    inputs: dict[str, bytes] = field(repr=False)
    new_seconds: float
    resolution: str
    image_tokens: int = 0
    video_tokens: int = 0
    made: Drawing | None = None
    fresh: bool = True


@dataclass(frozen=True)
class Wish:
    """The checked parts of a request that a plan depends on."""

    task: str
    ingredients: Ingredients
    source: Clip | None
    video_format: Fields
    limits: VideoLimits
    place: Place
    measure: Callable[[bytes], Clip]


def make_plan(wish: Wish) -> Plan:
    """Find the task that is asked for, or that the ingredients imply, and plan it.

    Without a task: an earlier clip or one given clip means `edit`, several clips
    `reference_to_video`; images with a frame tag, or just one, `image_to_video`, more of them
    `reference_to_video`.

    Raises:
        Refusal: 400.
    """
    task = wish.task or _implied(wish)
    _check_ingredients(task, wish)
    if task in ON_CLIPS:
        return _on_clip(task, wish)
    return _new_clip(task, wish)


def _implied(wish: Wish) -> str:
    given = wish.ingredients
    if wish.source is not None or len(given.clips) == 1:
        return "edit" if not given.images else "reference_to_video"
    if given.clips:
        return "reference_to_video"
    if given.frames or len(given.images) == 1:
        return "image_to_video"
    return "reference_to_video" if given.images else "text_to_video"


def _check_ingredients(task: str, wish: Wish) -> None:
    given, limits = wish.ingredients, wish.limits
    images, clips = len(given.images), len(given.clips)
    if task == "text_to_video" and (images or clips):
        raise invalid("Task 'text_to_video' takes no image and no video in 'input'.")
    if task == "image_to_video" and (clips or not 1 <= images <= 2):
        raise invalid("Task 'image_to_video' requires an image in 'input', or two, and no video.")
    if task == "reference_to_video":
        _check_references(images, clips, limits)
    if task in ON_CLIPS:
        given_twice = clips > 1 or (clips and wish.source is not None)
        if given_twice:
            raise invalid(f"Task '{task}' works on one video.")
        if wish.source is None and not clips:
            raise invalid(
                f"Task '{task}' requires 'previous_interaction_id' or a video in 'input'."
            )


def _check_references(images: int, clips: int, limits: VideoLimits) -> None:
    if not images + clips:
        raise invalid("Task 'reference_to_video' requires an image or a video in 'input'.")
    if images > limits.max_reference_images:
        raise invalid(f"At most {limits.max_reference_images} reference images are supported.")
    if clips > limits.max_reference_videos:
        raise invalid(f"At most {limits.max_reference_videos} reference videos are supported.")


def _new_clip(task: str, wish: Wish) -> Plan:
    given, limits, video_format = wish.ingredients, wish.limits, wish.video_format
    resolution = rules.choice(video_format, "resolution", limits.resolutions, "720p")
    aspect_ratio = rules.choice(video_format, "aspect_ratio", limits.aspect_ratios, "16:9")
    width, height = frame_size(resolution, aspect_ratio)
    seconds = rules.duration(video_format.get("duration"), limits)
    drawing = Drawing(given.text, 0, width, height, seconds, seconds)
    images = {f"image{n}": data for n, data in enumerate(given.images)}
    video_seconds = 0.0
    if task == "image_to_video":
        drawing = _with_frames(drawing, list(images), given.frames, limits)
    elif task == "reference_to_video":
        pictures, video_seconds = _reference_clips(wish)
        images |= pictures
        drawing = replace(drawing, references=tuple(images))
    return Plan(
        task=task,
        drawing=drawing,
        inputs=images,
        new_seconds=seconds,
        resolution=resolution,
        image_tokens=limits.input_tokens_per_image * len(given.images),
        video_tokens=input_video_tokens(limits, video_seconds),
    )


def _with_frames(
    drawing: Drawing, names: list[str], tags: tuple[str, ...], limits: VideoLimits
) -> Drawing:
    """First and last frame: in the order of the tags, else in their own."""
    roles = dict(zip(tags or ("FIRST_FRAME", "LAST_FRAME"), names, strict=False))
    if len(roles) < len(names):
        raise invalid("Each image needs its own tag, <FIRST_FRAME> or <LAST_FRAME>.")
    longest = limits.longest_interpolation_seconds
    if len(names) == 2 and longest is not None and drawing.seconds > longest:
        raise invalid(
            f"The value '{drawing.seconds:g}s' is not supported for 'response_format.duration' "
            f"with two frames. Supported values: up to {longest:g} s."
        )
    return replace(
        drawing,
        first_frame=roles.get("FIRST_FRAME", ""),
        last_frame=roles.get("LAST_FRAME", ""),
    )


def _reference_clips(wish: Wish) -> tuple[dict[str, bytes], float]:
    """A picture of each reference clip, and their seconds; their sound is ignored."""
    from video_agent.studio.renderer.footage import first_picture  # noqa: PLC0415 - heavy

    pictures: dict[str, bytes] = {}
    seconds = 0.0
    for number, content in enumerate(wish.ingredients.clips):
        clip = wish.measure(content)
        if clip.seconds > LONGEST_REFERENCE_SECONDS + SLACK_SECONDS:
            raise invalid(
                f"Reference videos last at most {LONGEST_REFERENCE_SECONDS:g} s, not "
                f"{clip.seconds:.1f} s."
            )
        pictures[f"clip{number}"] = first_picture(content)
        seconds += clip.seconds
    return pictures, seconds


def _on_clip(task: str, wish: Wish) -> Plan:
    given, limits, video_format = wish.ingredients, wish.limits, wish.video_format
    source = wish.source or wish.measure(given.clips[0])
    refused = ("duration", "aspect_ratio") if task in FOLLOWS_SOURCE else ("aspect_ratio",)
    for name in refused:
        if video_format.get(name) is not None:
            raise invalid(
                f"'response_format.{name}' is not supported for task '{task}': the output follows "
                "the source video."
            )
    plan = Plan(
        task=task,
        drawing=_from_words(given.text, source),
        inputs={"source": source.content},
        new_seconds=source.seconds,
        resolution=resolution_of(source),
        image_tokens=limits.input_tokens_per_image * len(given.images),
        video_tokens=input_video_tokens(limits, source.seconds),
    )
    if task == "edit":
        return _edit(plan, source, wish)
    if task == "extend":
        return _extend(plan, source, wish)
    return _upscale(plan, source, wish)


def _from_words(text: str, source: Clip) -> Drawing:
    return Drawing(
        text,
        0,
        source.width,
        source.height,
        source.seconds,
        source.seconds,
        source="source",
        source_seconds=source.seconds,
    )


def _edit(plan: Plan, source: Clip, wish: Wish) -> Plan:
    """The scene again with the change, or the clip itself retouched when no scene is known."""
    bounds = wish.limits.edit_source_seconds
    if bounds and not bounds[0] - SLACK_SECONDS <= source.seconds <= bounds[1] + SLACK_SECONDS:
        raise invalid(
            f"Only videos of {bounds[0]:g} to {bounds[1]:g} s can be edited, not "
            f"{source.seconds:.1f} s."
        )
    if source.drawing is None or not source.drawing.redrawable:
        return replace(plan, drawing=replace(plan.drawing, source_use="retouch"))
    images = {f"image{n}": data for n, data in enumerate(wish.ingredients.images)}
    drawing = source.drawing.edited(plan.drawing.prompt)
    drawing = replace(drawing, references=(*drawing.references, *images))
    return replace(plan, drawing=drawing, inputs=images, fresh=False)


def _extend(plan: Plan, source: Clip, wish: Wish) -> Plan:
    limits = wish.limits
    added = rules.duration(wish.video_format.get("duration"), limits, limits.extension_seconds)
    longest = limits.longest_seconds.get(wish.place.surface)
    if longest is not None and source.seconds + added > longest + SLACK_SECONDS:
        raise invalid(
            f"The video would last {source.seconds + added:.1f} s. Extended videos last at most "
            f"{longest:g} s."
        )
    plan = replace(plan, new_seconds=added)
    if source.drawing is None or not source.drawing.redrawable:
        total = replace(
            plan.drawing,
            seconds=source.seconds + added,
            path_seconds=added,
            source_use="come_alive",
        )
        return replace(plan, drawing=total)
    known = source.drawing.extended(plan.drawing.prompt, added)
    return replace(plan, drawing=replace(known, source="source"), fresh=False)


def _upscale(plan: Plan, source: Clip, wish: Wish) -> Plan:
    resolution = rules.choice(wish.video_format, "resolution", wish.limits.resolutions, "4k")
    short = SHORT_SIDES[resolution]
    if short <= min(source.width, source.height):
        raise invalid(
            f"The value '{resolution}' is not supported for 'response_format.resolution': the "
            f"source video has {min(source.width, source.height)} lines already."
        )
    scale = short / min(source.width, source.height)
    size = {name: round(getattr(source, name) * scale / 2) * 2 for name in ("width", "height")}
    made = replace(source.drawing, **size) if source.drawing else None
    drawing = replace(plan.drawing, source_use="upscale", **size)
    return replace(plan, drawing=drawing, resolution=resolution, made=made)


def resolution_of(clip: Clip) -> str:
    """The name of the size that a clip has, or the next larger one."""
    short = min(clip.width, clip.height)
    return next((name for name, side in SHORT_SIDES.items() if short <= side), "4k")


def input_video_tokens(limits: VideoLimits, seconds: float) -> int:
    """Tokens of clips that go in."""
    return round(limits.input_tokens_per_video_second * seconds)
