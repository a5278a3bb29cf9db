"""A small film of two scenes, in English and Chinese, made with the fake engine: all that the books are made of."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tianmu.engines.fake import FakeEngine
from tianmu.studio.assembly import Filmed, assemble
from tianmu.studio.credits import credit_lines
from tianmu.studio.documents import keep
from tianmu.studio.edition import Edition, read_edition
from tianmu.studio.importers import parse_fountain
from tianmu.studio.plan import plan_film
from tianmu.studio.store import Project
from tianmu.studio.takes import FilmSettings, ask, make_take

SCRIPT = """Title: The Guest / 客人
Author: A. Writer & Co <me>

EXT. SNOWFIELD 雪原 - DAWN 黎明 #1#

EMBER, a *fox*, walks across the snow & stops.

EMBER
Good morning.
早上好。

MOSS (O.S.)
(softly)
Who is <there>?

DISSOLVE TO:

INT. KITCHEN 厨房 - NIGHT 夜 #2#

MOSS, a rabbit, stands alone.

MOSS
It is late. 太晚了。

[[Nobody reads this note.]]
"""
SETTINGS = FilmSettings(engine="fake", pixels=(128, 72), handles=4, fps=Fraction(6), sound=False, subtitles=False)


@pytest.fixture
def edition(project: Project) -> Edition:
    """The film of `SCRIPT`, cut and kept; its takes are real files."""
    plan = plan_film(parse_fountain(SCRIPT), project, SETTINGS)
    keep(project, SETTINGS)
    engine = FakeEngine()
    filmed = [
        Filmed(shot=asked.shot, take=make_take(project, asked.shot, asked.request, engine))
        for asked in ask(plan.shots.shots, project, SETTINGS, engine)
    ]
    credits = credit_lines(plan.screenplay, plan.assets, filmed)
    decisions = plan.decisions
    cut = assemble(filmed, plan.screenplay, decisions, fps=SETTINGS.fps, handles=SETTINGS.handles, credits=credits)
    keep(project, cut)
    return read_edition(project)
