"""A film of three scenes with real takes of the fake engine, cut and kept, but not printed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tianmu.engines.registry import get_engine
from tianmu.film.decision import arrange
from tianmu.studio.assembly import Filmed, assemble
from tianmu.studio.documents import keep
from tianmu.studio.edition import Edition, read_edition
from tianmu.studio.importers import parse_fountain
from tianmu.studio.plan import plan_film
from tianmu.studio.store import Project
from tianmu.studio.takes import FilmSettings, ask, make_take

SCRIPT = """Title: Two on the Ice
Author: A. Writer
Logline: Two who should not meet, meet.

EXT. SNOWFIELD - DAWN #1#

EMBER, a fox, runs across the snow.

EMBER
Good morning!

MOSS, a rabbit, stands in the snow. Thunder rolls.

MOSS
Are you going to chase me?

INT. KITCHEN - NIGHT #2#

EMBER, a fox, stands alone.

EMBER
(beat)
It is late.

INT. KITCHEN - DAY #3#

MOSS, a rabbit, walks in.

MOSS
This is the end.
"""
SETTINGS = FilmSettings(engine="fake", pixels=(128, 72), fps=Fraction(12), handles=6)


@pytest.fixture
def edition(project: Project) -> Edition:
    """The film of `SCRIPT`, for everybody."""
    plan = plan_film(parse_fountain(SCRIPT), project, SETTINGS)
    keep(project, SETTINGS)
    engine = get_engine("fake")
    shots = arrange(plan.shots.shots, plan.decisions)
    filmed = [
        Filmed(shot=each.shot, take=make_take(project, each.shot, each.request, engine))
        for each in ask(shots, project, SETTINGS, engine)
    ]
    keep(project, assemble(filmed, plan.screenplay, plan.decisions, fps=SETTINGS.fps, handles=SETTINGS.handles))
    return read_edition(project)
