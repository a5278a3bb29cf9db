"""Looking at a file that came from anywhere: every layer that can be found in it, and what they come to together."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.core.errors import TianmuError
from tianmu.governance.similarity import Fingerprint
from tianmu.studio.inspect.kinds import Kind, recognise, work_at
from tianmu.studio.inspect.reading import Answer, Keys, Reader
from tianmu.studio.inspect.report import Report
from tianmu.studio.inspect.shown import shown
from tianmu.studio.inspect.verdict import Evidence, judge, unreadable
from tianmu.studio.inspect.works import Known, known

if TYPE_CHECKING:
    from tianmu.studio.store import Store

LAYERS = ("digest", "provenance", "aigc", "source_type", "content", "watermark")


def inspect_file(path: Path, *, store: Store | None, home: Path, reader: Reader | None = None) -> Report:
    """Look at one file, whatever it is; a file that cannot be read has a report that says so.

    1. Its first bytes say what it is.
    2. A process of its own reads each layer, with a clock beside it.
    3. The store is asked for its digest, its mark and its looks.
    4. Where the file has lost its manifest and the store has it, that one is held against the file.
    5. What was found is weighed.

    Args:
        path: a file, or a folder that is a PNG sequence or a stream; a stream's playlist stands for its folder.
        store: where works that left are on record; None for no store.
        home: the studio's home, for whose roots are its own and which it trusts; nothing is made there.
        reader: a process to read with, kept open over many files; by default one for this file.
    """
    if reader is None:
        with Reader() as own:
            return inspect_file(path, store=store, home=home, reader=own)
    began = time.monotonic()
    try:
        path = work_at(path)
        kind = recognise(path)  # 1
        keys = keys_of(home)
        answers = reader.read(path, kind, LAYERS, keys)  # 2
    except TianmuError as error:
        return unreadable(path, error.explain(), time.monotonic() - began)
    asked = _ask(store, answers)  # 3
    kept = _kept(path, kind, keys, store, reader, answers, asked)  # 4
    evidence = Evidence(path=path, kind=kind, answers=answers, known=asked, kept=kept)
    return judge(evidence, time.monotonic() - began)  # 5


def keys_of(home: Path) -> Keys:
    """Whose signatures and marks a studio knows; what is missing or damaged is left out, and nothing is made."""
    from tianmu.governance.identity import anchors, watermark_key

    try:
        roots = anchors(home)
        secret = watermark_key(home)
    except TianmuError:
        return Keys()
    trusted = {_last(path) for path in (home / "trusted").glob("*.pem")}
    return Keys(
        own=tuple(root for root in roots if root not in trusted),
        trusted=tuple(root for root in roots if root in trusted),
        watermark=() if secret is None else (secret,),
    )


def _last(path: Path) -> bytes:
    """The root of a file of certificates, as `identity.anchors` gives it."""
    from cryptography import x509

    from tianmu.governance.certificates import pem

    try:
        return pem(x509.load_pem_x509_certificates(path.read_bytes())[-1:])
    except (OSError, ValueError):
        return b""


def _ask(store: Store | None, answers: Mapping[str, Answer]) -> Known | str | None:
    """What the store knows, or why it could not be asked; None for no store."""
    if store is None:
        return None
    mark = answers["watermark"].row.get("mark")
    look = answers["content"].row.get("fingerprint")
    try:
        return known(
            store,
            answers["digest"].row.get("sha256"),
            int(mark, 16) if mark else None,
            Fingerprint.from_text(look) if look else None,
        )
    except TianmuError as error:
        return shown(error.explain(), 400)


def _kept(
    path: Path,
    kind: Kind,
    keys: Keys,
    store: Store | None,
    reader: Reader,
    answers: Mapping[str, Answer],
    asked: Known | str | None,
) -> Answer | None:
    """What the manifest that the store has of this work says of this file, where the file has none itself."""
    if store is None or answers["provenance"].status == "found" or not isinstance(asked, Known):
        return None
    work = asked.work or (asked.similar[0][0] if asked.similar else None)
    if work is None or not work.manifest:
        return None
    try:
        manifest = store.media.read(work.manifest)
        return reader.read(path, kind, ("provenance",), keys, manifest=manifest)["provenance"]
    except (TianmuError, OSError) as error:
        reason = error.explain() if isinstance(error, TianmuError) else str(error)
        return Answer(status="failed", reason=shown(reason, 400))
