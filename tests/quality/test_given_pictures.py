"""A clip that starts from pictures is judged beside them; where it is not, the report says so."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image
from pydantic import BaseModel

from tests.quality.conftest import ScriptedJudgeModel
from video_agent.media.thumbnails import write_picture_sheet
from video_agent.models import Judgement, TokenUsage, VideoRequest
from video_agent.ports import AnswerT
from video_agent.quality import Assessment, Judge
from video_agent.quality.given import LIKENESS, given_pictures, given_section

Order = Callable[..., Awaitable[Assessment]]
Praising = Callable[..., Judgement]


@dataclass
class SeesPictures(ScriptedJudgeModel):
    """A judge's model that keeps the size of the picture beside the clip."""

    size: tuple[int, int] | None = None

    async def answer(
        self,
        *,
        model: str,
        instruction: str,
        text: str,
        schema: type[AnswerT],
        clip: Path | None = None,
        second_clip: Path | None = None,
    ) -> tuple[AnswerT, TokenUsage]:
        assert issubclass(schema, BaseModel)
        if second_clip is not None:
            with Image.open(second_clip) as picture:
                self.size = picture.size
        return await super().answer(
            model=model,
            instruction=instruction,
            text=text,
            schema=schema,
            clip=clip,
            second_clip=second_clip,
        )


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    paths: list[Path] = []
    for number, (colour, size) in enumerate(
        [("red", (640, 360)), ("blue", (30, 90)), ("green", (900, 200))]
    ):
        paths.append(tmp_path / f"{number}.png")
        Image.new("RGB", size, colour).save(paths[-1])
    return paths


def given(pictures: list[Path]) -> VideoRequest:
    return VideoRequest(prompt="A red balloon", first_frame=pictures[0], last_frame=pictures[1])


async def test_the_pictures_are_on_one_sheet_beside_the_clip_each_with_a_question(
    order: Order, good_clip: Path, praising: Praising, pictures: list[Path]
):
    model = SeesPictures(praising())
    found = await order(good_clip, Judge(model, "a-judge"), request=given(pictures))
    [asked] = model.asked
    text = str(asked["text"])
    assert "## Given pictures\n1: the first frame\n2: the last frame\n" in text
    assert "- condition_fidelity: Does the clip begin with picture 1?" in text
    assert "- condition_fidelity: Does the clip end with picture 2?" in text
    assert model.size is not None
    assert model.size[0] <= 1280
    sheet = asked["second_clip"]
    assert isinstance(sheet, Path)
    assert not sheet.exists()  # gone with the judgement
    assert LIKENESS not in found.report.not_measured


async def test_a_judge_that_only_measures_leaves_the_likeness_unmeasured(
    order: Order, good_clip: Path, praising: Praising, pictures: list[Path]
):
    judge = Judge(SeesPictures(praising()), "a-judge", recognises=False)
    found = await order(good_clip, judge, request=given(pictures))
    assert LIKENESS in found.report.not_measured


@pytest.mark.parametrize("broken", [b"no picture", None])
async def test_a_picture_that_is_gone_or_damaged_costs_the_comparison_and_not_the_verdict(
    order: Order, good_clip: Path, praising: Praising, pictures: list[Path], broken: bytes | None
):
    pictures[1].unlink()
    if broken is not None:
        pictures[1].write_bytes(broken)
    model = SeesPictures(praising())
    found = await order(good_clip, Judge(model, "a-judge"), request=given(pictures))
    assert found.report.score is not None
    assert LIKENESS in found.report.not_measured
    assert model.asked[0]["second_clip"] is None
    assert "Given pictures" not in str(model.asked[0]["text"])


async def test_beside_a_contact_sheet_no_other_sheet_is_shown(
    order: Order, good_clip: Path, praising: Praising, pictures: list[Path]
):
    model = SeesPictures(praising())
    judge = replace(Judge(model, "a-judge"), shows="sheet")
    found = await order(good_clip, judge, request=given(pictures))
    assert model.asked[0]["second_clip"] is None
    assert LIKENESS in found.report.not_measured


def test_references_are_numbered_after_the_frames_nine_at_most(pictures: list[Path]) -> None:
    request = VideoRequest(prompt="a boat", references=(pictures[0],))
    assert [one.question for one in given_pictures(request)] == [
        "Is what picture 1 shows recognisably the same in the clip?"
    ]
    many = request.model_copy(update={"references": tuple(pictures * 4)})
    assert given_section(given_pictures(many)).count("a reference") == 9
    assert given_pictures(VideoRequest(prompt="a boat")) == ()


def test_a_sheet_shows_each_picture_whole(pictures: list[Path], tmp_path: Path) -> None:
    sheet = write_picture_sheet([(one, one.name) for one in pictures], tmp_path / "sheet.jpg")
    with Image.open(sheet) as image:
        colours = image.convert("RGB").getcolors(image.width * image.height) or []
    for wanted in ((254, 0, 0), (0, 0, 254), (0, 128, 0)):
        near = [
            count
            for count, pixel in colours
            if isinstance(pixel, tuple)
            and max(abs(a - b) for a, b in zip(pixel, wanted, strict=True)) < 12
        ]
        assert sum(near) > 1000
