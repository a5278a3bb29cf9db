"""A film as it lies in the store, ready to leave in any form.

    edition = read_edition(project, leave)
    edition.pictures(marking)        its frames, labelled and watermarked
    edition.soundtrack()             its voices, sounds and subtitles

A form (a file for an editor, a web stream, a book, ...) is a function of an edition, a folder and a progress.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.cut import Clip, Cut
from tianmu.film.decision import arrange
from tianmu.film.shot import Shot
from tianmu.film.take import Take
from tianmu.governance.footprint import Footprint, footprint_of, total
from tianmu.governance.provenance import Claim
from tianmu.media.image import Frame
from tianmu.media.planes import as_rgb
from tianmu.studio.claims import claim_of_film, mark_of_cut
from tianmu.studio.edit import cut_frames
from tianmu.studio.marking import EVERYBODY, Leave, Marking, settle
from tianmu.studio.plan import Plan, find_version, read_plan, read_settings
from tianmu.studio.print_screening import PrintScreening
from tianmu.studio.render import silent
from tianmu.studio.soundtrack import Soundtrack, make_soundtrack
from tianmu.studio.takes import FilmSettings
from tianmu.studio.translation import Translated, film_translations, translators_of

if TYPE_CHECKING:
    from tianmu.studio.store import Project


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a form wrote."""

    files: tuple[Path, ...]
    """Files, and folders that are one work (a sequence of pictures, a web stream)."""
    notes: tuple[str, ...] = ()
    """What a person should know: what the form does not carry, what was left out."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A film with everything that it was made from, and for whom it leaves."""

    project: Project
    plan: Plan
    settings: FilmSettings
    cut: Cut
    takes: Mapping[str, Take]
    """Those of the cut, by id."""
    leave: Leave
    """Settled: its audience is named."""

    @property
    def show(self) -> str:
        """What its files are called by, of letters that every system accepts."""
        from tianmu.studio.export.names import ascii_name

        return ascii_name(self.cut.name, "film")

    def shot(self, slate: str) -> Shot:
        """The shot of a slate, as it is now planned.

        Raises:
            KeyError: there is none such.
        """
        return {shot.slate: shot for shot in arrange(self.plan.shots.shots, self.plan.decisions)}[slate]

    def marking(self) -> Marking:
        """How one file of this film is marked; every form of the same cut has the same number."""
        return Marking(mark_of_cut(self.cut), self.leave)

    def pictures(self, marking: Marking) -> Iterator[Frame]:
        """The frames of the cut `[h w 3]` uint8, labelled and watermarked.

        What a rule says of them is in the notes of `marking` when the last has come.

        Raises:
            MediaError: a take is missing, or not as it was when it was kept.
            Refused: a rule in force refuses the film as it is cut, or wants a person to look first.
        """
        media = self.project.media
        for film in {clip.film for clip in clips_of(self.cut)}:
            media.verified(film)  # nothing is cut from a file that somebody changed
        screening = PrintScreening(self.project, self.cut, self.leave.audience)
        seen = screening.over(cut_frames(self.cut, media.path, open_look=media.path))
        yield from marking.frames(map(as_rgb, seen), self.cut)
        marking.notes += screening.notes

    def soundtrack(self, progress: Progress = silent) -> Soundtrack:
        """Its sound and subtitles, as its film has them; what was spoken before is not spoken again."""
        return make_soundtrack(self.cut, self.plan, self.settings, progress, translated=self.translated)

    @property
    def translated(self) -> tuple[Translated, ...]:
        """What a language model has written for its subtitles; nobody is asked again."""
        return film_translations(self.project, self.cut, self.settings)

    def claim(self, spent: Footprint, *, voiced: bool) -> Claim:
        """What a file of it says: every take is an ingredient; `spent` is what this form took."""
        footprint = total([*map(footprint_of, self.project.takes()), spent])
        translators = translators_of(self.translated)
        return claim_of_film(self.cut, self.project.media, footprint, voiced=voiced, translators=translators)


Form = Callable[[Edition, Path, Progress], Written]
"""Writes a film into a folder in one form: its files are called after `edition.show`, and are signed."""


def read_edition(project: Project, leave: Leave = EVERYBODY, *, version: str = "") -> Edition:
    """The film that a project last made: its main version, or that of an aspect such as `9:16`.

    Raises:
        InputError: it has made none yet, or not in that aspect, or the audience needs a recipient and a reason.
        MediaError: a take of it is gone.
    """
    cut = read_kept_cut(project, version)
    return Edition(
        project=project,
        plan=read_plan(project, version),
        settings=read_settings(project, version),
        cut=cut,
        takes=takes_of(project, cut),
        leave=settle(leave),
    )


def read_kept_cut(project: Project, version: str = "") -> Cut:
    """The cut that the project's film, or a version of it, was last made from.

    Raises:
        InputError: there is none yet, or no such version.
    """
    stored = project.read(Cut, find_version(project, version))
    if stored is None:
        raise InputError(
            say(
                f"The project {project.name} has no cut yet; make its film first: tianmu film SCREENPLAY.",
                f"项目 {project.name} 还没有剪辑；请先制作影片：tianmu film 剧本文件。",
            )
        )
    return stored.value


def takes_of(project: Project, cut: Cut) -> dict[str, Take]:
    """The takes of a cut, by id.

    Raises:
        MediaError: one is gone from the project.
    """
    known = {take.id: take for take in project.takes()}
    found: dict[str, Take] = {}
    for clip in clips_of(cut):
        if clip.take not in known:
            raise MediaError(
                say(
                    f"The take of shot {clip.slate} ({clip.take[:12]}) is gone; run tianmu film again.",
                    f"镜头 {clip.slate} 的素材（{clip.take[:12]}）已不在项目中；请重新运行 tianmu film。",
                )
            )
        found[clip.take] = known[clip.take]
    return found


def clips_of(cut: Cut) -> list[Clip]:
    """Every clip of a cut, track by track."""
    return [item for track in cut.tracks for item in track.items if isinstance(item, Clip)]
