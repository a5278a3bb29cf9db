"""Durations are exact to the frame at every rate: in the takes, the cut, and both streams of the printed file."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from tianmu.film.cut import Clip, Cut
from tianmu.film.decision import Change, Decisions, anchor_of
from tianmu.film.time import count_frames, exact_rate, parse_fps
from tianmu.media.probe import probe
from tianmu.media.video import read_video
from tianmu.studio.copies import copy_take
from tianmu.studio.documents import keep
from tianmu.studio.export.timecode import place, require_suite_rate
from tianmu.studio.film import make_film
from tianmu.studio.importers import parse_fountain
from tianmu.studio.plan import plan_film
from tianmu.studio.store import Project
from tianmu.studio.takes import FilmSettings

SCRIPT = parse_fountain("""EXT. SNOWFIELD - DAWN

MOSS
Good morning.
""")
RATES = {"24": (24, 1), "25": (25, 1), "30": (30, 1), "23.976": (24000, 1001), "29.97": (30000, 1001)}
AAC = 1024


@pytest.mark.parametrize("word", RATES)
def test_a_printed_film_is_exact_in_every_stream(word: str, project: Project, tmp_path: Path) -> None:
    fps = parse_fps(word)
    assert fps == Fraction(*RATES[word]) == parse_fps(str(fps)) == exact_rate(float(fps))
    keep(project, Decisions(title=False, credits=False))
    settings = FilmSettings(engine="fake", pixels=(64, 36), fps=fps, handles=2, music=False)
    plan = plan_film(SCRIPT, project, settings)
    result = make_film(plan, project, settings, tmp_path / "ice.mp4")
    cut = result.cut
    assert cut.fps == fps
    assert cut.num_frames == sum(count_frames(each.shot.seconds, fps) for each in result.filmed)
    for each in result.filmed:
        facts = probe(project.media.path(each.take.film))
        assert (each.take.fps, facts.fps) == (fps, fps)
        assert each.take.num_frames == facts.num_frames == count_frames(each.shot.seconds, fps) + 4
    exact = Fraction(cut.num_frames) / fps
    with av.open(str(result.path)) as film:
        pictures, sound = film.streams.video[0], film.streams.audio[0]
        base = Fraction(pictures.time_base or 1)
        stamps = sorted(frame.pts * base for frame in film.decode(pictures) if frame.pts is not None)
        assert pictures.duration is not None
        assert pictures.duration * base == exact
        assert stamps == [number / fps for number in range(cut.num_frames)]
        assert sound.duration is not None
        assert abs(sound.duration * Fraction(sound.time_base or 1) - exact) <= Fraction(AAC, sound.rate)
    require_suite_rate(fps, ("edl", "fcp7"))
    assert place(round(fps), fps) == "01:00:01:00"


def test_lines_stand_at_the_frame_that_is_nearest_to_their_time(project: Project) -> None:
    settings = FilmSettings(engine="fake", pixels=(64, 36), fps=Fraction(30000, 1001), handles=0, sound=False)
    plan = plan_film(SCRIPT, project, settings)
    keep(project, Decisions(title=False, credits=False))
    plan = replace(plan, decisions=Decisions(title=False, credits=False))
    with project.media.workspace() as folder:
        cut = make_film(plan, project, settings, folder / "ice.mp4").cut
    (talk,) = (track for track in cut.tracks if track.name == "A1")
    shot = next(shot for shot in plan.shots.shots if shot.lines)
    before = sum(count_frames(other.seconds, cut.fps) for other in plan.shots.shots[: plan.shots.shots.index(shot)])
    starts = before + round(shot.lines[0].starts * cut.fps)
    assert talk.items[0].num_frames == starts


def test_what_was_shot_faster_leaves_as_the_film_plays_it(project: Project, tmp_path: Path) -> None:
    settings = FilmSettings(engine="fake", pixels=(64, 36), fps=Fraction(24), handles=0, sound=False, subtitles=False)
    plan = plan_film(SCRIPT, project, settings)
    shot = plan.shots.shots[-1]
    slower = Change(slate=shot.slate, anchor=anchor_of(shot), slower=Fraction(3, 2))
    keep(project, Decisions(title=False, credits=False, changes=(slower,)))
    result = make_film(plan_film(SCRIPT, project, settings), project, settings, tmp_path / "ice.mp4")
    take = result.filmed[-1].take
    assert take.fps == 36
    copy_take(project, take, tmp_path / "take.mp4")
    info, frames = read_video(tmp_path / "take.mp4")
    assert (info.fps, len(list(frames))) == (24, take.num_frames)
    stored = project.read(Cut)
    assert stored
    used = [item for item in stored.value.tracks[0].items if isinstance(item, Clip) and item.take == take.id]
    assert used[0].num_frames == info.num_frames, "as long as it is in the film"
