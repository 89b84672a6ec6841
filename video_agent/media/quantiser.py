"""How coarsely a clip was coded, told by its own decoder."""

from typing import cast

import numpy as np
from av.container import InputContainer
from av.sidedata.sidedata import SideDataContainer, Type
from av.video.frame import VideoFrame

_H264 = 1
_HEADER_BYTES = 64


def ask_for_quantisers(container: InputContainer) -> None:
    """Make the decoder hand out each frame's quantisers; costs about 2 % of decoding.

    Call before the first frame. Decoders that cannot do it ignore it.
    """
    decoder = container.streams.video[0].codec_context
    decoder.options = {**decoder.options, "export_side_data": "venc_params"}


def quantiser_of(frame: VideoFrame) -> float | None:
    """Mean quantiser of a frame's blocks: 0 (lossless) to 51 (coarsest), H.264's QP.

    20 is transparent, 28 usual, from about 38 detail is gone, whether or not the deblocking filter
    hides the blocks. Lower is better. The layout is FFmpeg's AVVideoEncParams.

    Returns:
        None for other codecs than H.264, whose scales differ.
    """
    parts = cast("SideDataContainer", frame.side_data)
    found = next((part for part in parts if part.type == Type.VIDEO_ENC_PARAMS), None)
    return None if found is None else _mean(memoryview(found))


def _mean(data: memoryview) -> float | None:
    words = np.frombuffer(data[:_HEADER_BYTES], np.int32)
    count, start, size = int(words[0]), int(words[2]), int(words[4])
    kind, base = int(words[6]), float(words[7])
    if kind != _H264:
        return None
    if count == 0:
        return base
    blocks = np.frombuffer(data[start : start + count * size], np.int32)
    return base + float(blocks.reshape(count, size // 4)[:, 4].mean())
