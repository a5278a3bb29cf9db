"""A piece of a clip shows the frames that the clip shows."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from tianmu.film.cut import Clip
from tianmu.studio.edit.checks import source_frame
from tianmu.studio.excerpts.pieces import piece_of

SPEEDS = st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 2), Fraction(-1), Fraction(-2), Fraction(3, 2)])


@given(SPEEDS, st.integers(0, 30), st.integers(1, 60), st.integers(0, 59), st.integers(1, 60))
def test_a_piece_shows_the_frames_of_its_clip(speed: Fraction, start: int, length: int, offset: int, num: int) -> None:
    assume(offset + num <= length)
    clip = Clip(slate="1A", take="t", film="f", start=start, num_frames=length, available=400, speed=speed)
    piece = piece_of(clip, offset, num)
    shown = [source_frame(piece, index) for index in range(piece.num_frames)]
    wanted = [source_frame(clip, offset + index) for index in range(num)]
    if speed.denominator == 1 or offset % speed.denominator == 0:
        assert shown == wanted
    assert all(abs(a - b) <= 1 for a, b in zip(shown, wanted, strict=True))


@given(st.integers(1, 4), st.integers(0, 20), st.integers(4, 60))
def test_a_piece_at_a_lower_rate_stays_within_its_part(every: int, offset: int, num: int) -> None:
    clip = Clip(slate="1A", take="t", film="f", start=3, num_frames=offset + num, available=400)
    piece = piece_of(clip, offset, num, faster=Fraction(every))
    shown = [source_frame(piece, index) for index in range(piece.num_frames)]
    assert piece.num_frames == max(1, num // every)
    assert shown[0] == source_frame(clip, offset)
    assert shown[-1] <= source_frame(clip, offset + num - 1)
