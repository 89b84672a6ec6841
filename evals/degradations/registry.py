"""All degradations. A part adds its tuple here."""

from evals.degradations.kinds import Degradation
from evals.degradations.moments import MOMENTS
from evals.degradations.picture import EVERY_FRAME
from evals.degradations.sound import SOUND

ALL: tuple[Degradation, ...] = (*EVERY_FRAME, *MOMENTS, *SOUND)
