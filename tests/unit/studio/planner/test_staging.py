"""Who goes which way: those who follow go with whom they follow, and who is only reached stands where they are."""

from __future__ import annotations

import pytest

from tianmu.film.shot import Shot
from tianmu.studio.importers import parse_fountain
from tianmu.studio.planner import break_down, cast_assets, plan_shots

SCENE = """EXT. SNOWFIELD - DAY

EMBER, a fox, and MOSS, a rabbit, stand in the snow.

{line}

EMBER
Hello.

MOSS
Good morning.
"""


def plan(line: str) -> Shot:
    """The shot of one line of action; Ember is on the left of the line and Moss on the right."""
    script = parse_fountain(SCENE.format(line=line))
    assets, _ = cast_assets(script, break_down(script))
    (shot,) = (shot for shot in plan_shots(script, assets).shots if shot.action == line)
    return shot


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("EMBER walks up to MOSS.", [("ember", "walks", "right"), ("moss", "stands", "left")]),
        ("MOSS jumps onto EMBER.", [("moss", "jumps", "left"), ("ember", "stands", "right")]),
        ("EMBER and MOSS run across the snow.", [("ember", "runs", "right"), ("moss", "runs", "right")]),
        ("EMBER walks with MOSS.", [("ember", "walks", "right"), ("moss", "walks", "right")]),
        ("EMBER chases MOSS.", [("ember", "runs", "left"), ("moss", "runs", "left")]),
        ("EMBER follows her.", [("ember", "walks", "left"), ("moss", "walks", "left")]),
        ("MOSS跟着她。", [("moss", "walks", "right"), ("ember", "walks", "right")]),
        ("EMBER follows MOSS to the right.", [("ember", "walks", "right"), ("moss", "walks", "right")]),
    ],
)
def test_who_goes_where(line: str, expected: list[tuple[str, str, str]]) -> None:
    found = [(each.asset.removeprefix("character-"), each.action, each.direction) for each in plan(line).performers]
    assert found == expected
