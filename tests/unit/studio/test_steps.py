from __future__ import annotations

from fractions import Fraction

from tianmu.engines.protocol import Frames, ShotRequest
from tianmu.studio.steps import Steps


def request(num_frames: int) -> ShotRequest:
    return ShotRequest(prompt="fox", num_frames=num_frames, fps=Fraction(24), width=10, height=10, seed=0)


def test_many_steps_are_one_progress_that_grows_from_nothing_to_all() -> None:
    heard: list[tuple[float, str]] = []

    def hear(fraction: float, what: str, preview: Frames | None = None) -> None:
        heard.append((fraction, what))

    short, long = request(10), request(30)
    steps = Steps([short, long], [short, long], hear)
    for part in (steps.shot(short, "1A"), steps.shot(long, "1B"), steps.cutting()):
        part(0.0, "drawing")
        part(1.0, "drawing")
    fractions = [fraction for fraction, _ in heard]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert fractions[1] == fractions[2] == 0.2  # a quarter of the making, which is four fifths of all
    assert heard[0][1] == "1A drawing"


def test_a_film_of_which_nothing_is_missing_is_all_cutting() -> None:
    heard: list[float] = []
    cutting = Steps([], [request(5)], lambda fraction, what, preview=None: heard.append(fraction)).cutting()
    cutting(0.5, "")
    cutting(1.0, "")
    assert heard == [0.5, 1.0]
