"""Where a film's shots stand in its screenplay: each once, before the words that it shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tianmu.core.errors import InputError
from tianmu.film.screenplay import Action, Speech
from tianmu.studio.books.moments import moments_of
from tianmu.studio.books.script import chapters_of, languages_of, main_language, paragraphs_of, shots_by_slate, text_of
from tianmu.studio.books.seen import describe_picture
from tianmu.studio.edition import Edition
from tianmu.studio.importers import parse_fountain


def test_every_shot_stands_once_before_its_words(edition: Edition) -> None:
    shots = shots_by_slate(edition)
    order = [moment.slate for moment in moments_of(edition.cut)]
    chapters = chapters_of(edition.plan.screenplay, shots, order)
    assert [slate for chapter in chapters for slate in chapter.slates] == order
    elements = [passage.element for chapter in chapters for passage in chapter.passages if passage.element]
    assert [type(element) for element in elements[:3]] == [Action, Speech, Speech]
    assert "Nobody reads" not in "".join(text_of(element) for element in elements)
    for chapter in chapters:
        for passage in chapter.passages:
            for slate in passage.slates:
                said = ["".join(line.text.split()) for line in shots[slate].lines]
                if said and not shots[slate].action and passage.element is not None:
                    assert said[0] in "".join(text_of(passage.element).split())


def test_shots_in_another_order_still_stand_at_their_words(edition: Edition) -> None:
    shots = shots_by_slate(edition)
    order = [moment.slate for moment in moments_of(edition.cut)][::-1]
    chapters = chapters_of(edition.plan.screenplay, shots, order)
    assert sorted(slate for chapter in chapters for slate in chapter.slates) == sorted(order)


def test_a_shot_that_is_no_longer_planned_is_said(edition: Edition) -> None:
    fewer = replace(edition.plan.shots, shots=edition.plan.shots.shots[1:])
    with pytest.raises(InputError, match="no longer planned; run tianmu film again"):
        shots_by_slate(replace(edition, plan=replace(edition.plan, shots=fewer)))


def test_languages_are_told_apart() -> None:
    both = parse_fountain("INT. ROOM 房间 - DAY 日\n\nMOSS\nHello. 你好。\n")
    chinese = parse_fountain("内景. 房间 - 日\n\n@阿墨\n走。\n")
    assert list(paragraphs_of("Hello.\n你好。")) == [("en", "Hello."), ("zh", "你好。")]
    assert set(languages_of(both)) == {"en", "zh"}
    assert (main_language(chinese), languages_of(chinese)) == ("zh", ("zh",))


def test_a_description_says_who_does_what_where(edition: Edition) -> None:
    shots = shots_by_slate(edition)
    walks = next(shot for shot in shots.values() if any(each.action == "walks" for each in shot.performers))
    english = describe_picture(walks, edition.plan.assets, "en")
    assert "EMBER" in english
    assert "walks to the" in english
    assert "at dawn" in english
    chinese = describe_picture(walks, edition.plan.assets, "zh")
    assert "走" in chinese
    assert "黎明" in chinese
