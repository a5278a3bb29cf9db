"""Takes that an older Tianmu has kept are read as they were."""

from __future__ import annotations

from fractions import Fraction

from tianmu.film.schema import from_row, to_row
from tianmu.film.take import Take

OLD = {
    "schema": "tianmu.take.1", "id": "a", "key": "b", "seed": 1, "engine": "fake", "slate": "1A", "number": 1,
    "film": "c", "recipe": "d", "thumbnail": "e", "num_frames": 48, "fps": "24000/1001", "width": 64, "height": 36,
    "bytes": 100, "seconds_taken": 0.5, "joules": 12.5, "circled": True, "rejected": False, "notes": ["x"],
}  # fmt: skip


def test_a_take_of_the_time_before_carbon_is_read() -> None:
    take = from_row(Take, OLD)
    assert (take.joules, take.carbon_kg, take.energy_method) == (12.5, None, None)
    assert take.circled
    assert to_row(take) == {**OLD, "carbon_kg": None, "energy_method": None}


def test_its_length_is_exact() -> None:
    take = from_row(Take, OLD)
    assert Fraction(take.duration.value) / take.fps == Fraction(48) / Fraction(24000, 1001)
