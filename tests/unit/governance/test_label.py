"""The label's check-list, held against what is really rendered: height, contrast, place, words, seconds."""

from __future__ import annotations

import math
import time
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tianmu.core.errors import InputError
from tianmu.governance.label import FADE, Label, _em, draw_plate, label_page, label_picture, label_words
from tianmu.governance.rules import KEPT, LabelStyle, rules_for
from tianmu.media.image import Frame
from tianmu.media.letters import draw_mask
from tianmu.media.titles import SAFE
from tianmu.media.video import read_video, write_video

SIZES = [
    (224, 128),
    (128, 224),
    (1280, 720),
    (720, 1280),
    (1080, 1080),
    (960, 720),
    (864, 1080),
    (1720, 720),
    (320, 180),
]
SMALL = [(64, 64), (64, 36), (36, 64), (112, 64), (96, 64)]
AUDIENCES = ["all", "cn", "eu", "us-ca"]
GROUNDS = ["white", "black", "noise", "snow"]


def style_of(audience: str) -> LabelStyle:
    style = rules_for(audience).label
    assert style is not None
    return style


def ground(kind: str, width: int, height: int) -> Frame:
    if kind in ("white", "grey", "black"):
        return np.full((height, width, 3), {"white": 255, "grey": 110, "black": 0}[kind], dtype=np.uint8)
    rng = np.random.default_rng(0)
    if kind == "noise":
        return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    return np.where(rng.random((height, width, 1)) < 0.5, 255, 0).repeat(3, axis=2).astype(np.uint8)


def luminance(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Relative luminance by WCAG 2.2, of sRGB pixels `[... 3]`."""
    part = pixels / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def changed(frame: Frame, shown: Frame) -> tuple[slice, slice]:
    """Rows and columns that the label touches."""
    rows, columns = np.nonzero((frame != shown).any(axis=2))
    return slice(int(rows.min()), int(rows.max()) + 1), slice(int(columns.min()), int(columns.max()) + 1)


def rows_of_ink(plate: Frame) -> list[int]:
    """How many rows each line of letters takes, where a pixel is half as bright to the eye as ink gets (L* = 57)."""
    light = luminance(plate)
    bright = (light > 0.25 * light.max()).any(axis=1).tolist()
    lengths, run = list[int](), 0
    for lit in [*bright, False]:
        if lit:
            run += 1
        elif run:
            lengths.append(run)
            run = 0
    return lengths


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize(("width", "height"), [*SIZES, *SMALL])
def test_letters_are_as_high_as_the_rule_asks(audience: str, width: int, height: int) -> None:
    frame = ground("grey", width, height)
    shown = label_picture(frame, rules_for(audience))
    lines = rows_of_ink(shown[changed(frame, shown)])
    style = style_of(audience)
    wording = draw_plate(style, width, height).wording
    assert len(lines) == len(wording)
    assert min(lines) >= style.letter_height * min(width, height)
    if min(width, height) >= 128:
        assert min(lines) >= style.legible


@pytest.mark.parametrize("short", [64, 128, 240, 720, 1080])
def test_the_lowest_letter_is_high_enough(short: int) -> None:
    """Capitals are the lowest in the words: 人 and 成 stand higher than A at the same size."""
    plate = draw_plate(style_of("eu"), short * 2, short)
    frame = ground("black", short * 2, short)
    lit = luminance(label_picture(frame, rules_for("eu"))[changed(frame, label_picture(frame, rules_for("eu")))]) > 0.5
    columns = np.flatnonzero(lit.any(axis=0))
    groups = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    heights = [int(lit[:, group].any(axis=1).sum()) for group in groups]
    assert plate.wording == ("AI GENERATED",)
    assert len(heights) >= 6  # neighbours may touch where they are small
    assert min(heights) >= short / 20


@pytest.mark.parametrize("kind", GROUNDS)
@pytest.mark.parametrize(("width", "height"), [(224, 128), (720, 1280), (64, 64), (64, 36), (36, 64)])
def test_letters_stand_out_on_every_ground(kind: str, width: int, height: int) -> None:
    """The darkest tenth of what is ink against the brightest pixel of the plate around it."""
    frame, style = ground(kind, width, height), style_of("all")
    shown = label_picture(frame, rules_for("all"))
    rows, columns = changed(
        ground("white", width, height), label_picture(ground("white", width, height), rules_for("all"))
    )
    plate = draw_plate(style, width, height)
    light, veil = luminance(shown[rows, columns]), plate.veil[..., 0]
    letters, around = veil <= 8, (veil > 30) & (veil < 60)
    assert letters.sum() > 15
    assert around.sum() > 40
    ratio = (np.quantile(light[letters], 0.1) + 0.05) / (np.quantile(light[around], 0.99) + 0.05)
    assert ratio >= style.contrast


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize(("width", "height"), [*SIZES, *SMALL])
def test_the_label_stands_at_the_corner_of_the_safe_area(audience: str, width: int, height: int) -> None:
    frame = ground("white", width, height)
    rows, columns = changed(frame, label_picture(frame, rules_for(audience)))
    assert height * SAFE <= rows.start <= height * SAFE + 1
    assert width * SAFE <= columns.start <= width * SAFE + 1
    assert rows.stop <= height * (1 - SAFE)
    assert columns.stop <= width * (1 - SAFE)


@pytest.mark.parametrize(("width", "height"), [(16, 16), (24, 13), (13, 24), (20, 20)])
def test_a_tiny_picture_still_has_a_label_within_it(width: int, height: int) -> None:
    frame = ground("white", width, height)
    assert not np.array_equal(label_picture(frame, rules_for("eu")), frame)


def test_a_picture_that_no_words_fit_on_is_refused() -> None:
    with pytest.raises(InputError, match="8 x 8 is too small to carry the label 'AI生成'"):
        label_picture(ground("white", 8, 8), rules_for("all"))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_both_languages_can_be_read_in_all(width: int, height: int) -> None:
    """Every letter of both phrases is found where it is drawn: its mask correlates with the picture's ink."""
    frame = ground("noise", width, height)
    shown = luminance(label_picture(frame, rules_for("all")))
    plate = draw_plate(style_of("all"), width, height)
    assert "人工智能生成" in "".join(plate.wording)
    assert "AI GENERATED" in "".join(plate.wording)
    ink = shown[plate.top : plate.top + plate.ink.shape[0], plate.left : plate.left + plate.ink.shape[1]]
    size = _em(plate.wording, max(9, math.ceil(min(width, height) / 20)))
    for phrase in ("人工智能生成", "AI GENERATED"):
        assert _correlation(phrase, ink, size) > 0.85
    assert _correlation("AI DEGRATEEN", ink, size) < 0.8
    assert _correlation("生成智能工人", ink, size) < 0.8


def _correlation(phrase: str, ink: NDArray[np.float64], size: int) -> float:
    """The best normalised correlation of a phrase's mask with a picture, wherever it lies."""
    scene = ink.astype(np.float32)
    mask = np.asarray(draw_mask(phrase, size, bold=max(1, round(size * 0.088)))[0], dtype=np.float32) / 255
    return float(cv2.matchTemplate(scene, mask, cv2.TM_CCOEFF_NORMED).max())


@pytest.mark.parametrize("fps", [Fraction(8), Fraction(24000, 1001), Fraction(24), Fraction(60)])
def test_the_label_stays_for_the_rules_seconds_and_then_fades(fps: Fraction) -> None:
    label = Label(rules_for("all"), width=224, height=128, fps=fps, num_frames=1000)
    frame = ground("white", 224, 128)
    full = label.apply(0, frame)
    index = 0
    while np.array_equal(label.apply(index, frame), full):
        index += 1
    assert 2 + 1 / fps <= index / fps < 2 + 2 / fps  # from frame 0 to the end of the last one, and one to spare
    dark = [int(255 - label.apply(at, frame).min()) for at in range(index, label.num_labelled)]
    assert dark == sorted(dark, reverse=True)
    assert min(dark) > 0
    assert label.num_labelled / fps <= 2 + FADE + 2 / fps
    assert label.apply(label.num_labelled, frame) is frame


@pytest.mark.parametrize("num_frames", [1, 5, 48, 49])
def test_a_shorter_clip_shows_it_throughout(num_frames: int) -> None:
    label = Label(rules_for("all"), width=224, height=128, fps=Fraction(24), num_frames=num_frames)
    frame = ground("noise", 224, 128)
    first = label.apply(0, frame)
    assert all(np.array_equal(label.apply(index, frame), first) for index in range(num_frames))


def test_frames_are_not_edited_in_place_and_the_same_words_give_the_same_pixels() -> None:
    frame = ground("noise", 224, 128)
    before = frame.copy()
    shown = label_picture(frame, rules_for("all"))
    assert np.array_equal(frame, before)
    draw_plate.cache_clear()
    assert np.array_equal(label_picture(frame, rules_for("all")), shown)
    frame.flags.writeable = False
    assert np.array_equal(label_picture(frame, rules_for("all")), shown)


def test_only_the_plate_is_touched() -> None:
    frame = ground("noise", 224, 128)
    shown, plate = label_picture(frame, rules_for("all")), draw_plate(style_of("all"), 224, 128)
    high, wide, _ = plate.ink.shape
    shown[plate.top : plate.top + high, plate.left : plate.left + wide] = frame[
        plate.top : plate.top + high, plate.left : plate.left + wide
    ]
    assert np.array_equal(shown, frame)
    assert high * wide < 0.15 * 224 * 128


def test_where_there_is_no_label_nothing_is_done() -> None:
    frame = ground("noise", 64, 64)
    for rules in (KEPT, rules_for("none")):
        assert label_picture(frame, rules) is frame
        assert label_page(frame, rules) is frame
        assert label_words(rules) == ""
        assert Label(rules, width=64, height=64, fps=Fraction(24), num_frames=9).apply(0, frame) is frame


def test_a_frame_of_another_size_is_refused() -> None:
    label = Label(rules_for("all"), width=224, height=128, fps=Fraction(24), num_frames=9)
    with pytest.raises(InputError, match=r"\[128 224 3\] uint8, and one of \[64, 64, 3\]"):
        label.apply(0, ground("white", 64, 64))


def test_a_page_gets_a_strip_and_loses_nothing() -> None:
    page = ground("noise", 300, 201)
    page[-1] = 18
    shown = label_page(page, rules_for("all"))
    assert np.array_equal(shown[:201], page)
    strip = shown[201:]
    assert strip.shape[0] % 2 == 0
    assert tuple(strip[0, 0]) == (18, 18, 18)
    rows, _ = changed(np.full_like(strip, 18), strip)
    assert 0 < rows.start <= rows.stop < strip.shape[0]
    assert max(rows_of_ink(strip)) >= min(shown.shape[:2]) / 20


def test_words_for_a_document() -> None:
    assert label_words(rules_for("all"), "en") == "AI GENERATED · 人工智能生成"
    assert label_words(rules_for("all"), "zh") == "人工智能生成 · AI GENERATED"
    assert label_words(rules_for("cn"), "en") == "人工智能生成"
    assert label_words(rules_for("eu"), "zh") == label_words(rules_for("us-ca")) == "AI GENERATED"


@pytest.mark.parametrize("format", ["mp4", "gif", "webp"])
def test_it_can_be_read_in_the_file(tmp_path: Path, format: str) -> None:
    """After the codec, on the opening of the file as it plays: the words, and their height."""
    width, height = 224, 128
    label = Label(rules_for("all"), width=width, height=height, fps=Fraction(12), num_frames=40)
    frame = np.asarray(Image.linear_gradient("L").resize((width, height)).convert("RGB"), dtype=np.uint8)
    frames = (label.apply(index, np.roll(frame, index, axis=1)) for index in range(40))
    path = write_video(tmp_path / f"a.{format}", frames, Fraction(12)).path
    shown = list(read_video(path)[1])
    plate = draw_plate(style_of("all"), width, height)
    place = (slice(plate.top, plate.top + plate.ink.shape[0]), slice(plate.left, plate.left + plate.ink.shape[1]))
    size = _em(plate.wording, 9)
    for index in (0, 12, 23):
        light = luminance(shown[index][place])
        assert _correlation("人工智能生成", light, size) > 0.8
        assert _correlation("AI GENERATED", light, size) > 0.8
        assert max(rows_of_ink(shown[index][place][3:-3, 3:-3])) >= 128 / 20
    assert _correlation("AI GENERATED", luminance(shown[39][place]), size) < 0.5


def test_the_label_costs_little() -> None:
    """Under 1 ms of processor time for a frame of 720p, with room for a busy machine; nothing after the opening."""
    label = Label(rules_for("all"), width=1280, height=720, fps=Fraction(24), num_frames=200)
    frame = ground("noise", 1280, 720)
    label.apply(0, frame)
    started = time.process_time()
    for _ in range(20):
        label.apply(3, frame)
    assert (time.process_time() - started) / 20 < 0.004
    assert label.apply(150, frame) is frame
