"""What work takes: footprints add up, a meter counts time and processor time, and every sentence says estimate."""

from __future__ import annotations

import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError, MediaError
from tianmu.core.settings import settings
from tianmu.film.take import Take
from tianmu.governance import footprint as measured
from tianmu.governance.footprint import Footprint, Meter, expected, footprint_of, readable_energy, total
from tianmu.governance.machine import look_up

amounts = st.floats(0, 1e6)
footprints = st.builds(Footprint, energy_kwh=amounts, carbon_kg=amounts, method=st.sampled_from(["a", "b", "c, d"]))


@given(footprints)
def test_what_is_written_is_read_again(footprint: Footprint) -> None:
    assert Footprint.from_row(footprint.as_row()) == footprint


@given(footprints, footprints, footprints)
def test_footprints_add_up_in_any_order(a: Footprint, b: Footprint, c: Footprint) -> None:
    left, right = (a + b) + c, a + (b + c)
    assert left.energy_kwh == pytest.approx(right.energy_kwh)
    assert left.carbon_kg == pytest.approx(right.carbon_kg)
    assert left.method == right.method
    assert set(left.method.split("; ")) == {a.method, b.method, c.method}
    assert total([a, None, b, c]) == left


def test_nothing_known_is_no_footprint() -> None:
    assert total([]) is None
    assert total([None]) is None


@pytest.mark.parametrize(
    "row",
    [
        None, [], 3, {}, {"energy_kwh": 1.0, "carbon_kg": 1.0}, {"energy_kwh": 1.0, "carbon_kg": 1.0, "method": ""},
        {"energy_kwh": 1.0, "carbon_kg": 1.0, "method": 3}, {"energy_kwh": "1", "carbon_kg": 1.0, "method": "m"},
        {"energy_kwh": True, "carbon_kg": 1.0, "method": "m"}, {"energy_kwh": -1.0, "carbon_kg": 1.0, "method": "m"},
        {"energy_kwh": 1.0, "carbon_kg": float("nan"), "method": "m"},
        {"energy_kwh": 1.0, "carbon_kg": float("inf"), "method": "m"},
        {"energy_kwh": 1.0, "carbon_kg": 1.0, "method": "m", "water": 1.0},
    ],
)  # fmt: skip
def test_a_row_of_anything_else_is_refused(row: object) -> None:
    with pytest.raises(MediaError, match="energy_kwh"):
        Footprint.from_row(row)


@pytest.mark.parametrize(
    ("kwh", "text"),
    [
        (0, "0 mWh"), (5.6e-9, "0.0056 mWh"), (4e-6, "4.0 mWh"), (1e-5, "0.010 Wh"), (4e-4, "0.40 Wh"),
        (0.012, "12 Wh"), (0.4, "400 Wh"), (1.234, "1.2 kWh"), (12345, "12345 kWh"),
    ],
)  # fmt: skip
def test_energy_reads_in_the_unit_that_suits_it(kwh: float, text: str) -> None:
    assert readable_energy(kwh) == text


def test_a_sentence_says_that_it_is_an_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    took = Footprint(energy_kwh=4e-4, carbon_kg=2e-4, method="estimate: by a candle")
    assert took.sentence() == "about 0.40 Wh, 0.20 g CO2e (estimate: by a candle)"
    assert took.sentence(0.5) == (
        "about 0.40 Wh, 0.20 g CO2e; 0.80 Wh, 0.40 g CO2e a finished minute (estimate: by a candle)"
    )
    assert took.sentence(0) == took.sentence()
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert took.sentence(0.5) == "约 0.40 瓦时、0.20 克 CO2e；每分钟成片 0.80 瓦时、0.40 克 CO2e（估算：by a candle）"


def _work(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_a_meter_counts_time_and_processor_time(tmp_path: Path) -> None:
    machine = look_up()
    with Meter(tmp_path) as meter:
        started, busy = time.perf_counter(), time.process_time()
        _work(0.1)
        inside = meter.footprint
        wall, busy = time.perf_counter() - started, time.process_time() - busy
    after = meter.footprint
    _work(0.02)
    assert meter.footprint == after  # the block is over
    assert 0 < inside.energy_kwh <= after.energy_kwh
    wanted = wall * machine.idle_watts + busy * machine.thread_watts
    assert wanted * 0.999 <= after.joules < wanted * 2
    assert after.carbon_kg == pytest.approx(after.energy_kwh * machine.world / 1000, rel=1e-3)
    assert after.method.startswith("estimate: codecarbon ")
    assert "world" in after.method


def test_programs_that_the_block_ran_count_too(tmp_path: Path) -> None:
    machine = look_up()
    code = "import time\nwhile time.process_time() < 0.3: pass"
    with Meter(tmp_path) as meter:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        wall = time.perf_counter() - started
    assert meter.footprint.joules > wall * machine.idle_watts + 0.29 * machine.thread_watts


def test_a_country_has_its_own_carbon_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    coal, water = (expected(look_up(), country, seconds=60) for country in ("POL", "nor"))
    assert coal.energy_kwh == water.energy_kwh
    assert coal.carbon_kg > 5 * water.carbon_kg
    assert "in NOR" in water.method
    with pytest.raises(InputError, match="DEU"):
        Meter(tmp_path, "GER")


def test_a_second_measurement_takes_less_than_a_millisecond(tmp_path: Path) -> None:
    Meter(tmp_path)
    started = time.process_time()
    for _ in range(20):
        with Meter(tmp_path) as meter:
            pass
        assert meter.footprint.method
    assert (time.process_time() - started) / 20 < 1e-3


def test_a_graphics_card_counts_by_its_counter_only_where_the_engine_ran_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cards:
        """Two cards that count millijoules, as NVIDIA's library tells them."""

        NVMLError = OSError
        taken = 0

        def nvmlDeviceGetCount(self) -> int:  # noqa: N802
            return 2

        def nvmlDeviceGetHandleByIndex(self, index: int) -> int:  # noqa: N802
            return index

        def nvmlDeviceGetTotalEnergyConsumption(self, card: int) -> int:  # noqa: N802
            if self.taken < 0:
                raise OSError
            return 1_000_000 * (card + 1) + self.taken

    cards = Cards()
    monkeypatch.setattr(measured, "_nvml", lambda: cards)

    def drawn(device: str, taken: int) -> tuple[float, str]:
        cards.taken = 0
        with Meter(tmp_path) as meter:
            cards.taken = taken
            meter.device = device
        return meter.footprint.joules, meter.footprint.method

    assert 1000 < drawn("cuda", 500_000)[0] < 1002
    assert "GPU by its counter" in drawn("cuda:0", 500_000)[1]
    assert drawn("cpu", 500_000)[0] < 2
    assert "GPU" not in drawn("cpu", 500_000)[1]
    assert "without the GPU" in drawn("cuda", -1)[1]


def test_a_machine_without_a_card_has_no_counter() -> None:
    if not Path("/proc/driver/nvidia").exists():
        assert measured._nvml() is None
        assert measured._gpu_joules() is None


def _take(**fields: Any) -> Take:
    return Take(
        id="a", key="k", seed=0, engine="e", slate="1A", number=1, film="f", recipe="r", thumbnail="t", num_frames=10,
        fps=Fraction(24), width=10, height=10, bytes=2000, seconds_taken=5.0, **fields,
    )  # fmt: skip


def test_a_take_tells_what_it_took_and_an_old_one_nothing() -> None:
    assert footprint_of(_take()) is None
    assert footprint_of(_take(joules=125.0)) is None  # seconds times 25 watts
    found = footprint_of(_take(joules=3.6e6, carbon_kg=0.4, energy_method="estimate: m"))
    assert found == Footprint(energy_kwh=1.0, carbon_kg=0.4, method="estimate: m")
