"""The ends of a Veo operation, and what goes wrong on order."""

from collections.abc import Callable

import httpx
import pytest
from google import genai
from google.genai import types
from google.genai.errors import ClientError, ServerError

from video_agent.studio.server import Studio

Operation = types.GenerateVideosOperation
Order = Callable[..., Operation]
Ended = Callable[[genai.Client, Operation], Operation]
Videos = Callable[[Operation], list[types.Video]]
FAILURES = (ClientError, ServerError, httpx.TransportError, ValueError)


@pytest.mark.parametrize(
    ("name", "samples", "filtered"),
    [("filtered", 2, 2), ("filtered_audio", 1, 1), ("partial", 1, 1)],
)
def test_a_clip_can_be_filtered_and_is_then_not_charged(
    studio: Studio, veo: genai.Client, order: Order, ended: Ended, name: str, samples: int,
    filtered: int,
):  # fmt: skip
    with studio.fault("veo.submit", name):
        operation = order(veo, number_of_videos=samples)
    response = ended(veo, operation).response

    assert response
    assert response.generated_videos is None
    assert response.rai_media_filtered_count == filtered
    reasons = response.rai_media_filtered_reasons or []
    assert len(reasons) == filtered
    assert all("will not be charged" in reason for reason in reasons)
    assert ("issue with the audio" in reasons[0]) == (name == "filtered_audio")


@pytest.mark.parametrize("code", [3, 4, 8, 13, 14])
def test_an_operation_can_end_in_an_error(
    studio: Studio, veo: genai.Client, order: Order, ended: Ended, code: int
):
    with studio.fault("veo.submit", f"error_{code}"):
        operation = order(veo)
    operation = ended(veo, operation)
    assert operation.error
    assert operation.error["code"] == code
    assert operation.error["message"]
    assert operation.response is None


def test_a_prompt_can_be_refused_at_the_end(
    studio: Studio, veo: genai.Client, order: Order, ended: Ended
):
    with studio.fault("veo.submit", "blocked_late"):
        operation = order(veo)
    error = ended(veo, operation).error
    assert error
    assert error["code"] == 3
    assert "Support codes: 58061214" in error["message"]


def test_an_operation_can_be_done_with_nothing(
    studio: Studio, veo: genai.Client, order: Order, ended: Ended, videos_of: Videos
):
    with studio.fault("veo.submit", "done_empty"):
        empty = order(veo)
    with studio.fault("veo.submit", "no_media"):
        bare = order(veo)
    empty, bare = ended(veo, empty), ended(veo, bare)

    assert empty.response is None
    assert empty.error is None
    assert [video.uri or video.video_bytes for video in videos_of(bare)] == [None]


def test_some_samples_can_be_filtered(
    studio: Studio, veo: genai.Client, order: Order, ended: Ended, videos_of: Videos
):
    with studio.fault("veo.submit", "partial"):
        operation = order(veo, number_of_videos=2, output_gcs_uri="gs://films")
    operation = ended(veo, operation)

    assert len(videos_of(operation)) == 1
    assert operation.response
    assert operation.response.rai_media_filtered_count == 1
    assert "held back" in (operation.response.rai_media_filtered_reasons or [""])[0]


@pytest.mark.parametrize(("bucket", "code"), [("missing-films", 5), ("forbidden-films", 7)])
def test_a_bucket_that_cannot_be_written_ends_the_operation(
    veo: genai.Client, order: Order, ended: Ended, bucket: str, code: int
):
    operation = ended(veo, order(veo, output_gcs_uri=f"gs://{bucket}/out"))
    assert operation.error
    assert operation.error["code"] == code


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("400", False), ("429", False), ("500", False), ("503", False), ("cut_before", False),
        ("junk_200", False), ("html_503", False), ("prompt_blocked", False), ("429_list", False),
        ("503_after", True), ("cut_after", True),
    ],
)  # fmt: skip
def test_a_fault_on_a_submit_is_one_post_and_starts_what_it_says(
    studio: Studio, veo: genai.Client, order: Order, name: str, *, accepted: bool
):
    started, posts = studio.paid_starts, len(studio.paid_posts)
    label = f"fault-{name.replace('_', '-')}"
    with studio.fault("veo.submit", name), pytest.raises(FAILURES):
        order(veo, labels={"generation": label})

    assert studio.paid_starts == started + int(accepted)
    record = studio.paid_posts[posts]
    assert len(studio.paid_posts) == posts + 1
    assert (record.kind, record.fault, record.accepted) == ("veo.submit", name, accepted)
    link = f"{studio.url}/studio/interactions?label.generation={label}"
    assert len(httpx.get(link).json()["found"]) == int(accepted)


def test_a_quota_refusal_may_come_in_a_list(studio: Studio, veo: genai.Client, order: Order):
    with studio.fault("veo.submit", "429_list"), pytest.raises(ClientError) as caught:
        order(veo)
    assert caught.value.status == "RESOURCE_EXHAUSTED"


def test_an_operation_may_never_end(studio: Studio, veo: genai.Client, order: Order):
    with studio.fault("veo.submit", "never"):
        operation = order(veo)
    assert [veo.operations.get(operation).done for _ in range(3)] == [None] * 3
