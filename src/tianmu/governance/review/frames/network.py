"""Networks that look at pictures: ONNX files, checked against their SHA-256, run by OpenCV on the processor.

OpenCV gives the same answers as ONNX Runtime, to six digits, in about twice the time; and it is here anyway.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

DATA: Final = Path(__file__).with_name("data")


class Unseen(Exception):
    """A network cannot look; the sentence says why. It becomes a finding, and is never taken for a clean picture."""


LOOKING: Final = Lock()
"""A network of OpenCV answers one question at a time; a server asks from many threads."""


def answer(path: Path, digest: str, question: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a network says of an array.

    Raises:
        Unseen: as `read_network`; or the network cannot answer.
    """
    import cv2

    with LOOKING:
        network = read_network(path, digest)
        try:
            network.setInput(question)
            return np.array(network.forward(), np.float32)
        except cv2.error as error:
            raise Unseen(f"{path.name}: {str(error).splitlines()[0][:120]}") from error


@cache
def read_network(path: Path, digest: str) -> Any:
    """A network of OpenCV, read once a process.

    Raises:
        Unseen: the file is missing, was changed, or cannot be read.
    """
    import cv2

    content = check_file(path, digest)
    with quietly():
        try:
            return cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8))
        except cv2.error as error:
            raise Unseen(f"{path.name}: {str(error).splitlines()[0][:120]}") from error


@cache
def check_file(path: Path, digest: str) -> bytes:
    """What is in a file of weights, if it is the one that was meant.

    Raises:
        Unseen: it is missing or was changed.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unseen(f"{path.name}: {error.strerror}") from error
    if sha256(content).hexdigest() != digest:
        raise Unseen(f"{path.name} is not the file that it should be")
    return content


@contextmanager
def quietly() -> Generator[None]:
    """OpenCV prints a warning of its own about every network that it reads."""
    import cv2

    logging: Any = cv2.utils.logging
    before = logging.getLogLevel()
    logging.setLogLevel(logging.LOG_LEVEL_ERROR)
    try:
        yield
    finally:
        logging.setLogLevel(before)


def packaged(package: str, name: str) -> Path:
    """A file that lies in an installed package, which is not imported for it.

    Raises:
        Unseen: the package is not installed.
    """
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec is not None else None
    if not folders:
        raise Unseen(f"the package {package.replace('_', '-')} is not installed")
    return Path(folders[0]) / name
