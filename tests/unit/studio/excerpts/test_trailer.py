"""The trailer: whole lines, the film's order, no longer than it may be, nothing of the end; and the file."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest

from tianmu.core.errors import InputError
from tianmu.core.settings import settings
from tianmu.film.cut import Clip, Cut, Title
from tianmu.film.screenplay import Screenplay, Synopsis
from tianmu.media.video import read_video
from tianmu.studio.edit.checks import check_cut, source_frame
from tianmu.studio.edition import Edition, clips_of
from tianmu.studio.excerpts.moments import Moment
from tianmu.studio.excerpts.sources import moments_of, motion_of
from tianmu.studio.excerpts.trailer import (
    LONGEST,
    SHARE,
    _in_rhythm,
    _logline,
    _soundtrack,
    choose_moments,
    trailer_cut,
    write_trailer,
)
from tianmu.studio.inspect import inspect_file
from tianmu.studio.marking import store_of
from tianmu.studio.render import silent


def chosen_of(edition: Edition) -> tuple[Moment, ...]:
    motion = motion_of(edition)
    found = moments_of(edition, motion, heard=True)
    return choose_moments(found, edition.cut, edition.plan.screenplay, motion)


def test_moments_are_apart_in_order_within_their_takes_before_the_end_and_no_longer_than_they_may_be(
    edition: Edition,
) -> None:
    chosen = chosen_of(edition)
    assert all(before.end <= after.start for before, after in pairwise(chosen))
    for moment in chosen:
        assert moment.clip_start <= moment.start < moment.end <= moment.clip_end
        assert not moment.slate.startswith("3")
    cut = trailer_cut(edition.cut, chosen, edition.plan.screenplay)
    check_cut(cut)
    for clip in clips_of(cut):
        assert source_frame(clip, 0) >= 0
        assert source_frame(clip, clip.num_frames - 1) < clip.available
    shown, whole = (sum(each.num_frames for each in them) for them in (chosen, clips_of(edition.cut)))
    titles = [item for item in cut.tracks[0].items if isinstance(item, Title)]
    cards = sum(title.num_frames for title in titles)
    assert shown + cards == cut.num_frames <= max(whole * SHARE, cards + whole * SHARE / 2)
    assert cut.num_frames / cut.fps <= LONGEST
    assert [title.lines[0].text for title in titles] == ["Two who should not meet, meet.", "Two on the Ice"]


def test_lines_are_heard_whole_where_they_are_seen(edition: Edition) -> None:
    motion = motion_of(edition)
    found = [moment for moment in moments_of(edition, motion, heard=True) if moment.line is not None]
    assert len(found) >= 3
    film = edition.soundtrack().sound
    cut = trailer_cut(edition.cut, found, edition.plan.screenplay)
    sound = _soundtrack(edition, cut, found, silent).sound
    assert film is not None
    assert sound is not None
    heard = [(line.text, line.key, line.num_frames) for line in sound.lines]
    assert heard == [(line.text, line.key, line.num_frames) for line in film.lines[: len(heard)]]
    assert len(heard) == len(found)
    spans = [(line.start, line.start + line.num_frames) for line in sound.lines]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    at, places = 0, []
    for item in cut.tracks[0].items:
        if isinstance(item, Clip):
            places.append((at, at + item.num_frames))
        at += item.num_frames
    assert all(begin <= start and end <= stop for (start, end), (begin, stop) in zip(spans, places, strict=True))


def test_a_silent_film_has_a_silent_trailer_with_its_lines_to_read(edition: Edition) -> None:
    silent_film = replace(edition, settings=replace(edition.settings, sound=False))
    moments = moments_of(silent_film, lambda clip: (), heard=True)
    said = [moment for moment in moments if moment.line is not None]
    cut = trailer_cut(edition.cut, said, edition.plan.screenplay)
    track = _soundtrack(silent_film, cut, said, silent)
    assert track.sound is None
    assert len(track.subtitles.cues) == len(said) > 0
    order = [moment for moment in moments if moment.line is None and moment.num_frames >= 27]
    lengths = [moment.num_frames for moment in _in_rhythm(order, Fraction(12), lambda clip: ())]
    assert len(lengths) >= 3
    assert lengths == sorted(lengths, reverse=True)  # quicker and quicker
    assert (lengths[0], lengths[-1]) == (27, 9)


CUT = Cut(name="f", fps=Fraction(12), width=128, height=72)


def test_the_logline_is_the_scripts_own_and_short() -> None:
    card = _logline(CUT, Screenplay(title_page=(("Logline", "*Two* meet."),)))
    assert card is not None
    assert [line.text for line in card.lines] == ["Two meet."]
    assert _logline(CUT, Screenplay(title_page=(("Title", "X"),))) is None
    card = _logline(CUT, Screenplay(opening=(Synopsis(text="One sentence. " + "And many more of them, " * 20),)))
    assert card is not None
    assert card.lines[0].text == "One sentence."


def test_a_film_without_a_shot_has_no_trailer() -> None:
    with pytest.raises(InputError, match="at least one shot"):
        choose_moments((), CUT, Screenplay(), lambda clip: ())


def test_a_written_trailer_reads_back_intact_marked_and_signed(edition: Edition, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    told: list[float] = []
    quiet = replace(edition, settings=replace(edition.settings, music=False))
    written = write_trailer(quiet, folder, lambda fraction, what, preview=None: told.append(fraction))
    (path,) = written.files
    assert path.name == "two-on-the-ice-trailer.mp4"
    assert told == sorted(told)
    assert told[-1] == 1.0
    info, _ = read_video(path)
    assert (info.width, info.height, info.fps) == (128, 72, 12)
    with av.open(str(path)) as film:
        assert film.streams.video[0].codec_context.name == "h264"
        assert film.streams.audio[0].codec_context.name == "aac"
    report = inspect_file(path, store=store_of(edition.project), home=settings().home)
    assert (report.verdict, report.sort, report.made_by_ai) == ("intact", "film", True)
    assert report.layer("aigc").status == report.layer("watermark").status == "found"
    assert report.tree is not None
    assert report.tree["title"] == "Two on the Ice (trailer)"
    seen = {clip.slate for clip in clips_of(trailer_cut(edition.cut, chosen_of(edition), edition.plan.screenplay))}
    assert {node["title"] for node in report.tree["ingredients"]} == seen
    assert written.notes[0].startswith("Trailer: ")
