from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import MediaError
from tianmu.film.asset import Asset, AssetVersion
from tianmu.film.breakdown import Breakdown, Item
from tianmu.film.cut import Box, Clip, Cut, Dialogue, Gap, Join, Print, Title, TitleLine, Track
from tianmu.film.decision import Change, Decisions, Trim
from tianmu.film.schema import Noun, digest, from_row, to_row
from tianmu.film.screenplay import Action, Heading, Line, Screenplay, ScriptScene, Speech, Transition
from tianmu.film.shot import Performer, Reason, Shot, ShotList, SpokenLine
from tianmu.film.take import Take

HALF = Fraction(1, 2)
TAKE = Take(
    id="a", key="b", seed=1, engine="fake", slate="1A", number=1, film="c", recipe="d", thumbnail="e", num_frames=48,
    fps=Fraction(24000, 1001), width=64, height=36, bytes=100, seconds_taken=0.5,
)  # fmt: skip
CLIP = Clip(slate="1A", take="a", film="c", start=8, num_frames=24, available=40, speed=HALF, box=Box(width=HALF))
NOUNS: list[Noun] = [
    Screenplay(
        title_page=(("Title", "First\nLight"),),
        scenes=(
            ScriptScene(
                number="1",
                heading=Heading(text="INT. ROOM"),
                elements=(
                    Action(text="x"),
                    Speech(character="M", lines=(Line(text="hi"),)),
                    Transition(text="CUT TO:"),
                ),
            ),
        ),
    ),
    Breakdown(items=(Item(category="props", name="lantern", scenes=("1",)),)),
    Asset(id="character-m", kind="character", name="M", versions=(AssetVersion(number=1, words="a fox"),)),
    ShotList(
        shots=(
            Shot(
                prompt="a fox",
                performers=(Performer(asset="character-m"),),
                lines=(SpokenLine(character="M", text="hi", seconds=HALF),),
                assets=(("character-m", 1),),
                reasons=(Reason(choice="size", en="near", zh="近"),),
            ),
        )
    ),
    TAKE,
    Cut(
        name="film", fps=Fraction(24), width=64, height=36,
        tracks=(
            Track(
                name="V1",
                items=(CLIP, Gap(num_frames=3), Title(lines=(TitleLine(text="完"),), num_frames=5)),
                joins=(Join(at=1, style="fade", num_frames=2),),
            ),
            Track(name="A1", kind="audio", items=(Dialogue(character="M", asset=None, text="hi", num_frames=9),)),
        ),
    ),
    Print(inputs="a", cut="b", film="c", seconds_taken=1.0),
    Decisions(
        changes=(Change(slate="1A", anchor="x", slower=HALF),), trims=(Trim(slate="1A", anchor="x", head=2),),
        looks=(("1", "c"),),
    ),
]  # fmt: skip


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.SCHEMA)
def test_every_noun_comes_back_as_it_was_stored(noun: Noun) -> None:
    row = to_row(noun)
    assert row["schema"] == noun.SCHEMA
    again = from_row(type(noun), row)
    assert again == noun
    assert digest(again) == digest(noun)


@given(st.text(max_size=40), st.fractions(min_value=Fraction(1, 100), max_value=100))
def test_text_and_times_survive_whatever_they_are(text: str, seconds: Fraction) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    shots = ShotList(shots=(Shot(prompt="fox", action=text, seconds=seconds),))
    assert from_row(ShotList, to_row(shots)) == shots


def test_another_content_is_another_digest() -> None:
    decided = Decisions()
    assert digest(decided) != digest(decided.look("1", "a"))
    assert digest(decided.look("1", "a").look("1", None)) == digest(decided)


@pytest.mark.parametrize("row", [None, [], {}, {"schema": "tianmu.cut.2"}, {"schema": "tianmu.print.1"}])
def test_another_schema_is_refused_by_name(row: object) -> None:
    with pytest.raises(MediaError, match=r"tianmu\.cut\.1 was expected"):
        from_row(Cut, row)


def test_a_damaged_row_is_refused_with_its_place() -> None:
    row = to_row(NOUNS[5])
    row["tracks"][0]["items"][0]["start"] = "soon"
    with pytest.raises(MediaError, match=r"tracks\.0\.items\.0"):
        from_row(Cut, row)


def test_durations_are_rational() -> None:
    assert TAKE.duration.value == 48
    assert CLIP.speed == HALF
