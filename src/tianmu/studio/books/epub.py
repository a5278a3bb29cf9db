"""An illustrated EPUB: the screenplay to be read, with the film's pictures at their places in the text.

Pictures are labelled, watermarked and signed one by one, so that each can prove itself outside the book; the book is
signed beside itself. No font is embedded: reading systems have their own for English and Chinese.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from tianmu.core.files import whole_file, writing
from tianmu.core.settings import Language
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.shot import Shot
from tianmu.governance.footprint import Footprint
from tianmu.media.image import Frame
from tianmu.media.letters import break_lines, clean, width_of
from tianmu.media.metadata.xmp import xmp_packet
from tianmu.studio.boards.board import fit
from tianmu.studio.boards.terms import plain
from tianmu.studio.books.album import Still, fill_album
from tianmu.studio.books.container import Publication, identifier_of, write_container
from tianmu.studio.books.lettering import NIGHT, PAPER, fill_panel, window_of, write
from tianmu.studio.books.moments import moments_of
from tianmu.studio.books.script import (
    chapters_of,
    is_read,
    languages_of,
    main_language,
    shots_by_slate,
    title_of,
)
from tianmu.studio.books.seen import describe_picture
from tianmu.studio.books.xhtml import (
    CODES,
    STYLE,
    Plate,
    colophon_body,
    cover_body,
    heading_words,
    nav_body,
    page_of,
    scene_body,
    title_body,
)
from tianmu.studio.claims import claim_of_parts
from tianmu.studio.edition import Edition, Written
from tianmu.studio.marking import Marking
from tianmu.studio.render import silent

LONGEST_SIDE = 1280
"""Pixels of a picture in the book, at most."""
COVER = (1200, 1440)
"""Pixels of the cover, without the strip of its label."""
_QUALITY = 88


@dataclass(frozen=True, kw_only=True)
class _Pages:
    """Pictures one after the other, of one size: each is a still by itself, and has the label."""

    width: int
    height: int
    num_frames: int

    @property
    def fps(self) -> Fraction:
        """So high that every one of them lies within the seconds that the label is shown for."""
        return Fraction(self.num_frames)


def write_epub(edition: Edition, folder: Path, progress: Progress = silent) -> Written:
    """Write `SHOW.epub` into a folder, signed in `SHOW.epub.c2pa`.

    Raises:
        MediaError: a take is missing, or not as it was when it was kept.
        OutputError: the file cannot be written.
    """
    marking = edition.marking()
    path = folder / f"{edition.show}.epub"
    with edition.project.media.workspace() as work:
        with marking.meter:
            stills = fill_album(edition, moments_of(edition.cut), work, progress)
            if not stills:
                return Written(files=(), notes=(say("The film has no shot to show.", "影片没有可展示的镜头。"),))
            pictures = _write_pictures(edition, stills, work, marking)
        spent = marking.meter.footprint
        for picture, still in zip(pictures, stills, strict=True):
            _sign_picture(edition, picture, still, marking, spent)
        best = max(stills, key=lambda still: still.score)
        cover = work / "cover.png"
        title = title_of(edition.plan.screenplay, edition.cut.name)
        parts = {best.moment.slate: edition.project.media.path(best.moment.clip.film)}
        claim = claim_of_parts(say(f"Cover: {title}", f"封面：{title}"), "picture", parts, spent)
        marking.write_picture(cover, draw_cover(edition, best), claim, project=edition.project)
        texts, publication = _texts(edition, stills, pictures, best, marking)
        with whole_file(path) as part, writing(path):
            write_container(part, publication, texts, [cover, *pictures])
    book = edition.claim(spent, voiced=False)
    name = say(f"Illustrated book: {title}", f"图文书：{title}")[:120]
    marking.sign(path, replace(book, title=name, kind="document", facts={}), project=edition.project)
    return Written(files=(path,), notes=tuple(dict.fromkeys(marking.notes)))


def _write_pictures(edition: Edition, stills: Sequence[Still], work: Path, marking: Marking) -> list[Path]:
    """The pictures as JPEG, labelled and watermarked, with the AIGC entry; one is in memory at a time."""
    wide, high = fit(edition.cut.width, edition.cut.height, LONGEST_SIDE, LONGEST_SIDE)
    size = (round(wide), round(high)) if wide < edition.cut.width else (edition.cut.width, edition.cut.height)

    def frames() -> Iterator[Frame]:
        for still in stills:
            image = Image.fromarray(still.read())
            shown = image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)
            yield np.asarray(shown, dtype=np.uint8)

    shape = _Pages(width=size[0], height=size[1], num_frames=len(stills))
    paths = [work / f"picture-{number:04d}.jpg" for number in range(1, len(stills) + 1)]
    for path, frame in zip(paths, marking.frames(frames(), shape), strict=True):
        image = Image.fromarray(frame)
        image.save(path, "JPEG", quality=_QUALITY, subsampling=0, xmp=xmp_packet(marking.metadata))
    return paths


def _sign_picture(edition: Edition, path: Path, still: Still, marking: Marking, spent: Footprint) -> None:
    """Sign one picture as made of its take, known again by its own pixels."""
    slate = still.moment.slate
    title = say(f"{edition.cut.name}, shot {slate}", f"{edition.cut.name}，镜头 {slate}")
    claim = claim_of_parts(title, "picture", {slate: edition.project.media.path(still.moment.clip.film)}, spent)
    with Image.open(path) as opened:
        pixels = np.asarray(opened.convert("RGB"), dtype=np.uint8)
    marking.sign(path, claim, [pixels], project=edition.project)


def _texts(
    edition: Edition, stills: Sequence[Still], pictures: Sequence[Path], best: Still, marking: Marking
) -> tuple[dict[str, str], Publication]:
    """The pages of the book by name, and what its package says."""
    screenplay, assets = edition.plan.screenplay, edition.plan.assets
    language = main_language(screenplay)
    shots = shots_by_slate(edition)
    title, author = title_of(screenplay, edition.cut.name), plain(screenplay.author).strip()
    plates: dict[str, list[Plate]] = {}
    for still, picture in zip(stills, pictures, strict=True):
        plate = Plate(href=picture.name, alt=describe_picture(shots[still.moment.slate], assets, language))
        plates.setdefault(still.moment.slate, []).append(plate)
    chapters = chapters_of(screenplay, shots, tuple(plates))
    scenes = {f"scene-{number:03d}.xhtml": chapter for number, chapter in enumerate(chapters, 1)}
    contents = say("Contents", "目录", language=language)
    about = say("About this book", "关于本书", language=language)
    entries = [
        ("title.xhtml", title),
        *((name, heading_words(chapter)) for name, chapter in scenes.items()),
        ("colophon.xhtml", about),
    ]
    alt = _cover_words(title, shots[best.moment.slate], edition, language)
    opening = [element for element in screenplay.opening if is_read(element)]
    first = next(iter(scenes), "title.xhtml")
    texts = {
        "style.css": STYLE,
        "nav.xhtml": page_of(contents, nav_body(contents, entries, first, language), language),
        "cover.xhtml": page_of(title, cover_body(Plate(href="cover.png", alt=alt)), language),
        "title.xhtml": page_of(title, title_body(title, author, marking.words, opening), language),
        **{
            name: page_of(heading_words(chapter), scene_body(chapter, plates), language)
            for name, chapter in scenes.items()
        },
        "colophon.xhtml": page_of(about, colophon_body(_about(marking, language), language), language),
    }
    publication = Publication(
        identifier=identifier_of(marking.mark),
        title=title,
        author=author,
        languages=tuple(CODES[each] for each in languages_of(screenplay)),
        description=say(
            f"The screenplay of {title} with pictures of the film. {marking.words}",
            f"《{title}》的剧本，配有影片画面。{marking.words}",
            language=language,
        ).strip(),
        summary=say(
            "Every picture has a description of who does what where; the text is complete without the pictures.",
            "每幅画面都有文字说明，写明谁在哪里做什么；不看画面，文字也是完整的。",
            language=language,
        ),
        metadata=marking.metadata,
        reading_order=("cover.xhtml", "title.xhtml", "nav.xhtml", *scenes, "colophon.xhtml"),
        contents=tuple(entries),
        cover="cover.png",
    )
    return texts, publication


def _cover_words(title: str, shot: Shot, edition: Edition, language: Language) -> str:
    seen = describe_picture(shot, edition.plan.assets, language)
    return say(f"Cover of {title}. {seen}", f"《{title}》封面。{seen}", language=language)


def _about(marking: Marking, language: Language) -> list[str]:
    """What a reader should know of how the book was made."""
    label = [f"{marking.words}."] if marking.words else []
    return [
        *label,
        say(
            "The words are the screenplay's. The pictures are frames of the film that was made from it with Tianmu.",
            "文字出自剧本；画面是用天幕据此制作的影片中的画面。",
            language=language,
        ),
        say(
            "Each picture carries a signed manifest that says how it was made; that of the book lies beside its file.",
            "每幅画面都带有签名的来源清单，说明其制作方式；全书的清单与文件并列存放。",
            language=language,
        ),
    ]


def draw_cover(edition: Edition, still: Still) -> Frame:
    """The cover `[1440 1200 3]` uint8: the picture that tells most, and under it the title and who wrote it."""
    width, height = COVER
    page = Image.new("RGB", COVER, NIGHT)
    frame = still.read()
    high = round(height * 0.7)
    window = window_of(frame.shape[1], frame.shape[0], width / high, still.people.values())
    page.paste(fill_panel(frame, window, width, high), (0, 0))
    title = clean(title_of(edition.plan.screenplay, edition.cut.name))
    room = width - 140
    sizes = range(92, 30, -4)
    size = next((size for size in sizes if len(break_lines(title, size, room)) <= 2), 32)
    lines = break_lines(title, size, room)[:2]
    base = high + round((height - high - 70) / 2) + round(0.35 * size) - round(0.62 * size * (len(lines) - 1))
    for line in lines:
        write(page, (width - width_of(line, size)) / 2, base, line, size, PAPER, bold=2)
        base += round(1.25 * size)
    author = clean(plain(edition.plan.screenplay.author))
    if author and width_of(author, 30) <= room:
        write(page, (width - width_of(author, 30)) / 2, base + 10, author, 30, (176, 178, 186))
    return np.asarray(page, dtype=np.uint8)
