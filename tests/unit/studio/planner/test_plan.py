"""Laws of a plan: what is promised of every shot of every screenplay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studio.planner.scripts import CAFE, LAMP, dialogues, does, heading, says, scene, screenplays

from tianmu.core.errors import InputError
from tianmu.film.asset import Asset, AssetVersion
from tianmu.film.schema import from_row, to_row
from tianmu.film.screenplay import Note, Screenplay, Speech
from tianmu.film.shot import Shot, ShotList
from tianmu.studio.planner import break_down, cast_assets, plan_shots, planned_scene, write_prompt
from tianmu.studio.planner.plan import slate
from tianmu.studio.planner.timing import LONGEST, SHORTEST, paragraphs
from tianmu.world.expand import expand

TALK = ("master", "two_shot", "over_shoulder", "single", "reaction")


def plan(screenplay: Screenplay) -> tuple[ShotList, tuple[Asset, ...]]:
    assets, _ = cast_assets(screenplay, break_down(screenplay))
    return plan_shots(screenplay, assets), assets


def check_prompts(shots: Sequence[Shot], assets: Sequence[Asset]) -> None:
    known = {asset.id: asset for asset in assets}
    for shot in shots:
        assert expand(shot.prompt).scene == planned_scene(shot, assets), shot.prompt
        assert write_prompt(shot, known) == shot.prompt


@given(screenplays())
@settings(max_examples=25)
def test_the_world_reads_every_prompt_back_as_what_was_planned(screenplay: Screenplay) -> None:
    shots, assets = plan(screenplay)
    check_prompts(shots.shots, assets)


@pytest.mark.parametrize("screenplay", [LAMP, CAFE], ids=["english", "chinese"])
def test_prompts_of_the_examples_read_back(screenplay: Screenplay) -> None:
    shots, assets = plan(screenplay)
    check_prompts(shots.shots, assets)


@given(screenplays())
@settings(max_examples=25)
def test_every_line_is_spoken_once_and_in_order(screenplay: Screenplay) -> None:
    shots, _ = plan(screenplay)
    for each in screenplay.scenes:
        spoken: dict[str, str] = {}
        for shot in shots.shots:
            for line in shot.lines if shot.scene == each.number else ():
                spoken[line.character] = spoken.get(line.character, "") + line.text
        written: dict[str, str] = {}
        for speech in each.speeches:
            text = "".join(paragraph for paragraph, _, _ in paragraphs(speech))
            written[speech.character] = written.get(speech.character, "") + text
        assert {who: _squeezed(text) for who, text in spoken.items()} == {
            who: _squeezed(text) for who, text in written.items()
        }


@given(screenplays())
@settings(max_examples=25)
def test_every_beat_of_action_is_shown(screenplay: Screenplay) -> None:
    shots, _ = plan(screenplay)
    for each in screenplay.scenes:
        shown = [shot.action for shot in shots.shots if shot.scene == each.number and shot.action]
        once = _distinct(shown)
        assert _squeezed("".join(once)) == _squeezed("".join(_distinct(action.text for action in each.actions)))


@given(screenplays())
@settings(max_examples=25)
def test_shots_have_room_for_their_words_and_keep_their_bounds(screenplay: Screenplay) -> None:
    shots, _ = plan(screenplay)
    for shot in shots.shots:
        assert SHORTEST <= shot.seconds <= LONGEST + 3 * bool(shot.lines)
        assert (shot.seconds * 24).denominator == 1
        for line in shot.lines:
            assert line.starts >= 0
            assert line.starts + line.seconds <= shot.seconds
        for line, following in zip(shot.lines, shot.lines[1:], strict=False):
            assert line.starts <= following.starts


@given(dialogues())
@settings(max_examples=40)
def test_nobody_crosses_the_line(screenplay: Screenplay) -> None:
    shots, assets = plan(screenplay)
    sides: dict[str, str] = {}
    for shot in shots.shots:
        if shot.setup not in TALK:
            continue
        for performer in shot.performers:
            assert sides.setdefault(performer.asset, performer.direction) == performer.direction
        actors, relation = planned_scene(shot, assets).actors, planned_scene(shot, assets).relation
        if shot.setup == "over_shoulder" or len(actors) == 2:
            # Whoever is on the left of the picture looks right: with "behind" the world puts the first there, too.
            assert relation in ("left_of", "behind")
            assert (actors[0].direction, actors[1].direction) != ("left", "right")
        if shot.setup == "over_shoulder":
            assert [actor.direction for actor in actors] == ["right", "left"]


@given(screenplays())
@settings(max_examples=25)
def test_slates_are_unique_and_every_choice_has_its_reason(screenplay: Screenplay) -> None:
    shots, _ = plan(screenplay)
    slates = [shot.slate for shot in shots.shots]
    assert len(set(slates)) == len(slates)
    for shot in shots.shots:
        assert shot.slate.startswith(shot.scene)
        chosen = {reason.choice for reason in shot.reasons}
        assert chosen >= {"setup", "size", "move", "seconds", "time", "weather"}
        assert all(reason.en and reason.zh for reason in shot.reasons)


@given(screenplays(), st.data())
@settings(max_examples=25)
def test_a_line_that_changes_leaves_other_scenes_as_they_were(screenplay: Screenplay, data: st.DataObject) -> None:
    shots, assets = plan(screenplay)
    places = [
        (i, j) for i, s in enumerate(screenplay.scenes) for j, e in enumerate(s.elements) if isinstance(e, Speech)
    ]
    if not places:
        return
    i, j = data.draw(st.sampled_from(places))
    changed = screenplay.scenes[i]
    speech = changed.elements[j]
    assert isinstance(speech, Speech)
    other = says(speech.character, "Something else, and much more of it, whispers the sea! Go now. 走吧。")
    elements = (*changed.elements[:j], other, *changed.elements[j + 1 :])
    scenes = (*screenplay.scenes[:i], replace(changed, elements=elements), *screenplay.scenes[i + 1 :])
    again = plan_shots(replace(screenplay, scenes=scenes), assets)
    for number in (each.number for each in screenplay.scenes if each.number != changed.number):
        assert [shot for shot in again.shots if shot.scene == number] == [
            shot for shot in shots.shots if shot.scene == number
        ]


@given(screenplays(), st.data())
@settings(max_examples=25)
def test_a_version_that_changes_replans_exactly_the_shots_it_is_in(screenplay: Screenplay, data: st.DataObject) -> None:
    shots, assets = plan(screenplay)
    players = [asset for asset in assets if asset.kind in ("character", "prop")]
    if not players:
        return
    asset = data.draw(st.sampled_from(players))
    version = AssetVersion(number=0, words="a penguin", subject="penguin")
    revised = tuple(each.revise(version) if each.id == asset.id else each for each in assets)
    again = plan_shots(screenplay, revised)
    assert len(again.shots) == len(shots.shots)
    for before, after in zip(shots.shots, again.shots, strict=True):
        assert (before != after) == (asset.id in dict(before.assets))
    check_prompts(again.shots, revised)


def test_a_set_that_changes_leaves_shots_on_other_sets_as_they_were() -> None:
    shots, assets = plan(LAMP)
    version = AssetVersion(number=0, words="a stage", setting="stage", seed=7)
    revised = tuple(each.revise(version) if each.id == "set-beach" else each for each in assets)
    again = plan_shots(LAMP, revised)
    assert [shot for shot in again.shots if shot.set != "set-beach"] == [
        shot for shot in shots.shots if shot.set != "set-beach"
    ]
    assert all(("set-beach", 2) in shot.assets and shot.seed == 7 for shot in again.shots if shot.scene == "3")


def test_a_plan_is_the_same_every_time_and_survives_storage() -> None:
    shots, assets = plan(LAMP)
    assert plan_shots(LAMP, assets) == shots
    assert from_row(ShotList, to_row(shots)) == shots


def test_a_fox_with_a_name_is_one_fox() -> None:
    screenplay = Screenplay(
        scenes=(
            scene(
                1,
                heading("EXT", "FOREST", "DAY"),
                does("JU, a fox, walks up."),
                does("The fox runs."),
                says("JU", "Come with me to the sea, old friend."),
            ),
        )
    )
    shots, assets = plan(screenplay)
    assert [asset.id for asset in assets if asset.now.subject == "fox"] == ["character-ju"]
    deeds = {shot.action: [performer.asset for performer in shot.performers] for shot in shots.shots if shot.action}
    assert deeds == {"JU, a fox, walks up.": ["character-ju"], "The fox runs.": ["character-ju"]}


def test_a_new_place_is_established_and_a_known_one_is_not() -> None:
    cafe, street = heading("INT", "CAFE", "DAY"), heading("EXT", "STREET", "DAY")
    screenplay = Screenplay(
        scenes=(
            scene(1, cafe, says("MARA", "One.")),
            scene(2, cafe, says("MARA", "Two.")),
            scene(3, street, does("Rain falls on the street."), says("MARA", "Three.")),
        )
    )
    shots, _ = plan(screenplay)
    opening = {number: next(s for s in shots.shots if s.scene == number) for number in ("1", "2", "3")}
    assert opening["1"].setup == "establishing"
    assert opening["1"].performers == ()
    assert opening["1"].size == "wide"
    assert opening["2"].setup == "single"
    assert (opening["3"].setup, opening["3"].size) == ("establishing", "extreme_wide")
    assert (opening["3"].action, opening["3"].weather) == ("Rain falls on the street.", "rain")


def test_coverage_of_a_talk_goes_from_the_two_shot_closer() -> None:
    shots, _ = plan(LAMP)
    talk = [shot for shot in shots.shots if shot.scene == "2" and shot.lines]
    assert [shot.setup for shot in talk[:6]] == [
        "two_shot",
        "over_shoulder",
        "over_shoulder",
        "reaction",
        "single",
        "single",
    ]
    reaction = talk[3]
    assert not reaction.lines[0].on_screen
    assert reaction.performers[0].asset == "character-atlas"
    whispered = next(shot for shot in talk if shot.lines[0].parenthetical == "whispers")
    assert (whispered.size, whispered.move) == ("close", "push_in")


def test_a_prop_gets_one_insert_a_scene_and_movement_is_followed() -> None:
    shots, _ = plan(LAMP)
    for number in ("1", "2"):
        inserts = [shot for shot in shots.shots if shot.scene == number and shot.setup == "insert"]
        assert [shot.props for shot in inserts] == [("prop-red-lantern",)]
    led = next(shot for shot in shots.shots if shot.action.startswith("Atlas follows"))
    assert (led.size, led.move) == ("wide", "pan_left")
    assert [performer.direction for performer in led.performers] == ["left", "left"]
    assert "follows" in led.prompt


def test_a_voice_that_is_not_seen_lies_over_the_listener() -> None:
    shots, _ = plan(LAMP)
    heard = next(shot for shot in shots.shots if shot.lines and shot.lines[0].text.startswith("Hello?"))
    assert heard.setup == "reaction"
    assert not heard.lines[0].on_screen
    assert all(performer.asset != "character-tom" for performer in heard.performers)


def test_what_is_said_at_once_begins_at_once() -> None:
    shots, _ = plan(LAMP)
    last = shots.shots[-1]
    assert last.setup == "two_shot"
    assert last.lines[0].starts == last.lines[1].starts


def test_continuous_goes_on_at_the_time_before() -> None:
    shots, _ = plan(LAMP)
    assert {shot.scene: shot.time for shot in shots.shots} == {"1": "night", "2": "night", "3": "dawn"}


@pytest.mark.parametrize(
    ("index", "name"), [(0, "1A"), (7, "1H"), (8, "1J"), (13, "1P"), (23, "1Z"), (24, "1AA"), (24 + 8, "1AJ")]
)
def test_slates_skip_i_and_o(index: int, name: str) -> None:
    assert slate("1", index) == name


def test_the_slate_of_a_lettered_scene_cannot_be_another_scenes() -> None:
    assert slate("1A", 1) == "1A-B"
    assert not re.search("[IO]", "".join(slate("1", index) for index in range(700)))


def test_failures_are_named() -> None:
    cafe = heading("INT", "CAFE", "DAY")
    with pytest.raises(InputError, match="has no scene"):
        plan_shots(Screenplay(), ())
    empty = Screenplay(scenes=(scene(7, cafe, Note(text="later"), line=12),))
    assets, _ = cast_assets(empty, break_down(empty))
    with pytest.raises(InputError, match=r"neither action nor speech in scene 7 \(INT. CAFE - DAY, line 12\)"):
        plan_shots(empty, assets)
    twice = Screenplay(scenes=(scene(1, cafe, does("Rain.")), scene(1, cafe, does("Rain."))))
    with pytest.raises(InputError, match="Two scenes have the number 1"):
        plan(twice)
    with pytest.raises(InputError, match="no asset of this film"):
        plan_shots(LAMP, ())
    one = Screenplay(scenes=(scene(1, cafe, says("MARA", "Hello.")),))
    with pytest.raises(InputError, match="MARA speaks in scene 1"):
        plan_shots(one, [asset for asset in plan(one)[1] if asset.kind == "set"])


def _distinct(texts: Iterable[str]) -> list[str]:
    """Texts without those that repeat the one before: a beat and its insert show the same words."""
    return [text for text, _ in groupby(texts)]


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
