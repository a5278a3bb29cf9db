"""Subtitle files: what is written comes back."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.film.subtitle import Cue
from tianmu.media.subtitles import SUBTITLE_FORMATS, read_subtitles, shown, write_subtitles

RATES = [Fraction(text) for text in ("24", "24000/1001", "25", "30", "60")]
LINE = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Sm", "So"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text
)


@pytest.mark.parametrize("form", SUBTITLE_FORMATS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    cues=st.lists(
        st.tuples(st.integers(0, 90), st.integers(1, 300), st.lists(LINE, min_size=1, max_size=2)), max_size=6
    ),
    fps=st.sampled_from(RATES),
)
def test_cues_come_back_to_the_frame(
    form: str, cues: list[tuple[int, int, list[str]]], fps: Fraction, tmp_path: Path
) -> None:
    made: list[Cue] = []
    at = 0
    for pause, frames, lines in cues:
        made.append(Cue(start=at + pause, num_frames=frames, lines=tuple(lines)))
        at += pause + frames
    path = tmp_path / f"film.{form}"
    write_subtitles(path, made, fps)
    back = read_subtitles(path, fps)
    assert [(cue.start, cue.num_frames) for cue in back] == [(cue.start, cue.num_frames) for cue in made]
    assert [cue.lines for cue in back] == [tuple(map(shown, cue.lines)) for cue in made]


def test_chinese_and_who_speaks(tmp_path: Path) -> None:
    cue = Cue(start=24, num_frames=48, lines=("十一块石头，", "一枚火箭。"), speaker="岁", language="zh")
    for form in SUBTITLE_FORMATS:
        write_subtitles(tmp_path / f"f.{form}", [cue], Fraction(24), width=1280, height=720)
    assert read_subtitles(tmp_path / "f.ass", Fraction(24), "zh") == (cue,)
    assert (tmp_path / "f.srt").read_text("utf-8") == "1\n00:00:01,000 --> 00:00:03,000\n十一块石头，\n一枚火箭。\n\n"
    assert (tmp_path / "f.vtt").read_text("utf-8").startswith("WEBVTT\n")
    assert "PlayResX: 1280" in (tmp_path / "f.ass").read_text("utf-8")


def test_markup_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    cue = Cue(start=0, num_frames=24, lines=("{b} <i>x</i> & \\N",))
    for form in SUBTITLE_FORMATS:
        write_subtitles(tmp_path / f"f.{form}", [cue], Fraction(24))
        assert read_subtitles(tmp_path / f"f.{form}", Fraction(24))[0].lines == ("｛b｝ ＜i＞x＜/i＞ ＆ ＼N",)


def test_what_cannot_be_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.srt, \.vtt or \.ass"):
        write_subtitles(tmp_path / "f.txt", [], Fraction(24))
    with pytest.raises(OutputError):
        write_subtitles(tmp_path / "gone" / "f.srt", [], Fraction(24))
    with pytest.raises(MediaError):
        read_subtitles(tmp_path / "none.srt", Fraction(24))
    (tmp_path / "bad.srt").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(MediaError, match=r"bad\.srt"):
        read_subtitles(tmp_path / "bad.srt", Fraction(24))
