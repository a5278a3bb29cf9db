"""A language model that words the action, over a real HTTP server: well, badly, and not at all."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.unit.studio.planner.test_language import completion, serving

from tianmu.studio.adapt import Adaptation, adapt, make_source
from tianmu.studio.adapt.rewriting import MOST_FAILURES
from tianmu.studio.planner import Endpoint

TEXT = (
    'The Fox had been walking in the wood all day. "Good day," said the Fox. The Crow, who was old, would not look.\n\n'
    'CHAPTER II\n\nThe Wolf had come to the river. "Who drinks here?" said the Wolf. The Lamb could not speak.\n'
)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def passages(body: dict[str, Any]) -> list[str]:
    prompt: str = body["messages"][0]["content"]
    return [json.loads(row) for row in re.findall(r"^\d+\. (.*)$", prompt, re.MULTILINE)]


def asked(answer: Any) -> tuple[Adaptation, int]:
    with serving(answer) as (url, requests):
        adaptation = adapt(make_source(TEXT, "book.txt"), Endpoint(url=url, model="m1"))
    return adaptation, len(requests)


def actions(adaptation: Adaptation) -> list[tuple[str, str]]:
    return [(b.text, b.by) for draft in adaptation.drafts for b in draft.beats if b.kind == "action"]


def test_a_good_answer_words_the_action_and_nothing_else() -> None:
    def reply(body: dict[str, Any]) -> tuple[int, bytes]:
        return completion({"actions": [f"Now: {passage}" for passage in passages(body)]})

    adaptation, count = asked(reply)
    by_rules = adapt(make_source(TEXT, "book.txt"))
    assert count == len(adaptation.drafts) == 2
    assert adaptation.planner == "m1"
    assert adaptation.notes == ()
    assert all(text.startswith("Now: ") and by == "m1" for text, by in actions(adaptation))
    speeches = [[b for b in draft.beats if b.kind != "action"] for draft in adaptation.drafts]
    assert speeches == [[b for b in draft.beats if b.kind != "action"] for draft in by_rules.drafts]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda rows: {"actions": rows[:-1]}, "answered with"),
        (lambda rows: {"actions": ["" for _ in rows]}, "empty or too long"),
        (lambda rows: {"actions": ["word " * 400 for _ in rows]}, "empty or too long"),
        (lambda rows: {"actions": ['The Fox says "I am the king".' for _ in rows]}, "does not say"),
        (lambda rows: {"actions": ["Then Reginald comes in." for _ in rows]}, "Reginald"),
        (lambda rows: {"scenes": rows}, "schema"),
        (lambda rows: "no JSON at all", "schema"),
    ],
)
def test_a_bad_answer_leaves_the_rules_words_and_a_note(answer: Any, why: str) -> None:
    adaptation, _ = asked(lambda body: completion(answer(passages(body))))
    assert actions(adaptation) == actions(adapt(make_source(TEXT, "book.txt")))
    assert adaptation.planner == "rules"
    assert adaptation.notes
    assert all(why in note for note in adaptation.notes)


def test_a_figure_of_another_scene_may_not_come_in() -> None:
    def reply(body: dict[str, Any]) -> tuple[int, bytes]:
        return completion({"actions": ["the wolf and the crow look on." for _ in passages(body)]})

    adaptation, _ = asked(reply)
    assert adaptation.planner == "rules"
    assert len(adaptation.notes) == 2


def test_who_fails_again_and_again_is_not_asked_again() -> None:
    text = "\n\n".join(f"CHAPTER {number}\n\nThe Fox ran to the wood, and he was not seen." for number in range(1, 9))
    with serving(lambda body: (500, b"")) as (url, requests):
        adaptation = adapt(make_source(text, "book.txt"), Endpoint(url=url, model="m1"))
    assert len(requests) == MOST_FAILURES
    assert len(adaptation.notes) == MOST_FAILURES + 1
    assert adaptation.planner == "rules"
