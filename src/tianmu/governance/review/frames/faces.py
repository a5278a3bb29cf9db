"""Faces: YuNet of the OpenCV Zoo (MIT), a network of 233 KB that this package carries."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np

from tianmu.governance.review.frames.network import DATA, LOOKING, Unseen, check_file, quietly
from tianmu.governance.review.frames.picture import Picture, Sight, fit

CATEGORY: Final = "frames/face"
SIDE: Final = 320
"""Pixels of the longer side of a frame that is looked at: faces from about 1/30 of it are found."""
PICTURE_SIDE: Final = 640
"""Of a reference picture, which is looked at once."""
LEAST: Final = 0.7
_OVERLAP: Final = 0.3
_MOST: Final = 50
_FILE: Final = DATA / "face_detection_yunet_2023mar.onnx"
_DIGEST: Final = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"


class FaceFinder:
    """Looks at pictures `[h w 3]` uint8."""

    name = "YuNet 2023mar"
    category = CATEGORY
    least = LEAST
    most_looks = None

    def __init__(self, long_side: int = SIDE) -> None:
        self._long_side = long_side

    def look(self, frame: Picture) -> Sight:
        """How sure the network is of the face that it is surest of, from 0 to 1; 0 where it sees none.

        Raises:
            Unseen: the network is not there.
        """
        picture, _ = fit(frame, self._long_side)
        height, width = picture.shape[:2]
        with LOOKING:
            detector = _detector()
            detector.setInputSize((width, height))
            _, faces = detector.detect(picture[:, :, ::-1].copy())  # blue first
        return Sight(0.0 if faces is None else min(1.0, max(float(face[-1]) for face in faces)))


@cache
def _detector() -> Any:
    import cv2

    weights, nothing = np.frombuffer(check_file(_FILE, _DIGEST), np.uint8), np.zeros(0, np.uint8)
    with quietly():
        try:
            # By its bytes: OpenCV opens no path with letters beyond ASCII on Windows.
            return cv2.FaceDetectorYN.create("onnx", weights, nothing, (SIDE, SIDE), LEAST, _OVERLAP, _MOST)
        except cv2.error as error:
            raise Unseen(f"{_FILE.name}: {str(error).splitlines()[0][:120]}") from error
