"""The signals measured from a clip. Each is a `Metric`; a custom set is a tuple of them."""

from video_agent.quality.metric import Metric
from video_agent.quality.signals.coding import CODING_SIGNALS
from video_agent.quality.signals.framing import FRAMING_SIGNALS
from video_agent.quality.signals.informing import INFORMING_SIGNALS
from video_agent.quality.signals.light import LIGHT_SIGNALS
from video_agent.quality.signals.motion import MOTION_SIGNALS
from video_agent.quality.signals.picture import PICTURE_SIGNALS
from video_agent.quality.signals.sound import SOUND_SIGNALS
from video_agent.quality.signals.stability import STABILITY_SIGNALS
from video_agent.quality.signals.sync import SYNC_SIGNALS

DEFAULT_SIGNALS: tuple[Metric, ...] = (
    *PICTURE_SIGNALS,
    *CODING_SIGNALS,
    *LIGHT_SIGNALS,
    *FRAMING_SIGNALS,
    *STABILITY_SIGNALS,
    *MOTION_SIGNALS,
    *SOUND_SIGNALS,
    *SYNC_SIGNALS,
    *INFORMING_SIGNALS,
)
