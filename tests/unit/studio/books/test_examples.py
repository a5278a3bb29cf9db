"""The example screenplays as books of every form, in three shapes of picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from pypdf import PdfReader

from tianmu.engines.fake import FakeEngine
from tianmu.film.shot import Aspect
from tianmu.film.subtitle import spoken_lines
from tianmu.media.image import read_image
from tianmu.studio.assembly import Filmed, assemble
from tianmu.studio.books.book import write_book
from tianmu.studio.books.comic import panels_of, write_comic
from tianmu.studio.books.epub import write_epub
from tianmu.studio.books.script import shots_by_slate
from tianmu.studio.documents import keep
from tianmu.studio.edition import read_edition
from tianmu.studio.plan import plan_film
from tianmu.studio.store import Project
from tianmu.studio.takes import FilmSettings, ask, make_take

EXAMPLES = Path(__file__).parents[4] / "examples"


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "aspect", "pixels"),
    [("first-light", "16:9", (128, 72)), ("guest", "9:16", (72, 128)), ("mobanche", "2.39:1", (172, 72))],
)
def test_an_example_becomes_three_books(
    name: str, aspect: Aspect, pixels: tuple[int, int], project: Project, tmp_path: Path
) -> None:
    settings = FilmSettings(engine="fake", aspect=aspect, pixels=pixels, handles=2, fps=Fraction(4))
    plan = plan_film(EXAMPLES / f"{name}.fountain", project, settings)
    keep(project, settings)
    engine = FakeEngine()
    filmed = [
        Filmed(shot=asked.shot, take=make_take(project, asked.shot, asked.request, engine))
        for asked in ask(plan.shots.shots, project, settings, engine)
    ]
    keep(project, assemble(filmed, plan.screenplay, plan.decisions, fps=settings.fps, handles=settings.handles))
    edition = read_edition(project)
    lines = [bare(line.text) for _, line in spoken_lines(edition.cut)]
    panels = panels_of(edition, shots_by_slate(edition))
    assert bare("".join(line.text for panel in panels for line in panel.moment.lines)) == "".join(lines)
    (book,), (epub,), (comic,) = (write(edition, tmp_path).files for write in (write_book, write_epub, write_comic))
    text = bare("".join(page.extract_text() for page in PdfReader(book).pages))
    assert all(shot.slate in text for shot in plan.shots.shots)
    assert sum(line[:6] in text for line in lines) == len(lines)
    assert epub.stat().st_size > 10_000
    sizes = {read_image(page).shape for page in comic.iterdir()}
    assert sizes == {(2263, 1600, 3)}
