"""What every file takes along when it leaves the studio.

    frames -> visible label -> watermark -> the file, with its metadata -> signed manifest -> a row in the store

A take that stays in the store gets metadata and a signature only, so that the film it goes into can prove what it is
made of; it is labelled and watermarked in that film, or when it is copied out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.film.cut import Cut
from tianmu.governance.aigc import first_write
from tianmu.governance.footprint import Meter
from tianmu.governance.identity import open_identity, read_house, watermark_key
from tianmu.governance.label import Label, label_page, label_words
from tianmu.governance.rules import KEPT, require_reason, rules_for
from tianmu.governance.similarity import fingerprint, key_indices, of_keys
from tianmu.governance.watermark import LEAST_SIZE, PUBLIC_KEY, Watermark
from tianmu.media.encoders.picture import as_planes
from tianmu.media.image import Frame, write_png
from tianmu.media.planes import Picture, Planes, as_rgb
from tianmu.media.video import read_video
from tianmu.studio.claims import LONGEST_TITLE, mark_of_cut
from tianmu.studio.recipe import Marks
from tianmu.studio.record import record_leave
from tianmu.studio.store import Issued, issue

if TYPE_CHECKING:
    from tianmu.governance.provenance import Claim, Signed
    from tianmu.studio.store import Project, Store

AHEAD = 2
"""Frames that wait to be marked, or are marked and wait to be written."""


class Shape(Protocol):
    """What footage, a cut and a video file all know of themselves."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def fps(self) -> Fraction: ...
    @property
    def num_frames(self) -> int: ...


@dataclass(frozen=True, kw_only=True)
class Leave:
    """For whom a work leaves, and, where it goes without a visible label, to whom and why."""

    audience: str | None = None
    """`all`, `cn`, `eu`, `us-ca` or `none`; None is what `tianmu init --for` chose for this studio."""
    recipient: str | None = None
    reason: str | None = None


EVERYBODY = Leave()
"""What leaves when nothing else was asked for."""


def settle(leave: Leave) -> Leave:
    """With the studio's own audience where none is named.

    Raises:
        InputError: there is no such audience, or it needs a recipient and a reason.
    """
    house = read_house(settings().home)
    settled = replace(leave, audience=house.audience if leave.audience is None else leave.audience)
    assert settled.audience is not None
    rules_for(settled.audience)
    require_reason(settled.audience, settled.recipient, settled.reason)
    return settled


def require_room(leave: Leave | None, width: int, height: int) -> None:
    """Refuse frames too small for the label that they need, before any work.

    Raises:
        InputError: what the smallest lawful words need.
    """
    if leave is not None:
        rules = rules_for(settle(leave).audience or "")
        Label(rules, width=width, height=height, fps=Fraction(1), num_frames=1)


def store_of(project: Project) -> Store:
    """The store that a project lies in."""
    from tianmu.studio.store import Store

    return Store(project.database, project.media)


def record_film(project: Project, cut: Cut, file_sha256: str, leave: Leave) -> None:
    """See to it that the row of a printed film is there, and another for every recipient and reason.

    A print that came with a project from another studio has no row here until it leaves from here.

    Raises:
        MediaError: the print is damaged.
    """
    store = store_of(project)
    rows = store.find_file(file_sha256)
    if any((row.recipient, row.reason) == (leave.recipient, leave.reason) for row in rows):
        return
    if rows:
        first, manifest = rows[0], store.media.read(rows[0].manifest)
    else:
        first, manifest = _from_elsewhere(project, cut, file_sha256)
    again = replace(first, audience=leave.audience or "", recipient=leave.recipient, reason=leave.reason, at=now())
    store.issue(again, manifest)
    record_leave(project, again)


def _from_elsewhere(project: Project, cut: Cut, file_sha256: str) -> tuple[Issued, bytes]:
    from tianmu.governance.provenance import manifest_of, read_provenance

    path = project.media.path(file_sha256)
    manifest = manifest_of(path) or b""
    signed = read_provenance(path)
    mark = signed.mark if signed is not None and signed.mark is not None else mark_of_cut(cut)
    _, frames = read_video(path)
    row = Issued(
        mark=mark,
        kind="film",
        title=cut.name[:LONGEST_TITLE],
        file_sha256=file_sha256,
        fingerprint=fingerprint(frames).to_text(),
        audience="",
        project=project.name,
        at=now(),
    )
    return row, manifest


def _left_before(project: Project | None, work: Issued) -> bool:
    """Whether this is a paper of a film that went to the same people before: each run of a film signs it anew."""
    if project is None or work.kind not in ("document", "picture"):
        return False
    same = replace(work, file_sha256="", at="")
    return any(
        replace(row, file_sha256="", at="", manifest="", fingerprint=work.fingerprint, footprint=work.footprint) == same
        for row in store_of(project).find_mark(work.mark)
    )


def now() -> str:
    """The time in UTC, as ISO 8601 writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Marking:
    """How one work is marked, from its first frame to its row in the store."""

    def __init__(self, mark: int, leave: Leave | None, *, producer: str | None = None) -> None:
        """`leave` None is a take that stays; `producer` names another studio, whose take is made again.

        Raises:
            InputError: no such audience, or one that needs a recipient and a reason.
            MediaError, OutputError: the studio's keys cannot be read, or not be made.
        """
        home = settings().home
        self.leave = None if leave is None else settle(leave)
        self.rules = KEPT if self.leave is None else rules_for(self.leave.audience or "")
        self.identity = open_identity(home)
        self.mark = mark
        self.marks = Marks(
            audience=self.leave and self.leave.audience,
            mark=f"{mark:016x}",
            producer=producer or self.identity.producer,
        )
        self.notes: list[str] = []
        self.meter = Meter(home, read_house(home).country)
        self._keys: list[Frame] = []
        self._marked = False

    @property
    def words(self) -> str:
        """The label's words, for a document."""
        return label_words(self.rules)

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the container says of the work."""
        return {"AIGC": first_write(self.marks.producer, self.mark).to_json()}

    def frames(self, frames: Iterable[Frame], shape: Shape) -> Iterator[Frame]:
        """Frames `[h w 3]` uint8 as they leave; those of a take that stays are as they came."""
        return map(as_rgb, self.pictures(frames, shape))

    def pictures(self, frames: Iterable[Picture], shape: Shape, *, planar: bool = False) -> Iterator[Picture]:
        """The same for an encoder: planes stay planes, but where the label is laid on; all are if it is to be `planar`,
        as an encoder of yuv420p has them in the end. Frames that cannot be written to are not copied.
        """
        if self.leave is None:
            yield from frames
            return
        width, height = shape.width, shape.height
        label = Label(self.rules, width=width, height=height, fps=shape.fps, num_frames=shape.num_frames)
        watermarks = self._watermarks(width, height)
        keys = set(key_indices(shape.num_frames))

        def marked(index: int, picture: Picture) -> Picture:
            if not isinstance(picture, Planes) or index < label.num_labelled:
                picture = label.apply(index, as_rgb(picture))
            if planar:
                picture = as_planes(picture)
            for watermark in watermarks:
                picture = watermark.apply_planes(picture) if isinstance(picture, Planes) else watermark.apply(picture)
            if index in keys:
                self._keys.append(as_rgb(picture).copy())
            return picture

        # One thread marks while the engine draws the next frame and the encoder writes the last one.
        with ThreadPoolExecutor(max_workers=1) as worker:
            worker.submit(import_module, "c2pa")  # a tenth of a second that signing need not wait for
            waiting: deque[Future[Picture]] = deque()
            for index, frame in enumerate(frames):
                # An engine may draw the next frame where this one is.
                held = frame if isinstance(frame, Planes) or not frame.flags.writeable else frame.copy()
                waiting.append(worker.submit(marked, index, held))
                if len(waiting) > AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def write_picture(self, path: Path, frame: Frame, claim: Claim, *, project: Project | None = None) -> None:
        """A sheet of pictures `[h w 3]` uint8 as PNG, labelled, watermarked, signed, and recorded in the store.

        Raises:
            OutputError: it cannot be written.
        """
        page = label_page(frame, self.rules)
        for watermark in self._watermarks(page.shape[1], page.shape[0]):
            page = watermark.apply(page)
        write_png(path, page, metadata=self.metadata)
        self.sign(path, claim, [page], project=project)

    def sign(
        self,
        path: Path,
        claim: Claim,
        keys: Sequence[Frame] | None = None,
        *,
        project: Project | None = None,
        take: str | None = None,
    ) -> Signed:
        """Sign a file, and record it if it leaves: in its project's store, or in the studio's own.

        `keys` are the frames that its fingerprint is made from; by default some of those that `frames` saw.

        Raises:
            OutputError: it cannot be written; the file is as it was.
        """
        from tianmu.governance.provenance import sign_file

        named = self._marked or claim.kind == "document"
        signed = sign_file(path, replace(claim, mark=self.mark if named else None), self.identity)
        if self.leave is None:
            return signed
        issued = Issued(
            mark=self.mark,
            kind=claim.kind,
            title=claim.title,
            file_sha256=signed.sha256,
            fingerprint=of_keys(self._keys if keys is None else keys).to_text(),
            audience=self.leave.audience or "",
            recipient=self.leave.recipient,
            reason=self.leave.reason,
            project=project and project.name,
            take=take,
            footprint=claim.footprint,
            at=now(),
        )
        known = _left_before(project, issued)
        if project is None:
            issue(issued, signed.manifest)
        else:
            store_of(project).issue(issued, signed.manifest)
        if not known:
            record_leave(project, issued)
        return signed

    def _watermarks(self, width: int, height: int) -> tuple[Watermark, ...]:
        """With the public key, that anybody's Tianmu finds it, and with the studio's own where it has one."""
        if self.leave is None:
            return ()
        if min(width, height) < LEAST_SIZE:
            self.notes.append(
                say(
                    f"Frames of {width}x{height} are too small for a watermark; metadata and signature are there.",
                    f"{width}x{height} 的画面太小，无法加水印；元数据与签名照常写入。",
                )
            )
            return ()
        self._marked = True
        keys = (PUBLIC_KEY, watermark_key(settings().home))
        return tuple(Watermark(self.mark, width=width, height=height, key=key) for key in keys if key is not None)
