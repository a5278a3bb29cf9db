"""A film as a folder of PNG pictures: every picture is signed, and says which sequence it belongs to and where.

A picture that was removed, added, moved, renamed, changed or taken from another sequence is found when the folder is
read, and so is another frame rate: each carries its index, the number of pictures, and the digest of `sequence.json`.
The ingredients stand in the first picture only; what the work is a copy of stands in all.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from tianmu.core.errors import MediaError
from tianmu.core.files import whole_folder, writing
from tianmu.core.text import say
from tianmu.governance.identity import Identity
from tianmu.governance.provenance.claims import Claim
from tianmu.governance.provenance.schemas import FramePlace
from tianmu.governance.provenance.signing import Signed, sign_into
from tianmu.governance.provenance.verdict import Problem, Provenance, State, problem, worst
from tianmu.media.digest import file_sha256, folder_sha256
from tianmu.media.encoders import SEQUENCE_FACTS
from tianmu.media.video import read_video

_PICTURE: Final = re.compile(r"\d{6}\.png")
_MISMATCH: Final = "org.tianmu.sequence.mismatch"


def is_sequence(folder: Path) -> bool:
    """Whether a folder holds pictures with the rate that they are shown at, whole or not."""
    return (folder / SEQUENCE_FACTS).is_file() or not any(folder.iterdir()) or bool(_pictures(folder))


def sign_sequence(folder: Path, claim: Claim, identity: Identity) -> Signed:
    """Sign every picture of a sequence; the folder is replaced whole or stays as it was.

    Raises:
        MediaError: the folder is no whole sequence, or holds other things too.
    """
    info, _ = read_video(folder)
    pictures = _pictures(folder)
    strange = [entry.name for entry in folder.iterdir() if entry not in pictures and entry.name != SEQUENCE_FACTS]
    if strange:
        raise MediaError(
            say(
                f"{folder} holds {strange[0]} besides the pictures of a sequence; move it elsewhere and sign again.",
                f"{folder} 中除序列图片外还有 {strange[0]}；请移到别处后再签名。",
            )
        )
    whole = sha256()
    for picture in pictures:
        whole.update(bytes.fromhex(file_sha256(picture)))
    first = b""
    others = tuple(each for each in claim.ingredients if each.relationship == "parentOf")
    with whole_folder(folder, replaces=lambda _: True) as part:
        for index, picture in enumerate(pictures, start=1):
            place = FramePlace(
                sequence=whole.hexdigest(),
                index=index,
                num_frames=len(pictures),
                fps=str(info.fps),
                facts_sha256=file_sha256(folder / SEQUENCE_FACTS),
            )
            linked = claim.ingredients if index == 1 else others
            manifest = sign_into(picture, part / picture.name, claim, identity, place=place, ingredients=linked)
            first = first or manifest
        with writing(folder):
            shutil.copyfile(folder / SEQUENCE_FACTS, part / SEQUENCE_FACTS)
    return Signed(manifest=first, sha256=folder_sha256(folder))


def read_sequence(folder: Path, anchors: Sequence[bytes]) -> Provenance | None:
    """What a sequence says about its making: its first signed picture speaks, and all are checked.

    Returns:
        None where no picture carries a manifest.
    """
    from tianmu.governance.provenance.reading import read_provenance

    found = {picture: read_provenance(picture, anchors=anchors) for picture in _pictures(folder)}
    signed = {picture: each for picture, each in found.items() if each is not None}
    if not signed:
        return None
    speaker = next(iter(signed.values()))
    frame = next((each.frame for each in signed.values() if each.frame is not None), None)
    problems = [*_within(found, speaker), *(_between(folder, signed, frame) if frame is not None else ())]
    misplaced: tuple[State, ...] = ("changed",) if any(each.code == _MISMATCH for each in problems) else ()
    state = worst((*(each.state for each in signed.values()), *misplaced))
    own = worst((*(each.root.state for each in signed.values()), *misplaced))
    root = replace(speaker.root, state=own, problems=tuple(problems))
    below = (each for node in speaker.root.ingredients for below in node.walk() for each in below.problems)
    return replace(speaker, state=state, root=root, problems=(*problems, *below), frame=frame)


def _within(found: dict[Path, Provenance | None], speaker: Provenance) -> Iterator[Problem]:
    """What is wrong with single pictures."""
    for picture, each in found.items():
        if each is None:
            yield problem(
                picture.name, _MISMATCH, say("it is not signed, and the others are", "它没有签名，而其他图片有")
            )
            continue
        for wrong in each.root.problems:
            yield problem(picture.name, wrong.code)
        if each.signer.fingerprint != speaker.signer.fingerprint and each.signer.fingerprint:
            yield problem(
                picture.name, _MISMATCH, say("another key than the others' signed it", "签名密钥与其他图片不同")
            )


def _between(folder: Path, signed: dict[Path, Provenance], frame: FramePlace) -> Iterator[Problem]:
    """What is wrong with the sequence: every picture stands where it says, and none is missing."""
    for picture, each in signed.items():
        place = each.frame
        if place is None:
            yield problem(
                picture.name, _MISMATCH, say("it does not say which sequence it is of", "它未说明属于哪个序列")
            )
        elif (place.sequence, place.num_frames, place.fps) != (frame.sequence, frame.num_frames, frame.fps):
            yield problem(picture.name, _MISMATCH, say("it is a picture of another sequence", "它属于另一个序列"))
        elif picture.name != f"{place.index:06d}.png":
            yield problem(
                picture.name,
                _MISMATCH,
                say(f"it was signed as picture {place.index}", f"签名时它是第 {place.index} 张"),
            )
    present = {picture.name for picture in _pictures(folder)}
    missing = [name for name in (f"{index:06d}.png" for index in _expected(frame)) if name not in present]
    if missing:
        more = say(f" and {len(missing) - 1} more", f"等 {len(missing)} 张") if len(missing) > 1 else ""
        yield problem(missing[0] + more, _MISMATCH, say("missing from the sequence", "序列中缺失"))
    facts = folder / SEQUENCE_FACTS
    if not facts.is_file():
        yield problem(SEQUENCE_FACTS, _MISMATCH, say("missing from the sequence", "序列中缺失"))
    elif file_sha256(facts) != frame.facts_sha256:
        yield problem(
            SEQUENCE_FACTS, _MISMATCH, say("changed after the pictures were signed", "在图片签名之后被改动过")
        )
    for entry in sorted(folder.iterdir()):
        if entry.name != SEQUENCE_FACTS and entry.name not in present:
            yield problem(entry.name, _MISMATCH, say("not a part of the sequence", "不属于该序列"))


def _expected(frame: FramePlace) -> range:
    return range(1, min(frame.num_frames, 999_999) + 1)


def _pictures(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if _PICTURE.fullmatch(entry.name) and entry.is_file())
