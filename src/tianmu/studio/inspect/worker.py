"""The process in which foreign files are read: a decoder that crashes, hangs or eats memory takes only itself down.

    python -P -m tianmu.studio.inspect.worker

It takes one JSON object a line on its standard input, and writes one a layer, in the order that they are asked in.
It is told nothing that it could spoil: it has no store, and what it says is only ever read as JSON.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

READY = b'{"ready": true}\n'
MOST_MEMORY = 4 * 2**30
"""Bytes of addresses that the worker may have, where the system can hold it to that."""


def main() -> None:
    """Answer until nobody asks any more."""
    # Native libraries write where they like; what is said to the parent goes by a way of its own.
    out = os.fdopen(os.dup(1), "wb")
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    warnings.simplefilter("ignore")
    _bound_memory()
    _load()
    _send(out, READY)
    for line in sys.stdin.buffer:
        _answer(json.loads(line), out)


def _load() -> None:
    """Import what the layers need before the first clock runs."""
    import av
    import c2pa
    import cv2
    from PIL import Image

    from tianmu.studio.inspect import layers

    del av, c2pa, layers
    cv2.setNumThreads(2)
    Image.MAX_IMAGE_PIXELS = None  # sizes are checked where pictures are opened


def _bound_memory() -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _answer(asked: dict[str, Any], out: BinaryIO) -> None:
    from tianmu.core.errors import TianmuError
    from tianmu.core.text import say
    from tianmu.studio.inspect.kinds import Kind
    from tianmu.studio.inspect.layers import LAYERS, Task
    from tianmu.studio.inspect.shown import shown

    task = Task(
        path=Path(asked["path"]),
        kind=Kind(**asked["kind"]),
        own=_bytes(asked["own"]),
        trusted=_bytes(asked["trusted"]),
        keys=_bytes(asked["keys"]),
        manifest=base64.b64decode(asked["manifest"]) if asked["manifest"] is not None else None,
    )
    for name in asked["layers"]:
        answer: dict[str, Any] = {"layer": name}
        try:
            row = LAYERS[name](task)
            answer |= {"status": "absent"} if row is None else {"status": "found", "row": row}
        except TianmuError as error:
            answer |= {"status": "failed", "reason": shown(error.explain(), 400)}
        except MemoryError:
            reason = say("it asks for more memory than it may have", "它所要的内存超出限度")
            answer |= {"status": "failed", "reason": reason}
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            answer |= {"status": "failed", "reason": shown(reason)}
        _send(out, json.dumps(answer).encode() + b"\n")


def _bytes(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(text) for text in texts)


def _send(out: BinaryIO, line: bytes) -> None:
    out.write(line)
    out.flush()


if __name__ == "__main__":
    main()
