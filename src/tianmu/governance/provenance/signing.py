"""Sign a work: the manifest goes into the file, or beside it where the container has no place for one.

Metadata of the container is written before (the manifest is bound to it), and remuxing afterwards drops the manifest;
`Signed.manifest` is therefore kept in the store, where the watermark leads to it.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import uuid4

from tianmu.core.errors import InputError, MediaError, OutputError, TianmuError
from tianmu.core.files import whole_file, writing
from tianmu.core.text import say
from tianmu.governance.identity import Identity
from tianmu.governance.provenance.claims import Claim, Ingredient, definition
from tianmu.governance.provenance.containers import (
    EMBEDS,
    OPAQUE,
    find_sidecar,
    sidecar,
    sniff,
    unbound_sha256,
)
from tianmu.governance.provenance.schemas import FramePlace
from tianmu.media.digest import file_sha256

if TYPE_CHECKING:
    import c2pa

T = TypeVar("T")

SETTINGS: Final[Mapping[str, Any]] = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": False},
    "builder": {"thumbnail": {"enabled": False}},
    "core": {"backing_store_memory_threshold_in_mb": 16},
}
"""Nothing is fetched, thumbnails stay out, and what was just signed is not checked against anchors it does not know.

The library copies a file on its way: above so many megabytes on disk, not in memory. It hashes through two buffers of
256 MB at most, which no setting changes.
"""


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What signing gave."""

    manifest: bytes
    """The manifest store; of a sequence, that of its first picture."""
    sha256: str
    """Of the file as it lies there now, in hexadecimal; of a sequence, of its folder."""


def sign_file(path: Path, claim: Claim, identity: Identity) -> Signed:
    """Sign a file, or a folder: a PNG sequence picture by picture, any other as a list of its files (`contents.json`).

    A file is replaced whole or stays as it was.

    A manifest that the file already carries goes: name the file as an ingredient (`parentOf`) to keep it. Where the
    container takes no manifest (PDF, WebM, Matroska and others) it is written to `PATH.c2pa`, and the file stays.

    Raises:
        InputError: the claim says what cannot be, or an ingredient is missing or a folder.
        MediaError: the file or an ingredient cannot be read, or is damaged so that it cannot be signed.
        OutputError: the place cannot be written.
    """
    path = Path(path)
    if path.is_dir():
        from tianmu.governance.provenance.folder import sign_folder
        from tianmu.governance.provenance.sequence import is_sequence, sign_sequence

        sign = sign_sequence if is_sequence(path) else sign_folder
        return sign(path, claim, identity)
    kind = sniff(path)
    if kind in EMBEDS:
        with whole_file(path) as part:
            manifest = sign_into(path, part, claim, identity)
    else:
        manifest = sign_beside(path, claim, identity)
    return Signed(manifest=manifest, sha256=file_sha256(path))


def sign_into(
    path: Path,
    target: Path,
    claim: Claim,
    identity: Identity,
    *,
    place: FramePlace | None = None,
    ingredients: Iterable[Ingredient] | None = None,
) -> bytes:
    """Write the file with its manifest in it to `target`, and return the manifest.

    `ingredients` are those of the claim that are linked in this file; by default all of them.
    """
    kind = sniff(path)
    assert kind in EMBEDS, "the caller knows that a manifest goes in"
    with (
        _built(path, claim, identity, unbound_sha256(path), place, ingredients) as builder,
        writing(target),
        path.open("rb") as source,
        target.open("w+b") as signed,
    ):
        return _signing(path, lambda: builder.sign(kind, source, signed))


def sign_beside(path: Path, claim: Claim, identity: Identity) -> bytes:
    """Write the manifest of a file to `PATH.c2pa`, bound to all of its bytes, and return it."""
    beside = sidecar(path)
    with _built(path, claim, identity, None, None, None) as builder, path.open("rb") as source:
        builder.set_no_embed()
        with tempfile.TemporaryFile() as copy:
            manifest = _signing(path, lambda: builder.sign(OPAQUE, source, copy))
    with whole_file(beside) as part, writing(beside):
        part.write_bytes(manifest)
    return manifest


def _built(
    path: Path,
    claim: Claim,
    identity: Identity,
    unbound: str | None,
    place: FramePlace | None,
    ingredients: Iterable[Ingredient] | None,
) -> closing[c2pa.Builder]:
    """A builder with all that is claimed, which signs as `identity`."""
    import c2pa

    linked = {each: f"xmp.iid:{uuid4()}" for each in (claim.ingredients if ingredients is None else ingredients)}
    manifest = definition(claim, linked, unbound=unbound, place=place)
    context = c2pa.Context.from_dict(dict(SETTINGS), identity.signer())
    builder = _signing(path, lambda: c2pa.Builder(manifest, context=context))
    try:
        for each, identifier in linked.items():
            _signing(each.path, lambda each=each, identifier=identifier: _add(builder, each, identifier))
    except BaseException:
        builder.close()
        raise
    return closing(builder)


def _add(builder: c2pa.Builder, ingredient: Ingredient, identifier: str) -> None:
    """Link an ingredient: the library reads its manifest and keeps what it found wrong with it."""
    path = ingredient.path
    if path.is_dir():
        raise InputError(
            say(
                f"{path} is a folder, and an ingredient is one file; name the film that was made of it.",
                f"{path} 是文件夹，而素材来源须为单个文件；请指定由它制成的影片。",
            )
        )
    row: dict[str, Any] = {
        "title": ingredient.title,
        "relationship": ingredient.relationship,
        "instance_id": identifier,
    }
    kind = sniff(path) or OPAQUE
    beside = find_sidecar(path) if kind not in EMBEDS else None
    if beside is not None:
        builder.add_resource(f"{identifier}.c2pa", io.BytesIO(beside))
        row |= {"manifest_data": {"format": "application/c2pa", "identifier": f"{identifier}.c2pa"}}
        row |= _checked(path, beside)
    with path.open("rb") as file:
        builder.add_ingredient(row, kind, file)


def _checked(path: Path, manifest: bytes) -> dict[str, Any]:
    """What a manifest beside a file says when it is checked: the library does that by itself only for one inside."""
    import json

    import c2pa

    with (
        c2pa.Context.from_dict(dict(SETTINGS)) as context,
        path.open("rb") as file,
        c2pa.Reader(OPAQUE, file, manifest, context=context) as reader,
    ):
        row = json.loads(reader.json())
    return {"active_manifest": row["active_manifest"], "validation_results": row["validation_results"]}


def _signing(path: Path, work: Callable[[], T]) -> T:
    """Do a piece of signing; what the library says against it is told as an error of ours."""
    import c2pa

    try:
        return work()
    except TianmuError:
        raise
    except c2pa.C2paError as error:
        if str(error).startswith("Io"):
            raise OutputError(
                say(
                    f"{path} could not be read or written while it was signed ({error}); check the disk.",
                    f"签名时无法读写 {path}（{error}）；请检查磁盘。",
                )
            ) from error
        raise MediaError(
            say(
                f"{path} cannot be signed: a whole file of its kind was expected ({error}); make it again.",
                f"无法为 {path} 签名：文件不完整或已损坏（{error}）；请重新生成。",
            )
        ) from error
    except OSError as error:
        raise MediaError(
            say(
                f"{path} cannot be read ({error.strerror}); check that the file is there.",
                f"无法读取 {path}（{error.strerror}）；请确认文件存在。",
            )
        ) from error
