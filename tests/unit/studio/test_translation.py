"""A second language by a model behind the loopback: asked once a line, checked, kept, marked, told where it fails."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from tests.unit.studio.planner.test_language import completion, serving

from tianmu.core.settings import settings
from tianmu.film.cut import Cut, Dialogue, Gap, Track
from tianmu.film.schema import from_row, to_row
from tianmu.media.video import write_video
from tianmu.studio.plan import Plan
from tianmu.studio.planner.endpoint import Endpoint
from tianmu.studio.render import silent
from tianmu.studio.soundtrack import lay_under, make_soundtrack
from tianmu.studio.store import Project
from tianmu.studio.takes import FilmSettings
from tianmu.studio.translation import AT_ONCE, Translation, kept_translation, line_key, translate

CHINESE = {"Good morning.": "早上好。", "It is late.": "很晚了。", "Who is it? 是谁？": "不该问。"}
FPS = Fraction(12)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def cut_of(*texts: str) -> Cut:
    lines = [Dialogue(character="MOSS", asset=None, text=text, num_frames=36) for text in texts]
    items = (Gap(num_frames=40 * len(texts)),)
    return Cut(
        name="Ice",
        fps=FPS,
        width=64,
        height=64,
        tracks=(Track(name="V1", items=items), Track(name="A1", kind="audio", items=tuple(lines))),
    )


CUT = cut_of("Good morning.", "Who is it? 是谁？", "It is late.", "Good morning.")


def numbered(body: dict[str, Any]) -> list[str]:
    """The lines that a prompt asks for."""
    prompt = body["messages"][0]["content"]
    return [json.loads(said) for said in re.findall(r"^\d+\. .*?: (\".*\")$", prompt, re.MULTILINE)]


def faithful(body: dict[str, Any]) -> tuple[int, bytes]:
    return completion({"lines": [CHINESE.get(text, f"译文：{text[:4]}中") for text in numbered(body)]})


def model(url: str) -> Endpoint:
    return Endpoint(url=url, model="translator-7b", timeout=5)


def test_every_line_is_asked_for_once_and_kept(project: Project) -> None:
    with serving(faithful) as (url, asked):
        first = translate(project, CUT, "zh", model(url))
        assert [first.text(line) for _, line in _lines(CUT)] == ["早上好。", None, "很晚了。", "早上好。"]
        assert (first.models, first.missing, first.notes) == (("translator-7b",), 0, ())
        assert [numbered(each["body"]) for each in asked] == [["Good morning.", "It is late."]]
        assert translate(project, CUT, "zh", model(url)) == first
        assert len(asked) == 1
        more = cut_of("Good morning.", "It is late.", "The ice holds.")
        assert translate(project, more, "zh", model(url)).missing == 0
        assert numbered(asked[1]["body"]) == ["The ice holds."]
        context = asked[1]["body"]["messages"][0]["content"]
        assert 'before. MOSS: "It is late."' in context
    assert kept_translation(project, CUT, "zh") == first
    assert translate(project, CUT, "zh", None) == first


def _lines(cut: Cut) -> list[tuple[int, Dialogue]]:
    return [(0, item) for item in cut.tracks[1].items if isinstance(item, Dialogue)]


def test_a_long_film_is_asked_for_in_parts_and_a_part_that_fails_leaves_the_others(project: Project) -> None:
    cut = cut_of(*(f"Line number {number} of many." for number in range(AT_ONCE + 3)))
    count = 0

    def sometimes(body: dict[str, Any]) -> tuple[int, bytes]:
        nonlocal count
        count += 1
        return (503, b"") if count == 1 else faithful(body)

    with serving(sometimes) as (url, _):
        found = translate(project, cut, "zh", model(url))
    assert (len(found.lines), found.missing) == (3, AT_ONCE)
    (note,) = found.notes
    assert f"translator-7b has not translated {AT_ONCE} lines into Simplified Chinese (HTTP 503)" in note


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"lines": ["早上好。"]}, "it was asked for 2 lines and gave 1"),
        ({"lines": ["早上好。", "很晚了。", "还有。"]}, "it was asked for 2 lines and gave 3"),
        ({"lines": ["早上好。", 7]}, "no list of texts"),
        ({"texts": []}, "no JSON object with lines"),
        ("Sorry, I cannot.", "no JSON object with lines"),
        ([1], "no JSON object with lines"),
    ],
)
def test_an_answer_that_is_none_is_told_and_nothing_of_it_kept(project: Project, content: object, reason: str) -> None:
    with serving(lambda body: completion(content)) as (url, _):
        found = translate(project, CUT, "zh", model(url))
    assert (found.lines, found.missing) == ({}, 2)
    assert reason in found.notes[0]
    assert project.read(Translation, "zh") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("It is late indeed.", "not Simplified Chinese"),
        ("もう遅いです。", "not Simplified Chinese"),
        ("……", "no word in it"),
        ("很晚了。" * 40, "far too long"),
    ],
)
def test_a_line_that_cannot_be_used_is_left_out_alone(project: Project, text: str, reason: str) -> None:
    with serving(lambda body: completion({"lines": ["早上好。", text]})) as (url, _):
        found = translate(project, CUT, "zh", model(url))
    assert list(found.lines.values()) == ["早上好。"]
    (note,) = found.notes
    assert "“It is late.”" in note
    assert reason in note


def test_without_a_model_it_is_said_and_the_script_s_own_second_language_stays(
    project: Project, ice: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = translate(project, CUT, "zh", None)
    assert found.missing == 2
    assert "2 lines have no subtitle in Simplified Chinese" in found.notes[0]
    assert "TIANMU_LLM_URL" in found.notes[0]
    track = make_soundtrack(CUT, ice, SETTINGS, silent, translated=[found])
    assert [each.title for each in track.tracks] == ["English", "中文"]
    assert found.notes[0] in track.notes
    assert translate(project, cut_of("你好。"), "zh", None).notes == ()
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert "2 句台词没有简体中文字幕" in translate(project, CUT, "zh", None).notes[0]


def test_a_language_that_is_not_read_is_translated_in_its_place(project: Project) -> None:
    cut = cut_of("Доброе утро.")
    with serving(lambda body: completion({"lines": ["Good morning."]})) as (url, _):
        found = translate(project, cut, "en", model(url))
    assert [found.text(line) for _, line in _lines(cut)] == ["Good morning."]


SETTINGS = FilmSettings(engine="fake", pixels=(64, 64), fps=FPS)


def test_a_film_says_that_a_machine_has_translated_it(project: Project, ice: Plan, tmp_path: Path) -> None:
    with serving(faithful) as (url, _):
        found = translate(project, CUT, "zh", model(url))
    plain = make_soundtrack(CUT, ice, SETTINGS, silent)
    track = make_soundtrack(CUT, ice, SETTINGS, silent, translated=[found])
    assert track.translators == {"zh": ["translator-7b"]}
    assert track.row != plain.row
    chinese = [cue.lines for cue in track.subtitles.in_language("zh")]
    assert chinese == [("早上好。",), ("是谁？",), ("很晚了。",), ("早上好。",)]
    pictures = tmp_path / "pictures.mp4"
    frames = (np.full((64, 64, 3), number, np.uint8) for number in range(CUT.num_frames))
    write_video(pictures, frames, FPS, format="mp4")
    lay_under(pictures, tmp_path / "film.mp4", replace(track, sound=None), tmp_path)
    with av.open(str(tmp_path / "film.mp4")) as film:
        titles = [stream.metadata.get("handler_name", "") for stream in film.streams.subtitles]
    assert titles == ["English", "中文（机器翻译）"]
    silent_film = make_soundtrack(CUT, ice, replace(SETTINGS, subtitles=False), silent, translated=[found])
    assert silent_film.translators == {}


def test_what_is_kept_comes_back_as_it_was(project: Project) -> None:
    with serving(faithful) as (url, _):
        translate(project, CUT, "zh", model(url))
    stored = project.read(Translation, "zh")
    assert stored is not None
    assert from_row(Translation, to_row(stored.value)) == stored.value
    whispered = replace(_lines(CUT)[0][1], parenthetical="whispers")
    assert line_key(whispered, "zh") not in stored.value.lines
