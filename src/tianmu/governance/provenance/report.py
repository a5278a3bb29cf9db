"""One call of the C2PA library to read a file: its report, the manifest store behind it, or the damage."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.governance.provenance.containers import OPAQUE, find_sidecar, has_traces, readable_kind
from tianmu.governance.provenance.signing import SETTINGS

_NONE_HERE: Final = ("ManifestNotFound", "Remote")


@dataclass(frozen=True)
class Report:
    """What the library says about a manifest, and the manifest store that it says it about."""

    row: dict[str, Any]
    store: bytes
    """As the library writes out again what it has understood."""
    given: bytes | None
    """As it came from beside the file or from the store; None where it stood in the file."""

    @property
    def label(self) -> str:
        """The name of the active manifest."""
        return str(self.row.get("active_manifest") or "")


@dataclass(frozen=True)
class Damage:
    """There is, or was, a manifest, and it cannot be read."""

    reason: str


def read_report(path: Path, anchors: Sequence[bytes], manifest: bytes | None = None) -> Report | Damage | None:
    """Read the manifest of a file: the one that is given, else the one in it, else the one beside it.

    Nothing is fetched: a manifest that lies elsewhere counts as none. The anchors hold for this call alone.

    Raises:
        MediaError: the file cannot be read.
    """
    kind = readable_kind(path)
    if manifest is not None:
        return _read(path, kind or OPAQUE, anchors, manifest)
    found = _read(path, kind, anchors, None) if kind is not None else None
    if isinstance(found, Report):
        return found
    beside = find_sidecar(path)
    if beside is not None:
        return _read(path, OPAQUE, anchors, beside)
    if kind is None or not has_traces(path):
        return None  # an error of the library alone proves no manifest: the file may be no picture at all
    return found or Damage(say("its place in the file is gone", "文件中已没有它的位置"))


def manifest_of(path: Path) -> bytes | None:
    """The manifest store of a file, in it or beside it; None where there is none that can be read.

    Raises:
        MediaError: the file cannot be read.
    """
    found = read_report(path, ())
    return found.store if isinstance(found, Report) else None


def _read(path: Path, kind: str, anchors: Sequence[bytes], manifest: bytes | None) -> Report | Damage | None:
    import c2pa

    settings: dict[str, Any] = dict(SETTINGS)
    if anchors:
        settings["trust"] = {"user_anchors": b"\n".join(anchors).decode("ascii")}
    try:
        with (
            c2pa.Context.from_dict(settings) as context,
            path.open("rb") as file,
            c2pa.Reader(kind, file, manifest, context=context) as reader,
        ):
            row = json.loads(reader.json())
            store = io.BytesIO()
            reader.resource_to_stream(str(row.get("active_manifest")), store)
            return Report(row, store.getvalue(), manifest)
    except c2pa.C2paError as error:
        # Its subclasses are private; what they are called stands in front of the message.
        return None if str(error).startswith(_NONE_HERE) else Damage(str(error))
    except OSError as error:
        raise MediaError(
            say(
                f"{path} cannot be read ({error.strerror}); check that the file is there.",
                f"无法读取 {path}（{error.strerror}）；请确认文件存在。",
            )
        ) from error
