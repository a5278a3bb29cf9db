"""Digital twins in the hands of a person: found by what they are called, and revised in words that can be drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tianmu.core.errors import InputError, MediaError
from tianmu.film.asset import Asset, AssetVersion
from tianmu.media.image import write_png
from tianmu.studio.documents import keep
from tianmu.studio.plan import Plan, plan_film
from tianmu.studio.planner import write_prompt
from tianmu.studio.store import Project
from tianmu.studio.takes import FilmSettings
from tianmu.studio.twins import find_asset, revise_asset

MOSS = "character-moss"


def asset(id: str, name: str, *aliases: str) -> Asset:
    return Asset(id=id, kind="character", name=name, aliases=aliases, versions=(AssetVersion(number=1, words="a fox"),))


KNOWN = {
    each.id: each
    for each in (
        asset("character-mara", "MARA", "玛拉"),
        asset("character-old-mara", "OLD MARA"),
        asset("prop-lamp", "Lamp", "the light"),
        asset("set-lamp", "LAMP"),
    )
}


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("character-mara", "character-mara"),
        ("CHARACTER-MARA", "character-mara"),
        ("Mara", "character-mara"),
        (" old mara ", "character-old-mara"),
        ("玛拉", "character-mara"),
        ("THE LIGHT", "prop-lamp"),
    ],
)
def test_an_asset_is_found_by_id_name_and_alias_in_any_case(name: str, id: str) -> None:
    assert find_asset(KNOWN, name).id == id


def test_what_could_be_two_is_asked_for_and_what_is_none_is_answered_with_what_there_is() -> None:
    with pytest.raises(InputError, match="could be prop-lamp and set-lamp"):
        find_asset(KNOWN, "lamp")
    with pytest.raises(InputError, match=r"no asset 'jonas'; there are .*character-mara"):
        find_asset(KNOWN, "jonas")


@pytest.mark.parametrize("words", ["a penguin", "企鹅", "the penguin, please"])
def test_a_character_is_drawn_anew_from_words_in_either_language(project: Project, ice: Plan, words: str) -> None:
    before = ice.assets[MOSS]
    revised = revise_asset(project, before, words=words)
    assert (revised.current, len(revised.versions)) == (2, 2)
    assert (revised.now.subject, revised.now.words) == ("penguin", "a penguin")
    assert "penguin" in revised.now.en
    assert "企鹅" in revised.now.zh
    assert revised.now.seed == before.now.seed
    assert revised.use(1).now == before.now
    assert ice.assets[MOSS] == before  # it is not kept yet


def test_a_set_and_a_style_are_drawn_anew(project: Project, ice: Plan) -> None:
    kitchen = next(each for each in ice.assets.values() if each.kind == "set" and each.now.setting == "room")
    revised = revise_asset(project, kitchen, words="森林")
    assert revised.now.setting == "forest"
    shot = next(shot for shot in ice.shots.shots if shot.set == kitchen.id)
    assert revised.now.words in write_prompt(shot, {**ice.assets, kitchen.id: revised})
    style = Asset(id="style-ink", kind="style", name="ink", versions=(AssetVersion(number=1, words="in ink"),))
    assert "sepia" in revise_asset(project, style, words="sepia").now.words


@pytest.mark.parametrize(
    ("kind", "words", "says"),
    [
        ("character", "xyzzy", "nobody and nothing"),
        ("character", "the city", "nobody and nothing"),
        ("character", "", "nobody and nothing"),
        ("prop", "melancholy", "nobody and nothing"),
        ("set", "a penguin", "names no place"),
        ("set", "purple idea", "names no place"),
        ("style", "a fox", "names no look"),
    ],
)
def test_words_that_draw_nothing_of_its_kind_are_refused(project: Project, kind: str, words: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        revise_asset(project, replace(KNOWN["prop-lamp"], kind=kind), words=words)  # type: ignore[arg-type]


def test_what_is_said_is_kept_and_the_rest_stays(project: Project, tmp_path: Path, ice: Plan) -> None:
    picture = tmp_path / "moss.png"
    write_png(picture, np.zeros((4, 4, 3), np.uint8))
    first = revise_asset(project, ice.assets[MOSS], en="an old rabbit", voice="moss", pictures=(picture,))
    second = revise_asset(project, first, zh="老兔子")
    now = second.now
    assert (now.number, now.en, now.zh, now.voice, now.words) == (3, "an old rabbit", "老兔子", "moss", "a rabbit")
    assert [project.media.read(digest) for digest in now.pictures] == [picture.read_bytes()]


def test_what_is_no_picture_is_refused_and_nothing_is_kept(project: Project, tmp_path: Path, ice: Plan) -> None:
    good, bad = tmp_path / "moss.png", tmp_path / "bad.png"
    write_png(good, np.zeros((4, 4, 3), np.uint8))
    bad.write_text("no picture")
    with pytest.raises(MediaError, match=r"bad\.png"):
        revise_asset(project, ice.assets[MOSS], pictures=(good, bad))


def test_another_version_changes_exactly_the_shots_that_show_it(project: Project, ice: Plan) -> None:
    revised = revise_asset(project, ice.assets[MOSS], words="a penguin")
    keep(project, revised, revised.id)
    again = plan_film(ice.screenplay, project, FilmSettings())
    for before, after in zip(ice.shots.shots, again.shots.shots, strict=True):
        shows = MOSS in dict(before.assets)
        assert (before != after) == shows
        assert ("penguin" in after.prompt) == (shows and bool(after.performers))
    keep(project, revised.use(1), revised.id)
    assert plan_film(ice.screenplay, project, FilmSettings()).shots == ice.shots
