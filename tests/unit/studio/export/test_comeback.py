"""An editor's changed cut becomes decisions, and the film is then cut that way."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from opentimelineio.opentime import RationalTime, TimeRange
from tests.unit.studio.export.conftest import Made, copy, stems

from tianmu.core.errors import InputError, MediaError
from tianmu.film.cut import Clip, Cut, Gap
from tianmu.film.decision import Decisions, Trim, anchor_of
from tianmu.studio.documents import keep
from tianmu.studio.edition import read_edition
from tianmu.studio.export.comeback import Comeback, import_cut
from tianmu.studio.export.names import name_parts
from tianmu.studio.export.package import export_cut
from tianmu.studio.export.reading import read_cut
from tianmu.studio.export.timeline import NAMESPACE, to_timeline

Change = Callable[[Any], None]


def edited(made: Made, tmp_path: Path, change: Change) -> Path:
    """The film's timeline, exported, changed on its first track, and saved."""
    number = len(list(tmp_path.glob("out*")))
    done = export_cut(read_edition(made.project), tmp_path / f"out{number}", ("otio",), copy=copy, copy_stems=stems)
    timeline: Any = otio.adapters.read_from_file(str(done.files[0]))
    change(timeline.tracks[0])
    path = tmp_path / f"edited{number}.otio"
    otio.adapters.write_to_file(timeline, str(path))
    return path


def back(made: Made, tmp_path: Path, change: Change) -> Comeback:
    return import_cut(made.project, edited(made, tmp_path, change))


def shots(cut: Cut) -> list[str]:
    return [item.slate for item in cut.tracks[0].items if isinstance(item, Clip)]


def find(track: Any, slate: str) -> Any:
    return next(item for item in track if item.metadata.get(NAMESPACE, {}).get("slate") == slate)


def respan(item: Any, start: int = 0, length: int = 0) -> None:
    """Begin so many frames later, and be so many frames longer."""
    span = item.source_range
    rate = span.duration.rate
    item.source_range = TimeRange(
        span.start_time + RationalTime(start, rate), span.duration + RationalTime(length, rate)
    )


def wanted(path: Path) -> Cut:
    timeline: Any = otio.adapters.read_from_file(str(path))
    return read_cut(timeline).cut


@pytest.mark.parametrize(
    "decided",
    [
        {},
        {"head": 4, "tail": -3, "speed": Fraction(3, 2)},
        {"join": "dissolve", "join_frames": 7, "black": 0},
        {"join": "fade", "join_frames": 9, "black": 12},
        {"speed": Fraction(-1, 2), "inset": "1A"},
    ],
)
def test_an_untouched_timeline_changes_nothing(made: Made, tmp_path: Path, decided: dict[str, Any]) -> None:
    shot = made.plan.shots.shots[-1]
    if decided:
        keep(made.project, Decisions().trim(Trim(slate=shot.slate, anchor=anchor_of(shot), **decided)))
        made.cut_again()
    before = made.plan.decisions
    result = back(made, tmp_path, lambda track: None)
    assert result.notes == ()
    assert not result.changed
    assert made.plan.decisions == before
    assert result.cut == made.cut


def test_order_and_left_out_shots_come_back_and_the_round_trip_then_changes_nothing(made: Made, tmp_path: Path) -> None:
    def reorder(track: Any) -> None:
        last, first = find(track, shots(made.cut)[-1]), find(track, shots(made.cut)[0])
        index = track.index(first)
        track.remove(last)
        track.insert(index, last)
        track.remove(find(track, shots(made.cut)[1]))

    order = shots(made.cut)
    result = back(made, tmp_path, reorder)
    assert result.changed
    assert shots(result.cut) == [order[-1], order[0], *order[2:-1]]
    assert shots(made.cut_again()) == shots(result.cut)
    assert [ref.slate for ref in made.plan.decisions.omitted] == [order[1]]
    again = back(made, tmp_path, lambda track: None)
    assert (again.changed, again.notes) == (False, ())


def test_trims_within_handles_come_back_to_the_frame(made: Made, tmp_path: Path) -> None:
    slate = shots(made.cut)[1]
    path = edited(made, tmp_path, lambda track: respan(find(track, slate), -5, 3))
    result = import_cut(made.project, path)
    assert result.notes == ()
    (trim,) = made.plan.decisions.trims
    assert (trim.slate, trim.head, trim.tail) == (slate, -5, 2)
    assert made.cut_again() == result.cut
    assert result.cut.tracks[0] == wanted(path).tracks[0]


def test_a_trim_beyond_the_handles_is_refused_with_the_number_and_nothing_is_applied(
    made: Made, tmp_path: Path
) -> None:
    order = shots(made.cut)

    def greedy(track: Any) -> None:
        respan(find(track, order[0]), 2, -2)
        respan(find(track, order[1]), -11, 0)

    before = made.plan.decisions
    with pytest.raises(InputError, match=rf"{order[1]}.*needs the frames -3 to"):
        back(made, tmp_path, greedy)
    assert made.plan.decisions == before


def test_a_dissolve_without_handle_is_refused_with_the_number(made: Made, tmp_path: Path) -> None:
    order = shots(made.cut)

    def dissolve(track: Any) -> None:
        index = track.index(find(track, order[1]))
        track.insert(
            index,
            otio.schema.Transition(
                transition_type="SMPTE_Dissolve", in_offset=RationalTime(12, 24), out_offset=RationalTime(12, 24)
            ),
        )

    with pytest.raises(InputError, match="12 frames of handle, and its take lacks 4"):
        back(made, tmp_path, dissolve)
    assert made.plan.decisions == Decisions()


def test_joins_come_back(made: Made, tmp_path: Path) -> None:
    order = shots(made.cut)

    def rejoin(track: Any) -> None:
        for child in [child for child in track if isinstance(child, otio.schema.Transition)]:
            if child.transition_type == "SMPTE_Dissolve":
                track.remove(child)
        index = track.index(find(track, order[1]))
        mix = otio.schema.Transition(
            transition_type="SMPTE_Dissolve", in_offset=RationalTime(5, 24), out_offset=RationalTime(5, 24)
        )
        track.insert(index, mix)

    path = edited(made, tmp_path, rejoin)
    result = import_cut(made.project, path)
    assert result.notes == ()
    assert result.cut.tracks[0] == wanted(path).tracks[0]
    decided = {trim.slate: (trim.join, trim.join_frames) for trim in made.plan.decisions.trims}
    assert decided[order[1]] == ("dissolve", 10)
    assert sorted({join for join, _ in decided.values() if join}) == ["cut", "dissolve"]


def test_speed_black_and_titles_come_back(made: Made, tmp_path: Path) -> None:
    order = shots(made.cut)

    def change(track: Any) -> None:
        sped = find(track, order[0])
        sped.effects.append(otio.schema.LinearTimeWarp(time_scalar=2.0))
        respan(sped, 0, -int(sped.source_range.duration.value) // 2)
        track.insert(track.index(find(track, order[1])), otio.schema.Gap(duration=RationalTime(24, 24)))
        title = next(item for item in track if item.metadata.get(NAMESPACE, {}).get("kind") == "title")
        fade = track[0]
        track.remove(title)
        track.remove(fade)

    path = edited(made, tmp_path, change)
    result = import_cut(made.project, path)
    decisions = made.plan.decisions
    assert not decisions.title
    assert decisions.credits
    found = {trim.slate: trim for trim in decisions.trims}
    assert found[order[0]].speed == 2
    assert (found[order[0]].head, found[order[0]].tail) == (0, 0)
    assert found[order[1]].black == 24
    assert Gap(num_frames=24) in result.cut.tracks[0].items
    assert result.cut.tracks[0] == wanted(path).tracks[0]
    assert result.notes == ()


def test_what_cannot_be_held_is_told_one_by_one_and_the_rest_is_held(made: Made, tmp_path: Path) -> None:
    order = shots(made.cut)

    def odd(track: Any) -> None:
        respan(find(track, order[0]), 1, -1)
        again = find(track, order[1]).deepcopy()
        track.insert(track.index(find(track, order[2])), again)
        card = next(item for item in track if item.metadata.get(NAMESPACE, {}).get("kind") == "title")
        respan(card, 0, 10)
        foreign = otio.schema.Clip(
            name="drone.mov",
            media_reference=otio.schema.ExternalReference(target_url="file:///d/drone.mov"),
            source_range=TimeRange(RationalTime(0, 24), RationalTime(30, 24)),
        )
        track.append(foreign)

    result = back(made, tmp_path, odd)
    notes = " / ".join(result.notes)
    assert f"Shot {order[1]} is used more than once" in notes
    assert "no media 'drone.mov'" in notes
    assert "The title “Two on the Ice / A. Writer” stands in its place" in notes
    assert made.plan.decisions.trims[0].head == 1


def test_a_half_speed_that_no_whole_frame_fits_is_told_with_what_is_nearest(made: Made, tmp_path: Path) -> None:
    slate = shots(made.cut)[0]

    def slow(track: Any) -> None:
        clip = find(track, slate)
        clip.effects.append(otio.schema.LinearTimeWarp(time_scalar=0.5))
        respan(clip, 0, 1 - int(clip.source_range.duration.value) % 2)  # an odd number of frames

    result = back(made, tmp_path, slow)
    assert any(f"Shot {slate}" in note and "the nearest that a trim can say" in note for note in result.notes)


def test_only_a_look_is_taken_when_asked(made: Made, tmp_path: Path) -> None:
    path = edited(made, tmp_path, lambda track: respan(find(track, shots(made.cut)[0]), 2, -2))
    result = import_cut(made.project, path, apply=False)
    assert result.changed
    assert made.plan.decisions == Decisions()


def test_another_take_and_an_older_export_are_told(made: Made, tmp_path: Path) -> None:
    slate = shots(made.cut)[0]

    def other(track: Any) -> None:
        find(track, slate).metadata[NAMESPACE]["take"] = "feedfacefeed"

    notes = " / ".join(back(made, tmp_path, other).notes)
    assert f"Shot {slate} shows the take feedface" in notes
    assert "tianmu take circle feedface" in notes

    path = edited(made, tmp_path, lambda track: None)
    shot = made.plan.shots.shots[-1]
    keep(made.project, Decisions().trim(Trim(slate=shot.slate, anchor=anchor_of(shot), head=3)))
    made.cut_again()
    result = import_cut(made.project, path)
    assert any("cut anew after this timeline was exported" in note for note in result.notes)
    assert made.plan.decisions == Decisions()


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("cut.edl", "TITLE: x", "reads .otio, and 'cut.edl' is none"),
        ("cut.otio", "{", "cannot be read as a timeline"),
        ("cut.otio", "[]", "cannot be read as a timeline|holds"),
        ("cut.otio", "[" * 300_000, "nested too deeply"),
        ("cut.otio", '{"OTIO_SCHEMA": "Timeline.99"}', "cannot be read as a timeline"),
        ("cut.otio", otio.schema.Clip(name="x").to_json_string(), "it holds Clip"),
        ("cut.otio", otio.schema.Timeline(name="x").to_json_string(), "No shot of this film"),
    ],
)
def test_files_that_are_no_cut_are_said_in_a_sentence(
    made: Made, tmp_path: Path, name: str, text: str, says: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises((InputError, MediaError), match=says) as caught:
        import_cut(made.project, path)
    assert "\n" not in caught.value.message
    with pytest.raises(MediaError, match=r"gone\.otio cannot be read"):
        import_cut(made.project, tmp_path / "gone.otio")


def test_what_an_editor_does_to_the_sound_is_told_and_lines_stay_with_their_shots(made: Made, tmp_path: Path) -> None:
    edition = read_edition(made.project)
    names = name_parts(edition.cut, edition.takes, {}, stems=("dialogue", "music"))
    timeline = to_timeline(edition.cut, names)
    path = tmp_path / "heard.otio"
    otio.adapters.write_to_file(timeline, str(path))
    assert import_cut(made.project, path).notes == ()
    dialogue: Any = timeline.audio_tracks()[0]
    span = dialogue[0].source_range
    dialogue[0].source_range = TimeRange(span.start_time, span.duration - RationalTime(6, 24))
    dialogue.append(
        otio.schema.Clip(
            name="waves",
            media_reference=otio.schema.ExternalReference(target_url="media/waves.wav"),
            source_range=TimeRange(RationalTime(0, 24), RationalTime(6, 24)),
        )
    )
    otio.adapters.write_to_file(timeline, str(path))
    result = import_cut(made.project, path)
    assert not result.changed
    assert [note for note in result.notes if "The stems were cut or moved" in note]
    assert [note for note in result.notes if "'waves'" in note and "on Dialogue is none of the film's" in note]
    assert len(result.notes) == 2
