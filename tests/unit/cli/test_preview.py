"""What reaches a terminal decodes to the picture that was shown."""

from __future__ import annotations

import base64
import io
import re
import zlib

import numpy as np
import pytest
from PIL import Image

from tianmu.cli.preview import draw_preview, erase_preview, preview_protocol

FRAME = np.random.default_rng(0).integers(0, 256, (90, 160, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("environment", "protocol"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM_PROGRAM": "iTerm.app", "COLORTERM": "truecolor"}, "iterm"),
        ({"TERM_PROGRAM": "WezTerm"}, "iterm"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "blocks"),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1", "COLORTERM": "24bit"}, "blocks"),
        ({"TERM": "screen", "TERM_PROGRAM": "iTerm.app"}, None),
        ({"TERM": "xterm", "COLORTERM": "truecolor", "NO_COLOR": "1"}, None),
        ({"TERM": "vt100"}, None),
        ({}, None),
    ],
)
def test_a_terminal_is_shown_what_it_understands(environment: dict[str, str], protocol: str | None) -> None:
    assert preview_protocol(environment) == protocol


def test_kitty_gets_raw_pixels_in_chunks_that_it_accepts() -> None:
    rows, text = draw_preview(FRAME, "kitty", max_columns=40, max_rows=12)
    parts = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", text)
    assert "".join(f"\x1b_G{head};{body}\x1b\\" for head, body in parts) == text
    assert all(len(body) <= 4096 for _, body in parts)
    assert [head.endswith("m=1") for head, _ in parts] == [True] * (len(parts) - 1) + [False]
    keys = dict(pair.split("=") for pair in parts[0][0].split(","))
    pixels = zlib.decompress(base64.b64decode("".join(body for _, body in parts)))
    assert len(pixels) == int(keys["s"]) * int(keys["v"]) * 3
    assert int(keys["r"]) == rows <= 12
    assert int(keys["c"]) <= 40
    assert f"i={keys['i']}" in erase_preview("kitty")


def test_iterm_gets_a_png_of_the_picture() -> None:
    small = FRAME[:16, :16]
    rows, text = draw_preview(small, "iterm", max_columns=2, max_rows=12)
    match = re.fullmatch(r"\x1b\]1337;File=inline=1;width=2;height=1;preserveAspectRatio=0:(.*)\x07", text)
    assert match is not None
    assert rows == 1
    decoded = np.asarray(Image.open(io.BytesIO(base64.b64decode(match[1]))))
    assert np.array_equal(decoded, small)


def test_blocks_hold_two_pixels_a_cell() -> None:
    frame = np.array([[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]], np.uint8)
    rows, text = draw_preview(frame, "blocks", max_columns=2, max_rows=9)
    assert rows == 1
    assert text == "\x1b[38;2;1;2;3;48;2;7;8;9m▀\x1b[38;2;4;5;6;48;2;10;11;12m▀\x1b[0m"


@pytest.mark.parametrize("shape", [(90, 160), (160, 90), (16, 4096), (4096, 16), (1, 1)])
def test_blocks_stay_inside_their_room(shape: tuple[int, int]) -> None:
    rows, text = draw_preview(np.full((*shape, 3), 9, np.uint8), "blocks", max_columns=30, max_rows=10)
    lines = text.split("\x1b[1B\r")
    assert len(lines) == rows <= 10
    assert all(1 <= line.count("▀") <= 30 for line in lines)
    assert set(re.findall(r"\d+;\d+;\d+(?=[;m])", text.replace("38;2;", "").replace("48;2;", ""))) == {"9;9;9"}
