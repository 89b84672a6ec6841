"""Preconditions on generations, as query parameters."""

from collections.abc import Mapping
from dataclasses import dataclass

from video_agent.studio.object_storage.rows import ObjectRow
from video_agent.studio.reasoned_refusal import ReasonedRefusal

NAMES = (
    "ifGenerationMatch",
    "ifGenerationNotMatch",
    "ifMetagenerationMatch",
    "ifMetagenerationNotMatch",
)


@dataclass(frozen=True)
class Conditions:
    """What must hold for a request to be done; `wanted` is by parameter name."""

    wanted: Mapping[str, int]

    def check(self, row: ObjectRow | None) -> None:
        """Refuse a change that the conditions forbid. No object is generation 0.

        Raises:
            ReasonedRefusal: 412.
        """
        if self._unmet(row, "Match") or self._unwanted(row):
            raise ReasonedRefusal(
                412,
                "At least one of the pre-conditions you specified did not hold.",
                location=("header", "If-Match"),
            )

    def unchanged(self, row: ObjectRow) -> bool:
        """Whether a read is answered with 304, because the caller has this object already.

        Raises:
            ReasonedRefusal: 412, a condition of the other kind does not hold.
        """
        Conditions({name: self.wanted[name] for name in NAMES[::2] if name in self.wanted}).check(
            row
        )
        return self._unwanted(row)

    def _unmet(self, row: ObjectRow | None, suffix: str) -> bool:
        generation, metageneration = self._wanted(suffix)
        if generation is not None and generation != (row.generation if row else 0):
            return True
        return metageneration is not None and (row is None or metageneration != row.metageneration)

    def _unwanted(self, row: ObjectRow | None) -> bool:
        generation, metageneration = self._wanted("NotMatch")
        if generation is not None and generation == (row.generation if row else 0):
            return True
        return row is not None and metageneration == row.metageneration

    def _wanted(self, suffix: str) -> tuple[int | None, int | None]:
        wanted = self.wanted
        return wanted.get(f"ifGeneration{suffix}"), wanted.get(f"ifMetageneration{suffix}")


def read_conditions(query: Mapping[str, str]) -> Conditions:
    """The conditions of a request.

    Raises:
        ReasonedRefusal: 400, a value is no number.
    """
    wanted: dict[str, int] = {}
    for name in NAMES:
        value = query.get(name)
        if value is None:
            continue
        if not value.isdecimal():
            raise ReasonedRefusal(
                400, f"Invalid value for {name}: '{value}'", location=("parameter", name)
            )
        wanted[name] = int(value)
    return Conditions(wanted)
