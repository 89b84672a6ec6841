"""The luck of one job: the same for every policy that plays it.

Each generation, and each comparison, has numbers of its own, counted from the job's start. Two
policies that draw the same clip at the same place get the same clip, so that differences between
them are theirs (common random numbers).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

_BLOCK = 8
_NORMALS = 8
_UNIFORMS = 36


@dataclass(frozen=True, slots=True)
class ClipLuck:
    """What chance holds for one generation: standard normal and uniform numbers."""

    normals: tuple[float, ...]
    uniforms: tuple[float, ...]


@dataclass(slots=True)
class JobLuck:
    """An endless list of `ClipLuck`, drawn in blocks so that its order never depends on the asker.

    Args:
        seed: Of the set.
        job: Of the job in it.
        stream: 0 for clips, 1 for comparisons, 2 for the job itself.
    """

    seed: int
    job: int
    stream: int = 0
    _rng: np.random.Generator | None = None
    _drawn: list[ClipLuck] = field(default_factory=list[ClipLuck])

    def at(self, index: int) -> ClipLuck:
        """The luck of generation number `index`, from 0."""
        while index >= len(self._drawn):
            self._drawn.extend(self._block())
        return self._drawn[index]

    def _block(self) -> Iterator[ClipLuck]:
        if self._rng is None:
            self._rng = np.random.default_rng([self.seed, self.job, self.stream])
        normals = self._rng.standard_normal((_BLOCK, _NORMALS)).tolist()
        uniforms = self._rng.random((_BLOCK, _UNIFORMS)).tolist()
        for row, other in zip(normals, uniforms, strict=True):
            yield ClipLuck(tuple(row), tuple(other))
