"""A language model that plans, over a real HTTP server: well, badly, late, and not at all."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.unit.studio.planner.scripts import CAFE, LAMP, heading, says, scene

from tianmu.core.errors import InputError
from tianmu.film.screenplay import Screenplay
from tianmu.film.shot import ShotList
from tianmu.studio.planner import (
    Endpoint,
    PlanFailed,
    break_down,
    cast_assets,
    endpoint_from,
    language_planner,
    plan_shots,
    planned_scene,
)
from tianmu.world.expand import expand

Reply = Callable[[dict[str, Any]], tuple[int, bytes]]


@contextmanager
def serving(reply: Reply, *, headers: dict[str, str] | None = None) -> Generator[tuple[str, list[dict[str, Any]]]]:
    """A server on the loopback that answers every POST with `reply(body)`; yields its URL and what it was asked."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append({"path": self.path, "key": self.headers["Authorization"], "body": body})
            status, answer = reply(body)
            try:
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except OSError:
                pass  # the client has given up, as it should

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def completion(content: object) -> tuple[int, bytes]:
    text = content if isinstance(content, str) else json.dumps(content)
    return 200, json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


def shot(beats: list[int], who: list[str], **other: Any) -> dict[str, Any]:
    row = {"setup": "action", "size": "wide", "move": "static", "angle": "low", "seconds": 8.0}
    return {**row, "why_en": "Because.", "why_zh": "因为。", **other, "beats": beats, "who": who}


def obedient(body: dict[str, Any]) -> tuple[int, bytes]:
    """A model that films every beat in a wide shot of its own."""
    prompt = body["messages"][0]["content"]
    said = re.findall(r"^(\d+)\. (\S+?)(?: \(heard, not seen\))? (?:SAYS|\()", prompt, re.MULTILINE)
    speakers = {int(number): who for number, who in said if who != "ACTION"}
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", prompt, re.MULTILINE)]
    rows = [
        shot([number], [speakers[number]], setup="single", size="close") if number in speakers else shot([number], [])
        for number in numbers
    ]
    return completion({"shots": rows})


def plan(screenplay: Screenplay, endpoint: Endpoint) -> ShotList:
    assets, _ = cast_assets(screenplay, break_down(screenplay))
    return plan_shots(screenplay, assets, planner=endpoint)


def rules(screenplay: Screenplay) -> ShotList:
    assets, _ = cast_assets(screenplay, break_down(screenplay))
    return plan_shots(screenplay, assets)


@pytest.mark.parametrize("screenplay", [LAMP, CAFE], ids=["english", "chinese"])
def test_a_good_answer_is_the_plan(screenplay: Screenplay) -> None:
    with serving(obedient) as (url, asked):
        shots = plan(screenplay, Endpoint(url=url, model="m1", key="secret"))
    assert shots.planner == "m1"
    assert shots.notes == ()
    assert len(asked) == len(screenplay.scenes)
    assert asked[0]["path"] == "/v1/chat/completions"
    assert asked[0]["key"] == "Bearer secret"
    assert asked[0]["body"]["response_format"]["type"] == "json_schema"
    assets, _ = cast_assets(screenplay, break_down(screenplay))
    for each in shots.shots:
        assert expand(each.prompt).scene == planned_scene(each, assets)
        assert each.reasons[0].zh == "因为。"
        for line in each.lines:
            assert line.starts + line.seconds <= each.seconds
    spoken = [line.text for each in shots.shots for line in each.lines]
    assert spoken == [line.text for each in rules(screenplay).shots for line in each.lines]


ONE = Screenplay(
    scenes=(
        scene(1, heading("INT", "CAFE", "DAY"), says("MARA", "You came back to me at last."), says("TOM", "I did.")),
    )
)
MARA, TOM = "character-mara", "character-tom"
GOOD = [shot([0], [MARA]), shot([1], [TOM])]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (lambda _: (500, b"oops"), "HTTP 500"),
        (lambda _: (200, b"no json"), "no chat completion"),
        (lambda _: (200, b'{"choices": []}'), "no chat completion"),
        (lambda _: (200, b'{"choices": [{"message": {"content": null}}]}'), "no text"),
        (lambda _: completion("Sure! Here is the plan."), "not as the schema says"),
        (lambda _: completion({"shots": []}), "not as the schema says"),
        (lambda _: completion({"shots": [{**GOOD[0], "size": "huge"}, GOOD[1]]}), "shots.0.size"),
        (lambda _: completion({"shots": [{**GOOD[0], "seconds": 900}, GOOD[1]]}), "shots.0.seconds"),
        (lambda _: completion({"shots": [{**GOOD[0], "extra": 1}, GOOD[1]]}), "shots.0.extra"),
        (lambda _: completion({"shots": GOOD[:1]}), "once and in order"),
        (lambda _: completion({"shots": [GOOD[1], GOOD[0]]}), "once and in order"),
        (lambda _: completion({"shots": [*GOOD, GOOD[1]]}), "once and in order"),
        (lambda _: completion({"shots": [shot([0], ["the queen"]), GOOD[1]]}), "not in the scene"),
        (lambda _: completion({"shots": [shot([0], [MARA, MARA]), GOOD[1]]}), "there twice"),
        (lambda _: completion({"shots": [shot([0], [MARA], setup="two_shot"), GOOD[1]]}), "that takes 2"),
        (lambda _: completion({"shots": [shot([0], [MARA], seconds=1.0), GOOD[1]]}), "its lines take"),
        (lambda _: (200, b"x" * 3_000_000), "too long"),
    ],
)
def test_the_rules_take_over_and_say_why(reply: Reply, reason: str) -> None:
    with serving(reply) as (url, _):
        shots = plan(ONE, Endpoint(url=url, model="m1"))
    assert shots.shots == rules(ONE).shots
    assert len(shots.notes) == 1
    assert "Scene 1: m1 failed" in shots.notes[0]
    assert reason in shots.notes[0]


def test_a_redirect_is_not_followed() -> None:
    with (
        serving(lambda _: completion({"shots": GOOD})) as (other, asked),
        serving(lambda _: (302, b""), headers={"Location": other}) as (url, _),
    ):
        shots = plan(ONE, Endpoint(url=url, model="m1", key="secret"))
    assert asked == []
    assert "HTTP 302" in shots.notes[0]


def test_a_slow_answer_is_given_up() -> None:
    released = threading.Event()

    def wait(_: dict[str, Any]) -> tuple[int, bytes]:
        released.wait(10)
        return completion({"shots": GOOD})

    with serving(wait) as (url, _):
        shots = plan(ONE, Endpoint(url=url, model="m1", timeout=0.1))
        released.set()
    assert shots.shots == rules(ONE).shots
    assert "no answer within 0.1 s" in shots.notes[0]


def test_nobody_at_the_address() -> None:
    with serving(lambda _: (200, b"")) as (url, _):
        pass
    shots = plan(ONE, Endpoint(url=url, model="m1"))
    assert "cannot be reached" in shots.notes[0]


def test_one_scene_that_fails_leaves_the_others_to_the_model() -> None:
    def sometimes(body: dict[str, Any]) -> tuple[int, bytes]:
        return (500, b"") if "Scene 2" in body["messages"][0]["content"] else obedient(body)

    with serving(sometimes) as (url, _):
        shots = plan(LAMP, Endpoint(url=url, model="m1"))
    assert len(shots.notes) == 1
    by_rules = rules(LAMP).shots
    assert [each for each in shots.shots if each.scene == "2"] == [each for each in by_rules if each.scene == "2"]
    assert [each for each in shots.shots if each.scene == "1"] != [each for each in by_rules if each.scene == "1"]


def test_the_model_chooses_the_picture_and_the_rules_keep_the_line() -> None:
    rows = [
        shot([], [], setup="establishing", seconds=3.0),
        shot([0], [MARA, TOM], setup="over_shoulder", size="medium", move="push_in"),
        shot([1], [TOM, MARA], setup="two_shot"),
    ]
    with serving(lambda _: completion({"shots": rows})) as (url, _):
        shots = plan(ONE, Endpoint(url=url, model="m1"))
    assert shots.notes == ()
    assert [each.slate for each in shots.shots] == ["1A", "1B", "1C"]
    for each in shots.shots[1:]:
        assert {p.asset: p.direction for p in each.performers} == {MARA: "right", TOM: "left"}
    assert shots.shots[1].angle == "over_shoulder"


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"TIANMU_LLM_URL": "https://host/v1", "TIANMU_LLM_MODEL": "m", "TIANMU_LLM_KEY": "k"}
    assert endpoint_from(named) == Endpoint(url="https://host/v1", model="m", key="k")
    assert "secret" not in repr(Endpoint(url="https://host/v1", model="m", key="secret"))
    with pytest.raises(InputError, match="TIANMU_LLM_URL and TIANMU_LLM_MODEL"):
        endpoint_from({})
    with pytest.raises(InputError, match="and 'ftp://x' is not"):
        Endpoint(url="ftp://x", model="m")
    with pytest.raises(InputError, match="unencrypted"):
        Endpoint(url="http://far.example/v1", model="m", key="k")
    assert language_planner("rules") is None
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert language_planner("llm") == endpoint_from(named)
    with pytest.raises(InputError, match="no planner 'magic'"):
        language_planner("magic")


def test_a_failure_explains_itself_in_both_languages() -> None:
    failure = PlanFailed("late", "迟了")
    assert failure.explain() == "late"
    assert failure.zh == "迟了"
