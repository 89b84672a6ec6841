"""What Veo accepts beside the instance; anything else is a 400 with Google's words."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from video_agent.catalog import Catalog, VideoLimits
from video_agent.studio.object_storage.names import BucketError, split_uri
from video_agent.studio.reading import Fields, as_fields, as_number, as_text, snake
from video_agent.studio.refusals import Refusal
from video_agent.studio.veo.instance import Instance, read_instance, refused

TOP_LEVEL = ("instances", "parameters", "labels")
EVERYWHERE = "global"
DEFAULT_SECONDS, DEFAULT_RESOLUTION, DEFAULT_ASPECT = 8, "720p", "16:9"
LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")
MAX_LABELS = 64
CHOICES: Mapping[str, tuple[str, ...]] = {
    "person_generation": ("dont_allow", "allow_adult", "allow_all"),
    "compression_quality": ("optimized", "lossless"),
    "resize_mode": ("pad", "crop"),
}
TYPES: Mapping[str, tuple[type, str]] = {
    "generate_audio": (bool, "a boolean"),
    "enhance_prompt": (bool, "a boolean"),
    "negative_prompt": (str, "a string"),
    "pubsub_topic": (str, "a string"),
}
FEATURES = {"first_and_last_frame": "image_to_video", "extend": "video_extension"}
PLACE = "projects/{project}/locations/{location}/publishers/google/models/{model}"


@dataclass(frozen=True)
class VeoOrder:
    """A checked request for one to four clips."""

    model: str
    instance: Instance
    duration_seconds: int
    resolution: str
    aspect_ratio: str
    samples: int
    seed: int | None
    audio: bool
    negative: str
    storage_uri: str
    labels: dict[str, str]


def find_limits(place: Mapping[str, str], catalog: Catalog) -> VideoLimits:
    """The limits of the model that a path names.

    Args:
        place: `project`, `location` and `model` of the path.
        catalog: The known models.

    Raises:
        Refusal: 404 for a model or location that is not served, 400 for a model of another kind.
    """
    name = place["model"]
    missing = (
        f"Publisher Model `{PLACE.format_map(place)}` was not found or your project does not have "
        "access to it. Please ensure you are using a valid model version."
    )
    model = next((entry for entry in catalog.models if entry.id == name), None)
    if model is None or "agent_platform" not in model.surfaces:
        raise Refusal(404, missing)
    today = max(datetime.now(UTC).date(), catalog.checked)
    if model.retired(today, "agent_platform"):
        raise Refusal(404, f"Publisher Model `{PLACE.format_map(place)}` is no longer available.")
    if model.video is None or model.protocol != "long_running":
        raise refused(f"{name} is not supported by predictLongRunning.")
    if place["location"] not in (*model.locations, EVERYWHERE):
        raise Refusal(404, missing)
    return model.video


def read_order(body: Fields, model: str, limits: VideoLimits) -> VeoOrder:
    """Check the body of a POST.

    Raises:
        Refusal: 400 for anything the service does not accept.
    """
    for name in body:
        if name not in TOP_LEVEL:
            raise refused(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
            )
    instance = read_instance(body.get("instances"))
    if instance.task not in limits.tasks:
        feature = FEATURES.get(instance.task, instance.task)
        raise refused(f"The feature {feature} is not supported by {model}.")
    given = _parameters(body.get("parameters"))
    for name, check in CHECKS.items():
        if (value := given.get(name)) is not None:
            check(name, value)
    return VeoOrder(
        model=model,
        instance=instance,
        duration_seconds=_duration(given.get("duration_seconds"), instance.task, limits),
        resolution=_one_of(
            "resolution", given.get("resolution") or DEFAULT_RESOLUTION, limits.resolutions
        ),
        aspect_ratio=_one_of(
            "aspectRatio", given.get("aspect_ratio") or DEFAULT_ASPECT, limits.aspect_ratios
        ),
        samples=_samples(given.get("sample_count"), limits),
        seed=_seed(given.get("seed")),
        audio=given.get("generate_audio") is not False,
        negative=as_text(given.get("negative_prompt")).strip(),
        storage_uri=as_text(given.get("storage_uri")),
        labels=_labels(body.get("labels")),
    )


def _parameters(given: object) -> dict[str, object]:
    """The parameters by their snake_case names."""
    if given is not None and not isinstance(given, dict):
        raise refused("Invalid value at 'parameters': an object is expected.")
    parameters: dict[str, object] = {}
    for name, value in as_fields(given).items():
        known = snake(name)
        if known not in KNOWN:
            raise refused(f"Invalid value at 'parameters': unknown name \"{name}\".")
        parameters[known] = value
    return parameters


def _check_choice(name: str, value: object) -> None:
    _one_of(name, value.lower() if isinstance(value, str) else value, CHOICES[name])


def _check_type(name: str, value: object) -> None:
    kind, words = TYPES[name]
    if not isinstance(value, kind):
        raise refused(f"Invalid value for {name}: {words} is expected.")


def _check_storage(_name: str, value: object) -> None:
    try:
        split_uri(as_text(value))
    except BucketError as error:
        raise refused(error.message) from None


def _check_fps(_name: str, value: object) -> None:
    if as_number(value) != 24:
        raise refused(f"Unsupported fps {value}, supported values are [24].")


Check = Callable[[str, object], None]
CHECKS: Mapping[str, Check] = {
    **dict.fromkeys(CHOICES, _check_choice),
    **dict.fromkeys(TYPES, _check_type),
    "storage_uri": _check_storage,
    "fps": _check_fps,
}
KNOWN = frozenset(
    {*CHECKS, "duration_seconds", "resolution", "aspect_ratio", "sample_count", "seed"}
)


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise refused(f"Unsupported {name} '{value}', supported values are [{', '.join(allowed)}].")
    return str(value)


def _duration(given: object, task: str, limits: VideoLimits) -> int:
    allowed = limits.durations_seconds
    if task == "extend" and limits.extension_seconds:
        allowed = limits.extension_seconds[:1]
    elif task == "reference_to_video" and limits.reference_durations_seconds:
        allowed = limits.reference_durations_seconds
    if given is None:
        return DEFAULT_SECONDS if DEFAULT_SECONDS in allowed else round(allowed[-1])
    seconds = as_number(given)
    if seconds is None or seconds not in allowed:
        supported = ",".join(f"{value:g}" for value in allowed)
        raise refused(
            f"Unsupported output video duration {given} seconds, supported durations are "
            f"[{supported}] for feature {FEATURES.get(task, task)}."
        )
    return round(seconds)


def _samples(given: object, limits: VideoLimits) -> int:
    count = 1 if given is None else as_number(given)
    if count is None or count != round(count) or not 1 <= count <= limits.max_samples:
        raise refused(
            f"Invalid sampleCount {given}: a number from 1 to {limits.max_samples} is expected."
        )
    return round(count)


def _seed(given: object) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 2**32:
        raise refused(f"Invalid seed {given}: a number from 0 to 4294967295 is expected.")
    return given


def _labels(given: object) -> dict[str, str]:
    if given is not None and not isinstance(given, dict):
        raise refused("Invalid value at 'labels': an object is expected.")
    labels = as_fields(given)
    if len(labels) > MAX_LABELS:
        raise refused(f"At most {MAX_LABELS} labels are supported, got {len(labels)}.")
    checked: dict[str, str] = {}
    for key, value in labels.items():
        text = value if isinstance(value, str) else "!"  # no label: refused below
        if not (LABEL_KEY.fullmatch(key) and LABEL_VALUE.fullmatch(text)):
            raise refused(
                f"Invalid label '{key}'. Keys and values have at most 63 characters of a-z, 0-9, _ "
                "and -; keys begin with a letter."
            )
        checked[key] = text
    return checked
