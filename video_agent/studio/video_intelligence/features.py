"""What can be asked of a clip, and what is answered: measured, not recognised.

Shots come from hard cuts, labels from colours, light and camera. No frame is ever found explicit,
no text and no speech is read: nothing here can see those.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise

from video_agent.media.measures import ClipMeasures

LABELS, SHOTS, EXPLICIT, SPEECH, TEXT = 1, 2, 3, 6, 7
NUMBERS = {
    "LABEL_DETECTION": LABELS,
    "SHOT_CHANGE_DETECTION": SHOTS,
    "EXPLICIT_CONTENT_DETECTION": EXPLICIT,
    "FACE_DETECTION": 4,
    "SPEECH_TRANSCRIPTION": SPEECH,
    "TEXT_DETECTION": TEXT,
    "OBJECT_TRACKING": 9,
    "LOGO_RECOGNITION": 12,
    "PERSON_DETECTION": 14,
}
SERVED = (LABELS, SHOTS, EXPLICIT, SPEECH, TEXT)
UNLIKELY, LIKELY = "VERY_UNLIKELY", "VERY_LIKELY"
LEAST_CONFIDENCE, MOST_CONFIDENCE = 0.3, 0.97
CAMERA_WORDS = {
    "static": "tripod shot",
    "pan": "panning shot",
    "tilt": "tilt shot",
    "dolly": "dolly shot",
    "handheld": "handheld camera",
}
Annotation = dict[str, object]


def offset(seconds: float) -> str:
    """A duration as JSON writes it."""
    return f"{max(0.0, seconds):.6f}".rstrip("0").rstrip(".") + "s"


def _shots(clip: ClipMeasures, _explicit: bool) -> Annotation:
    edges = [0.0, *clip.steadiness.cuts_seconds, clip.picture_seconds]
    return {
        "shotAnnotations": [
            {"startTimeOffset": offset(start), "endTimeOffset": offset(end)}
            for start, end in pairwise(edges)
        ]
    }


def _labels(clip: ClipMeasures, _explicit: bool) -> Annotation:
    whole = {"startTimeOffset": "0s", "endTimeOffset": offset(clip.picture_seconds)}
    found = sorted(_seen(clip).items(), key=lambda item: -item[1])
    return {
        "segmentLabelAnnotations": [
            {
                "entity": {
                    "entityId": f"/m/studio_{name.replace(' ', '_')}",
                    "description": name,
                    "languageCode": "en-US",
                },
                "segments": [{"segment": whole, "confidence": round(confidence, 4)}],
            }
            for name, confidence in found
        ]
    }


def _seen(clip: ClipMeasures) -> dict[str, float]:
    """Confidence by label: shares of colours, clearness of the light, and the camera."""
    seen = {name: clip.colour.hue_shares[name] + LEAST_CONFIDENCE for name in clip.colour.dominant}
    if not seen:
        seen["monochrome"] = 0.8
    if clip.brightness != "medium":
        name, far = (
            ("darkness", 70 - clip.light.luma_mean)
            if clip.brightness == "dark"
            else ("daylight", clip.light.luma_mean - 140)
        )
        seen[name] = 0.5 + far / 100
    if clip.camera:
        seen[CAMERA_WORDS[clip.camera.label]] = 0.6
    return {name: min(value, MOST_CONFIDENCE) for name, value in seen.items()}


def _explicit(clip: ClipMeasures, explicit: bool) -> Annotation:
    moments = [index + 0.5 for index in range(max(1, int(clip.picture_seconds)))]
    worst = len(moments) // 2 if explicit else -1
    return {
        "explicitAnnotation": {
            "frames": [
                {
                    "timeOffset": offset(moment),
                    "pornographyLikelihood": LIKELY if index == worst else UNLIKELY,
                }
                for index, moment in enumerate(moments)
            ]
        }
    }


def _speech(_clip: ClipMeasures, _explicit: bool) -> Annotation:
    return {"speechTranscriptions": []}


def _text(_clip: ClipMeasures, _explicit: bool) -> Annotation:
    return {"textAnnotations": []}


ANSWERS: Mapping[int, Callable[[ClipMeasures, bool], Annotation]] = {
    LABELS: _labels,
    SHOTS: _shots,
    EXPLICIT: _explicit,
    SPEECH: _speech,
    TEXT: _text,
}


def annotations(feature: int, clip: ClipMeasures, *, explicit: bool = False) -> Annotation:
    """What one feature finds.

    Args:
        feature: One of `SERVED`.
        clip: The clip's measures.
        explicit: Pretend that the middle of the clip is explicit: nothing here could see it.
    """
    return ANSWERS[feature](clip, explicit)
