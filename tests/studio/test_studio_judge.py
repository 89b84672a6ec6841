"""The judge through Google's client: it measures the bytes against the words, nothing else."""

import json
import time
from pathlib import Path

import pytest
from google import genai
from google.genai import errors, types

from video_agent.studio.server import Studio

TEXT = {"type": "string"}
SCORE = {"type": "number", "minimum": 0, "maximum": 1}
TIME = {"anyOf": [{"type": "number"}, {"type": "null"}]}


def listed(**properties: object) -> dict[str, object]:
    items = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "array", "items": items}


SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "answers": listed(
            question=TEXT, satisfied={"type": "boolean"}, evidence=TEXT, time_seconds=TIME
        ),
        "dimensions": listed(name=TEXT, score=SCORE, evidence=TEXT),
        "defects": listed(
            kind=TEXT, description=TEXT, start_seconds=TIME, end_seconds=TIME, severity=SCORE,
            origin={"enum": ["gate", "signal", "judge"]},
        ),
        "summary": TEXT,
    },
    "required": ["answers", "dimensions", "summary"],
}  # fmt: skip
REQUEST = "## Request\na red sailboat at sunset"


def judge(
    client: genai.Client,
    clip: Path | types.File,
    text: str = REQUEST,
    schema: dict[str, object] = SCHEMA,
):
    part = (
        types.Part.from_bytes(data=clip.read_bytes(), mime_type="video/mp4")
        if isinstance(clip, Path)
        else types.Part.from_uri(file_uri=clip.uri or "", mime_type="video/mp4")
    )
    return client.models.generate_content(
        model="gemini-3.8-flash",
        contents=types.UserContent(parts=[part, types.Part.from_text(text=text)]),
        config=types.GenerateContentConfig(
            response_mime_type="application/json", response_json_schema=schema
        ),
    )


def scores(answer: types.GenerateContentResponse) -> dict[str, float]:
    return {item["name"]: item["score"] for item in json.loads(answer.text or "")["dimensions"]}


def test_a_better_clip_gets_better_dimensions_and_fewer_defects(
    client: genai.Client, clips: dict[str, Path]
):
    good, poor = (judge(client, clips[name]) for name in ("good", "poor"))
    better, worse = scores(good), scores(poor)

    for name in ("prompt_adherence", "visual_quality", "motion", "temporal_consistency"):
        assert better[name] > worse[name]
    assert better["prompt_adherence"] > 0.85
    assert worse["prompt_adherence"] < 0.7
    assert max(better.values()) < 1
    defects = json.loads(poor.text or "")["defects"]
    assert "flicker" in [defect["kind"] for defect in defects]
    assert len(defects) > len(json.loads(good.text or "")["defects"])
    assert good.usage_metadata is not None
    assert good.usage_metadata.prompt_tokens_details is not None
    modalities = {item.modality for item in good.usage_metadata.prompt_tokens_details}
    assert types.MediaModality.VIDEO in modalities


def test_the_wrong_colour_time_and_camera_lower_adherence_alone(
    client: genai.Client, clips: dict[str, Path]
):
    right = scores(judge(client, clips["good"]))
    wrong = judge(client, clips["good"], "## Request\na green frog at night, static shot")
    other = scores(wrong)

    assert other["prompt_adherence"] < right["prompt_adherence"] - 0.3
    assert other["visual_quality"] == right["visual_quality"]
    answers = {item["question"]: item for item in json.loads(wrong.text or "")["answers"]}
    assert answers["Does it look like night?"]["satisfied"] is False
    assert "luma" in answers["Does it look like night?"]["evidence"]
    assert "not measurable" in (wrong.text or "").lower()


def test_silence_is_right_only_where_it_is_asked_for(client: genai.Client, clips: dict[str, Path]):
    heard = judge(client, clips["good"], f"{REQUEST}\n\n## Also asked\n- no sound")
    answers = {
        item["question"]: item["satisfied"] for item in json.loads(heard.text or "")["answers"]
    }

    assert answers["Is it silent, as asked?"] is False
    assert "audio" not in scores(heard)


def test_a_clip_comes_by_the_files_api_once_it_is_active(
    client: genai.Client, clips: dict[str, Path]
):
    uploaded = client.files.upload(file=clips["poor"], config={"mime_type": "video/mp4"})
    assert uploaded.name is not None
    with pytest.raises(errors.ClientError, match="not in an ACTIVE state"):
        judge(client, uploaded)
    while client.files.get(name=uploaded.name).state != types.FileState.ACTIVE:
        time.sleep(0.02)

    assert scores(judge(client, uploaded)) == scores(judge(client, clips["poor"]))


def test_another_schema_is_filled_by_its_names_and_scales(
    client: genai.Client, clips: dict[str, Path]
):
    schema: dict[str, object] = {
        "type": "object",
        "properties": {
            "overall_score": {"type": "integer", "minimum": 0, "maximum": 10},
            "passed": {"type": "boolean"},
            "issues": {"type": "array", "items": TEXT},
            "motion": {"type": "number"},
        },
        "required": ["overall_score", "passed", "issues", "motion"],
    }

    good = json.loads(judge(client, clips["good"], schema=schema).text or "")
    poor = json.loads(judge(client, clips["poor"], schema=schema).text or "")

    assert good["overall_score"] >= 8 > poor["overall_score"]
    assert (good["passed"], poor["passed"]) == (True, False)
    assert any("flicker" in issue for issue in poor["issues"])
    assert set(good) == set(schema["properties"])  # type: ignore[arg-type]


def test_a_clip_without_a_schema_is_told_in_words(client: genai.Client, clips: dict[str, Path]):
    part = types.Part.from_bytes(data=clips["good"].read_bytes(), mime_type="video/mp4")

    text = client.models.generate_content(model="gemini-3.8-flash", contents=[part]).text or ""

    assert "640 x 360" in text
    assert "24 frames" in text


def test_what_is_no_video_is_refused(client: genai.Client, tmp_path: Path):
    junk = tmp_path / "junk.mp4"
    junk.write_bytes(b"not a video" * 100)

    with pytest.raises(errors.ClientError, match="Unable to process input video"):
        judge(client, junk)


@pytest.mark.parametrize(
    ("fault", "parsed"),
    [("garbage_judge", False), ("wrong_shape_judge", False), ("empty_judge", False)],
)
def test_an_unusable_verdict_hits_the_judge_alone(
    studio: Studio, client: genai.Client, clips: dict[str, Path], fault: str, *, parsed: bool
):
    with studio.fault("generate_content", fault):
        plain = client.models.generate_content(model="gemini-3.8-flash", contents="hello")
        answer = judge(client, clips["poor"])

    assert plain.text
    usable = bool(answer.candidates) and '"dimensions"' in (answer.text or "")
    assert usable is parsed


def test_a_verdict_can_come_in_a_code_fence(
    studio: Studio, client: genai.Client, clips: dict[str, Path]
):
    with studio.fault("generate_content", "fenced_judge", role="judge"):
        assert (judge(client, clips["poor"]).text or "").startswith("```json\n{")
