from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tianmu.engines.protocol import ShotRequest
from tianmu.film.shot import Shot
from tianmu.film.take import Take
from tianmu.governance.machine import look_up
from tianmu.studio.estimate import estimate, readable_seconds
from tianmu.studio.takes import Asked

TAKE = Take(
    id="a", key="k", seed=0, engine="slow", slate="1A", number=1, film="f", recipe="r", thumbnail="t", num_frames=10,
    fps=Fraction(24), width=10, height=10, bytes=2000, seconds_taken=5.0,
)  # fmt: skip


def asked(key: str, take: Take | None = None, num_frames: int = 20) -> Asked:
    request = ShotRequest(prompt="x", num_frames=num_frames, fps=Fraction(24), width=10, height=10, seed=0)
    return Asked(shot=Shot(prompt="x"), request=request, key=key, take=take)


def test_past_takes_say_how_long_the_missing_ones_will_take() -> None:
    found = estimate([asked("a"), asked("b"), asked("c", TAKE)], "slow", [TAKE])
    assert (found.num_shots, found.num_missing, found.measured) == (3, 2, True)
    assert found.bytes == 2 * 20 * 200
    assert found.seconds is not None
    assert found.footprint is not None
    assert 20.0 < found.seconds < 23.0  # half a second a frame, and the cut
    machine = look_up()
    assert found.footprint.joules == pytest.approx(
        found.seconds * (machine.idle_watts + machine.thread_watts), rel=1e-3
    )
    assert found.footprint.carbon_kg == pytest.approx(found.footprint.energy_kwh * machine.world / 1000, rel=1e-3)
    assert "as measured here" in found.sentence()
    assert "Wh" in found.sentence()


def test_past_takes_say_how_much_power_their_engine_draws() -> None:
    candle = replace(TAKE, joules=400.0, carbon_kg=1e-5, energy_method="estimate: by a candle")  # 80 W
    old = replace(TAKE, joules=5.0)
    found = estimate([asked("a")], "slow", [old, candle, old])
    assert found.seconds is not None
    assert found.footprint is not None
    assert found.footprint.joules == pytest.approx(found.seconds * 80)
    assert found.footprint.carbon_kg == pytest.approx(found.footprint.energy_kwh * look_up().world / 1000, rel=1e-3)
    norway = estimate([asked("a")], "slow", [candle], country="NOR").footprint
    assert norway is not None
    assert norway.energy_kwh == pytest.approx(found.footprint.energy_kwh)
    assert norway.carbon_kg < found.footprint.carbon_kg / 5


def test_one_take_serves_shots_that_ask_for_the_same() -> None:
    assert estimate([asked("a"), asked("a")], "slow", [TAKE]).num_missing == 1


def test_an_engine_that_nothing_is_known_of_is_not_guessed_at() -> None:
    found = estimate([asked("a")], "slow", [])
    assert (found.seconds, found.footprint, found.measured) == (None, None, False)
    assert "not known yet" in found.sentence()


def test_nothing_missing_says_so() -> None:
    assert "all of them made already" in estimate([asked("a", TAKE)], "slow", [TAKE]).sentence()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s"), (42, "42 s"), (200, "3:20 min"), (3600 * 2 + 61, "2:01 h")]
)
def test_lengths_read_as_a_person_says_them(seconds: float, text: str) -> None:
    assert readable_seconds(seconds) == text
