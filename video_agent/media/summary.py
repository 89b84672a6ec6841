"""From per-frame numbers to a clip's measures."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from video_agent.media.measure.bars import NO_BARS, Bars, bars
from video_agent.media.measure.cadence import duplicates, judder, runs, step_error
from video_agent.media.measure.colour import HUE_NAMES
from video_agent.media.measure.cuts import find_cuts
from video_agent.media.measure.flicker import alternation, relative_flicker
from video_agent.media.measure.lettering import LetteringLooks
from video_agent.media.measure.tones import tone_gaps
from video_agent.media.measure.vbench import is_dynamic, speed_threshold, temporal_flickering
from video_agent.media.measures import (
    CadenceMeasures,
    ColourMeasures,
    DetailMeasures,
    Interval,
    Lettering,
    LightMeasures,
    MotionMeasures,
    SteadinessMeasures,
    Timeline,
)
from video_agent.media.picture_track import DetailLooks, DynamicLooks, FlowLooks, FrameSeries

Series = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_MIN_FREEZE_SECONDS = 0.25
_PEAK_SECONDS = 0.5
_MAX_PEAKS = 5
_PEAK_LEVELS = 0.5
_REPEAT_GAP_SECONDS = 0.5
_BAR_LUMA = 16.0
_FULL_RANGE = 255.0 / 219.0


def light_measures(series: FrameSeries, frame: Bars, fps: float) -> LightMeasures:
    """Brightness over the clip, of the picture inside black bars."""
    black = np.array(series.black, np.bool_)
    means, deviations = np.array(series.means), np.array(series.deviations)
    seen = max(0.05, (1 - frame.top - frame.bottom) * (1 - frame.left - frame.right))
    inner = (means - (1 - seen) * _BAR_LUMA) / seen
    # the variance of a whole is that of its parts and of the distance between their means
    variance = deviations**2 / seen - (1 - seen) * (inner - _BAR_LUMA) ** 2
    return LightMeasures(
        luma_mean=_mean(inner),
        contrast=_mean(np.sqrt(np.maximum(0.0, variance))),
        dark_share=max(0.0, _mean(series.dark) - (1 - seen)) / seen,
        bright_share=_mean(series.bright) / seen,
        black_share=float(black.mean()) if black.size else 0.0,
        black_intervals=_intervals(runs(black), series.seconds, 1 / fps),
    )


def detail_measures(looks: DetailLooks) -> DetailMeasures | None:
    """Means over the looks (median for the sharpness ratio).

    None when the picture is too small for them.
    """
    if not looks.noise:
        return None
    return DetailMeasures(
        sharpness_ratio=float(np.median(looks.ratio)) if looks.ratio else 0.0,
        laplacian_deviation=_mean(looks.laplacian),
        blur_effect=_mean(looks.blur),
        noise_deviation=_mean(looks.noise),
        blocking=_mean(looks.blocking),
        banding_levels=_mean(looks.banding),
        detail_share=_mean(looks.texture),
        tone_gaps=tone_gaps(looks.tones),
        quantiser=_mean(looks.quantisers) if looks.quantisers else None,
    )


def colour_measures(looks: DetailLooks) -> ColourMeasures:
    """Means over the looks."""
    colours = looks.colours
    if not colours:
        return ColourMeasures(0.0, 0.0, dict.fromkeys(HUE_NAMES, 0.0), 0.0)
    shares = np.mean([item.hue_shares for item in colours], axis=0).tolist()
    return ColourMeasures(
        colourfulness=_mean([item.colourfulness for item in colours]),
        saturation=_mean([item.saturation for item in colours]),
        hue_shares=dict(zip(HUE_NAMES, shares, strict=True)),
        warmth=_mean([item.warmth for item in colours]),
        clipped_share=_mean([item.clipped_share for item in colours]),
    )


def cuts_of(series: FrameSeries) -> list[int]:
    """Indices of the frames that follow a cut."""
    return find_cuts(
        np.array(series.differences),
        np.array(series.histogram_distances),
        np.array(series.structure_changes),
        np.array(series.black, np.bool_),
    )


def steadiness_measures(series: FrameSeries, cuts: Sequence[int], fps: float) -> SteadinessMeasures:
    """Flicker, with the frames at cuts left out."""
    differences, residuals = np.array(series.differences), np.array(series.block_residuals)
    times = tuple(round(series.seconds[index], 3) for index in cuts)
    vbench = temporal_flickering((differences * _FULL_RANGE).tolist())
    if residuals.size == 0:
        return SteadinessMeasures(0.0, 0.0, 0.0, vbench, (), times)
    usable = _between_cuts(len(series.seconds), cuts)
    turns = alternation(np.array(series.means), usable)
    count = max(1, int(usable.sum()))
    return SteadinessMeasures(
        flicker_global=float(turns.sum()) / count,
        flicker_local=float(residuals[usable].mean()) if usable.any() else 0.0,
        flicker_relative=relative_flicker(residuals[usable], differences[1:][usable]),
        vbench_flicker=vbench,
        flicker_peaks=_peaks(turns + np.where(usable, residuals, 0.0), series.seconds, fps),
        cuts_seconds=times,
    )


def _between_cuts(frames: int, cuts: Sequence[int]) -> Mask:
    """For each inner frame: no cut on either side of it. Shape (frames - 2,)."""
    after_cut = np.zeros(frames, np.bool_)
    after_cut[list(cuts)] = True
    return ~(after_cut[2:] | after_cut[1:-1])


def _peaks(levels: Series, seconds: Sequence[float], fps: float) -> tuple[Interval, ...]:
    """Stretches of at least half a second, at least half as strong as the strongest."""
    width = max(1, round(fps * _PEAK_SECONDS))
    starts = range(0, levels.size, width)
    strengths = np.array([levels[start : start + width].mean() for start in starts])
    strong = strengths > max(_PEAK_LEVELS, float(strengths.max(initial=0.0)) / 2)
    found = [
        Interval(
            seconds[first * width],
            seconds[min((last + 1) * width, levels.size)],
            float(strengths[first : last + 1].mean()),
        )
        for first, last in runs(strong)
    ]
    found.sort(key=lambda item: -item.strength)
    return tuple(found[:_MAX_PEAKS])


def cadence_measures(series: FrameSeries, cuts: Sequence[int], fps: float) -> CadenceMeasures:
    """Repeats, freezes, judder."""
    differences = np.array(series.differences)
    repeated = duplicates(differences)
    held = runs(repeated)
    # a run of differences [a, b] means that frames a to b + 1 are one picture
    spans = [(first, last + 1) for first, last in held]
    freezes = _intervals(spans, series.seconds, 0.0)
    moving = np.delete(differences, [index - 1 for index in cuts])
    return CadenceMeasures(
        duplicate_share=float(repeated.mean()) if repeated.size else 0.0,
        longest_freeze_seconds=max((last - first + 1 for first, last in held), default=0) / fps,
        freeze_intervals=tuple(
            item for item in freezes if item.length_seconds >= _MIN_FREEZE_SECONDS
        ),
        judder=judder(moving),
        step_error=step_error(np.array(series.seconds), fps),
        mean_difference=_mean(series.differences),
        repeat_intervals=_intervals(_recurring(repeated, fps), series.seconds, 1 / fps),
    )


def _recurring(repeated: Mask, fps: float) -> list[tuple[int, int]]:
    """First and last frame of stretches with at least two repeats, at most half a second apart."""
    spans: list[list[int]] = []
    for index in np.flatnonzero(repeated) + 1:
        if spans and index - spans[-1][-1] <= _REPEAT_GAP_SECONDS * fps:
            spans[-1].append(int(index))
        else:
            spans.append([int(index)])
    return [(span[0], span[-1]) for span in spans if len(span) > 1]


def motion_measures(
    looks: FlowLooks | None, dynamics: DynamicLooks | None, cuts: Sequence[int]
) -> MotionMeasures | None:
    """Speed and smoothness, with the pairs across a cut left out; None without flow."""
    if looks is None or dynamics is None or not looks.errors:
        return None
    limit = speed_threshold(min(dynamics.width, dynamics.height), dynamics.fps)
    errors, changes = np.array(looks.errors), np.array(looks.changes)
    crossed = {(index - 1) // 2 for index in cuts}
    usable = np.array([index not in crossed for index in range(errors.size)])
    if not usable.any():
        usable[:] = True
    error = float(errors[usable].mean())
    return MotionMeasures(
        dynamic_degree=float(np.median(looks.speeds)),
        interpolation_error=error,
        interpolation_relative=float(
            errors[usable].sum() / (changes[usable].sum() + 0.5 * usable.sum())
        ),
        smoothness=(255.0 - error) / 255.0,
        dynamic=is_dynamic(dynamics.speeds, dynamics.frames, limit),
        dynamic_share=_mean([float(speed > limit) for speed in dynamics.speeds]),
    )


def bars_of(series: FrameSeries) -> Bars:
    """Bars around the picture."""
    return bars(series.brightest) if series.brightest is not None else NO_BARS


def lettering_of(looks: LetteringLooks, end_seconds: float) -> Lettering:
    """How much of the picture is text that stays, and when; each look stands for what follows."""
    ends = [*looks.seconds[1:], end_seconds]
    spans = runs(np.array(looks.shares) > 0)
    found = tuple(Interval(looks.seconds[first], ends[last]) for first, last in spans)
    return Lettering(_mean(looks.shares), found)


def timeline_of(series: FrameSeries) -> Timeline:
    """The per-frame series."""
    return Timeline(tuple(series.seconds), tuple(series.means), (0.0, *series.differences))


def _mean(values: Sequence[float] | Series) -> float:
    return float(np.mean(values)) if len(values) else 0.0


def _intervals(
    spans: Sequence[tuple[int, int]], seconds: Sequence[float], tail: float
) -> tuple[Interval, ...]:
    return tuple(Interval(seconds[first], seconds[last] + tail) for first, last in spans)
