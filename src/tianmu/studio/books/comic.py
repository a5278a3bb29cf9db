"""A photo-comic: the film as pages of panels with balloons, each page a labelled, watermarked and signed PNG.

1. The cut becomes moments: one a shot, more where a shot has many words.
2. Their pictures are chosen, and pages are laid out from their lengths.
3. Every page is drawn, written, and signed with the takes that are seen on it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tianmu.core.files import whole_folder
from tianmu.core.text import say
from tianmu.engines.protocol import Frames, Progress
from tianmu.film.cut import Dialogue
from tianmu.film.screenplay import ScriptScene
from tianmu.film.shot import Shot, ShotSize
from tianmu.film.wording import count_characters, split_languages
from tianmu.governance.label import label_page
from tianmu.governance.rules import Rules
from tianmu.media.image import Frame, read_image, save_png
from tianmu.media.letters import break_lines, clean, width_of
from tianmu.studio.boards.lettering import fill_lines
from tianmu.studio.boards.terms import plain
from tianmu.studio.books.album import Still, fill_album
from tianmu.studio.books.balloons import Said, place_balloons, set_captions
from tianmu.studio.books.lettering import (
    FRAME,
    INK,
    PAPER,
    QUIET,
    draw_balloon,
    draw_caption,
    fill_panel,
    seen_through,
    window_of,
    write,
)
from tianmu.studio.books.moments import Moment, divide, moments_of
from tianmu.studio.books.panels import Rect, Wish, lay_pages
from tianmu.studio.books.script import shots_by_slate, title_of
from tianmu.studio.claims import claim_of_parts
from tianmu.studio.edition import Edition, Written
from tianmu.studio.render import silent

WIDTH, HEIGHT = 1600, 2263
"""Of a page in pixels, its label included: the shape of A4."""
MOST_SPOKEN = 2
"""Lines of one panel."""
MOST_LETTERS = 150
"""Of the lines of one panel, counted as a reader of English does; a longer line goes on in the next one."""
_MARGIN, _HEAD, _FOOT = 64, 186, 62
_BOX = 1.32
"""How much larger a wide shot's panel is than another one's of the same length."""
_CLAUSE = re.compile(r"(?<=[.!?;,…])\s+|(?<=[。！？；，])")


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A panel of the comic: its moment, and what is written in it besides its lines."""

    moment: Moment
    captions: tuple[tuple[str, bool], ...] = ()
    """Words, and whether they are a heading."""
    begins_scene: bool = False


def write_comic(edition: Edition, folder: Path, progress: Progress = silent) -> Written:
    """Write `SHOW-comic` into a folder: `SHOW-comic-001.png` and on.

    Raises:
        MediaError: a take is missing, or not as it was when it was kept.
        OutputError: a file cannot be written.
    """
    marking = edition.marking()
    shots = shots_by_slate(edition)
    panels = panels_of(edition, shots)  # 1
    if not panels:
        return Written(files=(), notes=(say("The film has no shot to draw a comic of.", "影片没有镜头可画成漫画。"),))
    name = f"{edition.show}-comic"
    with edition.project.media.workspace() as work, whole_folder(folder / name) as out:
        with marking.meter:
            stills = fill_album(edition, [panel.moment for panel in panels], work, _part(progress, 0.0, 0.6))  # 2
            pages = lay_out(panels, shots, edition, page_height(marking.rules))
            taken = _draw_pages(pages, panels, stills, shots, edition, work, page_height(marking.rules))
        for number, slates in enumerate(taken, 1):  # 3
            progress(0.6 + 0.4 * number / len(taken), say("signing pages", "签署页面"))
            parts = {slate: edition.project.media.path(film) for slate, film in slates.items()}
            title = say(f"{edition.cut.name}, page {number}", f"{edition.cut.name}，第 {number} 页")
            claim = claim_of_parts(title, "picture", parts, marking.meter.footprint)
            page = read_image(_page_path(work, number))
            marking.write_picture(out / f"{name}-{number:03d}.png", page, claim, project=edition.project)
    return Written(files=(folder / name,), notes=tuple(dict.fromkeys(marking.notes)))


def panels_of(edition: Edition, shots: Mapping[str, Shot]) -> tuple[Panel, ...]:
    """The panels of a film in the order of its cut, with every line of the cut in just one of them.

    A heading stands where a scene begins, and the words of the script that a shot shows where they change.
    """
    scenes = {scene.number: scene for scene in edition.plan.screenplay.scenes}
    panels: list[Panel] = []
    scene, told = "", ""
    for moment in moments_of(edition.cut):
        shot = shots[moment.slate]
        begins = not panels or shot.scene != scene
        action = " ".join(plain(shot.action).split())
        captions = [(_heading(scenes[shot.scene]), True)] if begins and shot.scene in scenes else []
        captions += [(action, False)] if action and action != told else []
        scene, told = shot.scene, action or told
        panels += [
            Panel(moment=part, captions=tuple(captions) if part.opens else (), begins_scene=begins and part.opens)
            for part in divide(moment, group_lines(moment.lines))
        ]
    return tuple(panels)


def group_lines(lines: Sequence[Dialogue]) -> tuple[tuple[Dialogue, ...], ...]:
    """Lines in groups for one panel each; a line that is too long for one is continued in the next."""
    groups: list[tuple[Dialogue, ...]] = []
    for line in [piece for each in lines for piece in _pieces(each)]:
        last = groups[-1] if groups else ()
        if last and len(last) < MOST_SPOKEN and letters_of(last) + letters_of((line,)) <= MOST_LETTERS:
            groups[-1] = (*last, line)
        else:
            groups.append((line,))
    return tuple(groups)


def letters_of(lines: Sequence[Dialogue]) -> int:
    """How many letters lines have, counted as a reader of English does: a Chinese character is two."""
    return sum(int(count_characters(" ".join(line.text.split()), "en")) for line in lines)


def _pieces(line: Dialogue) -> list[Dialogue]:
    """A line as pieces that fit a panel, broken after sentences and clauses; joined they are the line.

    A line in both languages stays one piece unless it is very long; then each language is broken by itself.
    """
    text = " ".join(plain(line.text).split())
    said = split_languages(text)
    whole = letters_of((line,))
    if whole <= MOST_LETTERS or (len(said) > 1 and whole <= 2 * MOST_LETTERS):
        return [replace(line, text=text)]
    found = [piece for _, part in said for piece in _broken(part)]
    share = Fraction(line.num_frames, max(1, len(text)))
    return [replace(line, text=piece, num_frames=max(1, int(share * len(piece)))) for piece in found]


def _broken(text: str) -> list[str]:
    """A text of one language in as few pieces as go into a panel each, broken after clauses where that can be."""

    def letters(words: str) -> float:
        return float(count_characters(words, "en"))

    found: list[str] = []
    for clause in _CLAUSE.split(text):
        for part in fill_lines(clause, MOST_LETTERS, letters):
            joint = "" if not found or found[-1][-1:] > "\u2e7f" else " "
            longer = f"{found[-1]}{joint}{part}" if found else part
            if found and letters(longer) <= MOST_LETTERS:
                found[-1] = longer
            elif part:
                found.append(part)
    return found


def page_height(rules: Rules) -> int:
    """How high a page is drawn, so that it is `HEIGHT` with the strip of its label."""
    blank = np.full((HEIGHT, WIDTH, 3), PAPER, dtype=np.uint8)
    return HEIGHT - (label_page(blank, rules).shape[0] - HEIGHT)


def lay_out(
    panels: Sequence[Panel], shots: Mapping[str, Shot], edition: Edition, height: int
) -> tuple[tuple[Rect, ...], ...]:
    """Page by page the places of the panels: the longer a moment is, the larger; wide shots larger, details smaller."""
    wishes = [
        Wish(
            weight=(panel.moment.num_frames / float(edition.cut.fps)) ** 0.6 * _by_size(shots[panel.moment.slate].size),
            letters=letters_of(panel.moment.lines) + sum(len(text) for text, _ in panel.captions),
            begins_scene=panel.begins_scene,
        )
        for panel in panels
    ]
    first = Rect(left=_MARGIN, top=_HEAD, width=WIDTH - 2 * _MARGIN, height=height - _HEAD - _FOOT)
    other = Rect(left=_MARGIN, top=_MARGIN, width=WIDTH - 2 * _MARGIN, height=height - _MARGIN - _FOOT)
    return lay_pages(wishes, edition.cut.width / edition.cut.height, first, other)


def _by_size(size: ShotSize) -> float:
    return _BOX if "wide" in size else 1 / _BOX if "close" in size else 1.0


def _draw_pages(
    pages: Sequence[Sequence[Rect]],
    panels: Sequence[Panel],
    stills: Sequence[Still],
    shots: Mapping[str, Shot],
    edition: Edition,
    work: Path,
    height: int,
) -> list[dict[str, str]]:
    """Draw every page into a file of the folder `work`, and say which takes are seen on it: films by slate."""
    taken: list[dict[str, str]] = []
    at = 0
    for number, places in enumerate(pages, 1):
        page = Image.new("RGB", (WIDTH, height), PAPER)
        if number == 1:
            _draw_title(page, edition)
        here: dict[str, str] = {}
        for place in places:
            drawn = draw_panel(panels[at], stills[at], shots[panels[at].moment.slate], place)
            page.paste(drawn, (place.left, place.top))
            edges = (place.left - FRAME, place.top - FRAME, place.right + FRAME - 1, place.bottom + FRAME - 1)
            ImageDraw.Draw(page).rectangle(edges, outline=INK, width=FRAME)
            here[panels[at].moment.slate] = panels[at].moment.clip.film
            at += 1
        folio = f"{number} / {len(pages)}"
        write(page, (WIDTH - width_of(folio, 20)) / 2, height - 22, folio, 20, QUIET)
        save_png(_page_path(work, number), np.asarray(page, dtype=np.uint8))
        taken.append(here)
    return taken


def draw_panel(panel: Panel, still: Still, shot: Shot, place: Rect) -> Image.Image:
    """One panel, as large as its place: the picture, the captions over it, the balloons."""
    frame: Frame = still.read()
    high, wide = frame.shape[:2]
    window = window_of(wide, high, place.width / place.height, still.people.values())
    image = fill_panel(frame, window, place.width, place.height)
    where = {
        asset: seen_through(region, window, wide, high, place.width, place.height)
        for asset, region in still.people.items()
    }
    captions = set_captions(panel.captions, place.width, place.height)
    said = [_said(line, shot, where) for line in panel.moment.lines]
    balloons = place_balloons(
        said, place.width, place.height, people=[rect for rect in where.values() if rect.width], captions=captions
    )
    for balloon in balloons:
        draw_balloon(image, balloon)
    for caption in captions:
        draw_caption(image, caption)
    return image


def _said(line: Dialogue, shot: Shot, where: Mapping[str, Rect]) -> Said:
    """A line with its speaker's place: the head is the upper part of who is seen."""
    heard = [spoken for spoken in shot.lines if spoken.character == line.character]
    off_screen = bool(heard) and not any(spoken.on_screen for spoken in heard)
    box = where.get(line.asset or "")
    seen = box is not None and box.width > 0 and not off_screen
    mouth = (box.left + box.width / 2, box.top + 0.24 * box.height) if box is not None and seen else None
    name = "" if mouth is not None else plain(line.character).strip()
    return Said(text=line.text, name=name, mouth=mouth, off_screen=off_screen)


def _draw_title(page: Image.Image, edition: Edition) -> None:
    """The title at the head of the first page, who wrote it under it."""
    screenplay = edition.plan.screenplay
    title = clean(title_of(screenplay, edition.cut.name))
    room = WIDTH - 2 * _MARGIN
    size = next((size for size in range(64, 24, -2) if width_of(title, size) <= room), 24)
    title = break_lines(title, size, room)[0]
    write(page, (WIDTH - width_of(title, size)) / 2, 104, title, size, INK, bold=3)
    author = clean(plain(screenplay.author))
    if author and width_of(author, 24) <= room:
        write(page, (WIDTH - width_of(author, 24)) / 2, 152, author, 24, QUIET)


def _heading(scene: ScriptScene) -> str:
    return " ".join(plain(scene.heading.text).split())


def _page_path(work: Path, number: int) -> Path:
    return work / f"page-{number:04d}.png"


def _part(progress: Progress, start: float, end: float) -> Progress:
    """A progress of a part of the work."""

    def shown(fraction: float, what: str, preview: Frames | None = None) -> None:
        progress(start + (end - start) * fraction, what, preview)

    return shown
