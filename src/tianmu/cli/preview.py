"""A small picture in the terminal: kitty's graphics protocol, iTerm2's inline images, or half blocks in true colour.

Kitty: https://sw.kovidgoyal.net/kitty/graphics-protocol/. iTerm2: https://iterm2.com/documentation-images.html.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tianmu.engines.protocol import Frames

PreviewProtocol = Literal["kitty", "iterm", "blocks"]

_KITTY_IMAGE = 7_413
"""Any number; the same one each time, so that a picture replaces the last."""
_KITTY_CHUNK = 4096
_PIXELS_A_COLUMN = 8
"""About what a terminal's cell is wide; a cell is twice as high."""


def preview_protocol(environment: Mapping[str, str]) -> PreviewProtocol | None:
    """What the terminal can show, by what it says of itself; None where it can show no picture.

    A multiplexer (tmux, screen) passes neither protocol through, so only blocks are left under one.
    """
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    multiplexed = term.startswith(("tmux", "screen")) or "TMUX" in environment
    if not multiplexed:
        if term == "xterm-kitty" or "KITTY_WINDOW_ID" in environment or program == "ghostty":
            return "kitty"
        if program in ("iTerm.app", "WezTerm"):
            return "iterm"
    if environment.get("COLORTERM") in ("truecolor", "24bit") and "NO_COLOR" not in environment:
        return "blocks"
    return None


def draw_preview(frame: Frames, protocol: PreviewProtocol, *, max_columns: int, max_rows: int) -> tuple[int, str]:
    """The rows that a picture `[h w 3]` uint8 takes, and what draws it from the cursor on, downwards."""
    columns, rows = _cells(frame.shape[0], frame.shape[1], max_columns, max_rows)
    match protocol:
        case "kitty":
            return rows, _kitty(_shrink(frame, rows * 2 * _PIXELS_A_COLUMN, columns * _PIXELS_A_COLUMN), columns, rows)
        case "iterm":
            return rows, _iterm(_shrink(frame, rows * 2 * _PIXELS_A_COLUMN, columns * _PIXELS_A_COLUMN), columns, rows)
        case "blocks":
            return rows, _blocks(_shrink(frame, 2 * rows, columns))


def erase_preview(protocol: PreviewProtocol) -> str:
    """What takes the picture away; erasing the cells is enough except for kitty, whose pictures lie above the text."""
    return f"\x1b_Ga=d,d=I,i={_KITTY_IMAGE},q=2\x1b\\" if protocol == "kitty" else ""


def _cells(height: int, width: int, max_columns: int, max_rows: int) -> tuple[int, int]:
    """Columns and rows for a picture, its shape kept."""
    scale = min(max(1, max_columns) / width, 2 * max(1, max_rows) / height)
    return max(1, round(width * scale)), max(1, round(height * scale / 2))


def _shrink(frame: Frames, height: int, width: int) -> Frames:
    """The mean colour of each cell of a coarser grid; a finer grid repeats pixels."""
    import numpy as np

    rows = np.linspace(0, frame.shape[0], height + 1).astype(int)
    columns = np.linspace(0, frame.shape[1], width + 1).astype(int)
    if height > frame.shape[0] or width > frame.shape[1]:
        return frame[rows[:-1, None], columns[None, :-1]]
    sums = np.add.reduceat(np.add.reduceat(frame.astype(np.int64), rows[:-1], axis=0), columns[:-1], axis=1)
    counts = (np.diff(rows)[:, None] * np.diff(columns)[None, :])[..., None]
    return (sums // counts).astype(np.uint8)


def _kitty(frame: Frames, columns: int, rows: int) -> str:
    """f=24 is raw RGB, o=z compressed; C=1 leaves the cursor where it is, q=2 asks for no answer."""
    payload = base64.b64encode(zlib.compress(frame.tobytes())).decode("ascii")
    chunks = [payload[start : start + _KITTY_CHUNK] for start in range(0, len(payload), _KITTY_CHUNK)]
    height, width = frame.shape[:2]
    head = f"a=T,f=24,o=z,s={width},v={height},c={columns},r={rows},i={_KITTY_IMAGE},p=1,C=1,q=2,"
    return "".join(
        f"\x1b_G{head if index == 0 else ''}m={int(index < len(chunks) - 1)};{chunk}\x1b\\"
        for index, chunk in enumerate(chunks)
    )


def _iterm(frame: Frames, columns: int, rows: int) -> str:
    payload = base64.b64encode(_png(frame)).decode("ascii")
    return f"\x1b]1337;File=inline=1;width={columns};height={rows};preserveAspectRatio=0:{payload}\x07"


def _blocks(frame: Frames) -> str:
    """Two pixels a cell: the upper half block in the upper one's colour, on the lower one's."""
    lines: list[str] = []
    pixels: list[list[list[int]]] = frame.tolist()
    for upper, lower in zip(pixels[::2], pixels[1::2], strict=True):
        cells = [f"\x1b[38;2;{a};{b};{c};48;2;{d};{e};{f}m▀" for (a, b, c), (d, e, f) in zip(upper, lower, strict=True)]
        lines.append("".join(cells) + "\x1b[0m")
    return "\x1b[1B\r".join(lines)


def _png(frame: Frames) -> bytes:
    """A PNG in memory: one filter byte (none) before each row."""
    import numpy as np

    height, width = frame.shape[:2]
    rows: np.ndarray[Any, Any] = np.zeros((height, 1 + 3 * width), np.uint8)
    rows[:, 1:] = frame.reshape(height, 3 * width)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.tobytes())),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
