"""A storyboard book: a PDF to be printed and read at a table.

cover, cast, scene after scene with the screenplay's words beside the frames that show them, an index of the shots.
It has bookmarks, page numbers, links from the index, a language, and a line on every page that says how it was made.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tianmu.core.files import whole_file, writing
from tianmu.core.text import listed, say
from tianmu.engines.protocol import Progress
from tianmu.film.screenplay import Speech
from tianmu.film.shot import Shot
from tianmu.studio.boards.pdf import lettered, measure
from tianmu.studio.boards.terms import describe, length, plain, running_time, speech
from tianmu.studio.books.album import Still, fill_album
from tianmu.studio.books.moments import moments_of
from tianmu.studio.books.pages import scene_pages
from tianmu.studio.books.paper import Paper
from tianmu.studio.books.script import Chapter, chapters_of, main_language, shots_by_slate, text_of, title_of
from tianmu.studio.books.seen import describe_asset
from tianmu.studio.books.sheets import NUM_LINES, PORTRAITS, Role, Sheets, Words, heading_of
from tianmu.studio.edition import Edition, Written
from tianmu.studio.marking import Marking
from tianmu.studio.render import silent


def write_book(edition: Edition, folder: Path, progress: Progress = silent) -> Written:
    """Write `SHOW-book.pdf` into a folder, signed in `SHOW-book.pdf.c2pa`.

    Raises:
        MediaError: a take is missing, or not as it was when it was kept.
        OutputError: the file cannot be written.
    """
    marking = edition.marking()
    path = folder / f"{edition.show}-book.pdf"
    with edition.project.media.workspace() as work:
        with marking.meter:
            stills = fill_album(edition, moments_of(edition.cut), work, progress)
            if not stills:
                return Written(files=(), notes=(say("The film has no shot to show.", "影片没有可展示的镜头。"),))
            data = draw_book(edition, stills, marking)
            with whole_file(path) as part, writing(path):
                part.write_bytes(data)
        keys = [still.read() for still in _spread(stills)]
    title = say(f"Storyboard book: {edition.cut.name}", f"故事板书：{edition.cut.name}")
    claim = edition.claim(marking.meter.footprint, voiced=False)
    claim = replace(claim, title=title[:120], kind="document", facts={})
    marking.sign(path, claim, keys, project=edition.project)
    return Written(files=(path,), notes=tuple(dict.fromkeys(marking.notes)))


def draw_book(edition: Edition, stills: Sequence[Still], marking: Marking) -> bytes:
    """A book as the bytes of a PDF file; the same film gives the same bytes."""
    screenplay = edition.plan.screenplay
    shots = shots_by_slate(edition)
    first: dict[str, Still] = {}
    for still in stills:
        first.setdefault(still.moment.slate, still)
    chapters = chapters_of(screenplay, shots, tuple(first))
    words = _words(edition, stills, marking)
    roles = _roles(edition, stills, shots)
    with lettered("".join(_letters(edition, words, roles, chapters, shots))):
        paper = Paper(
            title=words.title,
            author=words.author,
            subject=words.kind,
            language={"en": "en", "zh": "zh-Hans"}[main_language(screenplay)],
            metadata=marking.metadata,
        )
        ratio = edition.cut.width / edition.cut.height
        sheets = Sheets(paper=paper, words=words, shots=shots, stills=first, ratio=ratio, fps=edition.cut.fps)
        sheets.cover(max(stills, key=lambda still: still.score))
        sheets.cast(roles)
        pages: dict[str, int] = {}
        for number, chapter in enumerate(chapters):
            for part, page in enumerate(scene_pages(chapter, NUM_LINES, measure)):
                sheets.scene(page, f"scene-{number}-{part}")
                pages |= dict.fromkeys(page.slates, paper.number)
        sheets.index([(slate, pages[slate]) for slate in first if slate in pages])
        return paper.finish()


def _words(edition: Edition, stills: Sequence[Still], marking: Marking) -> Words:
    cut = edition.cut
    return Words(
        kind=say("Storyboard book", "故事板书"),
        cast=say("Cast", "角色"),
        index=say("Shots", "镜头索引"),
        continued=say("continued", "续"),
        columns=(
            say("Shot", "镜号"),
            say("Page", "页"),
            say("In", "入点"),
            say("Length", "时长"),
            say("Size and move", "景别与运镜"),
            say("What is shown", "内容"),
        ),
        amount=running_time(len({still.moment.slate for still in stills}), cut.num_frames / cut.fps),
        disclosure=marking.words,
        title=title_of(edition.plan.screenplay, cut.name),
        author=plain(edition.plan.screenplay.author).strip(),
        scene=say("Scene", "场"),
    )


def _roles(edition: Edition, stills: Sequence[Still], shots: Mapping[str, Shot]) -> tuple[Role, ...]:
    """The characters that are seen or heard, in the order of their first pictures; those whose pictures there are."""
    roles: list[Role] = []
    for asset in edition.plan.assets.values():
        if asset.kind != "character":
            continue
        seen = [
            still
            for still in stills
            if any(performer.asset == asset.id for performer in shots[still.moment.slate].performers)
        ]
        heard = [line for still in stills for line in still.moment.lines if line.asset == asset.id]
        if not seen and not heard:
            continue

        def size(still: Still, id: str = asset.id) -> float:
            region = still.people.get(id)
            return 0.0 if region is None else region.area * (0.5 if region.cut_off else 1.0)

        best = sorted(sorted(seen, key=size, reverse=True)[:PORTRAITS], key=lambda still: still.index)
        slates = listed(tuple(dict.fromkeys(plain(still.moment.slate) for still in seen)))
        about = say(
            f"{len(heard)} lines. Seen in {slates}." if len(heard) != 1 else f"1 line. Seen in {slates}.",
            f"{len(heard)} 句台词。出现于 {slates}。",
        )
        roles.append(Role(asset=asset, what=plain(describe_asset(asset)), about=about, stills=tuple(best)))
    return tuple(sorted(roles, key=lambda role: min((still.index for still in role.stills), default=1 << 60)))


def _letters(
    edition: Edition, words: Words, roles: Sequence[Role], chapters: Sequence[Chapter], shots: Mapping[str, Shot]
) -> Iterator[str]:
    """Everything that may stand in the book: a font of just these letters is embedded."""
    yield string.printable + "·–—…·“”‘’（）：，。、；"
    yield words.letters
    for role in roles:
        yield plain(role.asset.name) + role.what + role.about
    for chapter in chapters:
        yield heading_of(chapter)
        for passage in chapter.passages:
            if isinstance(passage.element, Speech):
                yield passage.element.character + "".join(passage.element.extensions)
                yield from (plain(line.text) for line in passage.element.lines)
            elif passage.element is not None:
                yield plain(text_of(passage.element))
    for slate, shot in shots.items():
        yield plain(slate) + describe(shot) + length(shot.seconds) + plain(shot.action)
        yield from (plain(line.character) + speech(line) for line in shot.lines)
    for track in edition.cut.tracks:
        for item in track.items:
            yield plain(getattr(item, "text", "")) + plain(getattr(item, "character", ""))


def _spread(stills: Sequence[Still]) -> list[Still]:
    """At most eight of them, from all over the film: what the book is known again by."""
    return [stills[len(stills) * at // min(8, len(stills))] for at in range(min(8, len(stills)))]
