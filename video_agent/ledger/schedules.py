"""Poll times: when a generation is asked how it stands, counted from its submit."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from random import Random

BACKOFF_FIRST_SECONDS = 5.0
BACKOFF_GROWTH = 1.5
BACKOFF_LONGEST_SECONDS = 30.0
_BACKOFF_STEPS = 5


@dataclass(frozen=True)
class PollSchedule:
    """Growing poll times in seconds, then even steps for ever.

    Args:
        times: The first polls, at least one, growing.
        step_seconds: How far apart the polls after the last of `times` are.
        jitter: Up to this share (0 to 0.5) of the gap beside it every poll of a generation is
            moved, all of them together: the gaps stay what they are, so jitter costs nearly
            nothing, and generations submitted at once are still polled at different times.
    """

    times: tuple[float, ...]
    step_seconds: float
    jitter: float = 0.0

    @classmethod
    def backoff(cls) -> "PollSchedule":
        """5 s, then gaps that grow 1.5-fold up to 30 s. Without jitter.

        Any other schedule, also one moved by jitter, is worse than this one for some law of
        latencies (for the one that always takes just as long as a poll of this one): so nothing
        else is never worse, and this is what is followed to the letter while nothing is known.
        """
        gaps = [BACKOFF_FIRST_SECONDS * BACKOFF_GROWTH**step for step in range(_BACKOFF_STEPS)]
        return cls(times=tuple(accumulate(gaps)), step_seconds=BACKOFF_LONGEST_SECONDS)

    @classmethod
    def even(
        cls, step_seconds: float, until_seconds: float, later_seconds: float
    ) -> "PollSchedule":
        """Even steps up to a time, then wider ones; with jitter."""
        count = round(until_seconds / step_seconds)
        times = tuple(step_seconds * number for number in range(1, count + 1))
        return cls(times=times, step_seconds=later_seconds, jitter=0.2)

    def draw_phase(self, rng: Random) -> float:
        """Where in its gaps one generation is polled: a number in [-jitter, jitter]."""
        return self.jitter * rng.uniform(-1.0, 1.0)

    def after(self, elapsed_seconds: float, phase: float = 0.0) -> float:
        """The time of the first poll later than `elapsed_seconds`.

        Args:
            elapsed_seconds: Seconds since the submit, at least 0.
            phase: As drawn by `draw_phase`.
        """
        times = self._moved(phase)
        position = bisect_right(times, elapsed_seconds)
        if position < len(times):
            return times[position]
        steps = int((elapsed_seconds - times[-1]) / self.step_seconds) + 1
        later = times[-1] + steps * self.step_seconds
        return later if later > elapsed_seconds else later + self.step_seconds  # rounding

    def polls_until(self, finished_seconds: float, phase: float = 0.0) -> int:
        """How many polls it takes to notice a generation that finishes at this time."""
        times = self._moved(phase)
        if finished_seconds <= times[-1]:
            return bisect_left(times, finished_seconds) + 1
        return len(times) + -int((times[-1] - finished_seconds) // self.step_seconds)

    def _moved(self, phase: float) -> tuple[float, ...]:
        if not phase:
            return self.times
        times, last = self.times, len(self.times) - 1
        earlier, later = self._gaps
        gaps = later if phase > 0 else earlier
        return tuple(times[index] + phase * gaps[index] for index in range(last + 1))

    @cached_property
    def _gaps(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The gap before and the gap after each time; the long first wait counts as the second."""
        following = (*self.times[1:], self.times[-1] + self.step_seconds)
        later = tuple(b - a for a, b in zip(self.times, following, strict=True))
        return (min(later[0], self.times[0]), *later[:-1]), later
