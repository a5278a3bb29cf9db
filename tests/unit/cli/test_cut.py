"""`tianmu cut`: the cut as a table, and timecodes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tianmu.cli import main
from tianmu.cli.cut import lines, timecode
from tianmu.film.cut import Clip, Cut, Dialogue, Gap, Join, Title, TitleLine, Track


@pytest.mark.parametrize(
    ("frame", "fps", "text"),
    [
        (0, Fraction(24), "00:00:00:00"),
        (23, Fraction(24), "00:00:00:23"),
        (24 * 3661 + 5, Fraction(24), "01:01:01:05"),
        (24, Fraction(24000, 1001), "00:00:01:00"),
        (13, Fraction(25, 2), "00:00:01:01"),
    ],
)
def test_a_timecode_counts_frames_at_the_nominal_rate(frame: int, fps: Fraction, text: str) -> None:
    assert timecode(frame, fps) == text


def test_a_cut_is_a_table() -> None:
    clip = Clip(slate="1A", take="a" * 64, film="f", start=8, num_frames=24, available=64, speed=Fraction(-2))
    title = Title(lines=(TitleLine(text="Ice"), TitleLine(text="A. Writer")), num_frames=48)
    joins = (Join(at=1, style="fade", num_frames=6), Join(at=2, style="fade", num_frames=12))
    line = Dialogue(character="MOSS", asset=None, text="Good morning.", num_frames=20)
    cut = Cut(
        name="Ice", fps=Fraction(24), width=32, height=18,
        tracks=(
            Track(name="V1", items=(title, clip), joins=joins),
            Track(name="A1", kind="audio", items=(Gap(num_frames=50), line)),
        ),
    )  # fmt: skip
    assert lines(cut) == [
        "V1  00:00:00:00      48  Ice / A. Writer",
        "V1  00:00:02:00      24  1A  aaaaaaaa [8:64] x-2  fade 6",
        "V1  00:00:03:00          fade 12",
        "A1  00:00:02:02      20  MOSS: Good morning.",
    ]


@pytest.mark.usefixtures("film")
def test_options_add_up_and_are_undone(capsys: pytest.CaptureFixture[str]) -> None:
    from tianmu.studio.plan import read_plan
    from tianmu.studio.store import Store

    def trims() -> list[tuple[str, int, int, Fraction]]:
        with Store.open() as store:
            decisions = read_plan(store.project("ice")).decisions
        return [(trim.slate, trim.head, trim.tail, trim.speed) for trim in decisions.trims]

    assert main(["cut", "1a", "--head", "2"]) == 0
    assert main(["cut", "1A", "--tail", "-1", "--speed", "3/2"]) == 0
    assert trims() == [("1A", 2, -1, Fraction(3, 2))]
    assert main(["cut", "1A", "--head", "1000"]) == 2
    assert "1A" in capsys.readouterr().err
    assert trims() == [("1A", 2, -1, Fraction(3, 2))]
    assert main(["cut", "1A", "--reset"]) == 0
    assert trims() == []
