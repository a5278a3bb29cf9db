"""What leaves on its own, without a film: a take, the stems of its sound, a sheet that the trainer drew, a line."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.core.files import writing
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.cut import Cut
from tianmu.film.take import Take
from tianmu.governance.footprint import total
from tianmu.governance.provenance import Claim
from tianmu.media.audio import write_wav
from tianmu.media.digest import file_sha256
from tianmu.media.image import read_image
from tianmu.media.metadata.riff import add_words_to_wav
from tianmu.media.video import read_video, write_video
from tianmu.studio.claims import LONGEST_TITLE, claim_of_parts, mark_from
from tianmu.studio.consents import require_consents
from tianmu.studio.edition import clips_of
from tianmu.studio.marking import EVERYBODY, Leave, Marking, settle
from tianmu.studio.output import staging
from tianmu.studio.plan import read_plan
from tianmu.studio.render import silent
from tianmu.studio.sound.dialogue import refuse_foreign, utterance_of
from tianmu.studio.sound.master import master
from tianmu.studio.sound.voices import engine as voices
from tianmu.studio.sound.voices.roster import voice_named
from tianmu.studio.soundtrack import CEILING
from tianmu.studio.standing import require_standing
from tianmu.studio.store import Project

if TYPE_CHECKING:
    from tianmu.studio.edition import Edition

MIX = "mix"
"""All stems together, as loud as the film."""


def copy_take(project: Project, take: Take, output: Path, *, leave: Leave = EVERYBODY, overwrite: bool = False) -> None:
    """Write a take as an MP4 file that may leave: labelled, watermarked, and signed with the take as its parent.

    A take that was shot faster than its film plays is written as the film plays it: slowly, frame for frame.

    Raises:
        InputError: the audience is none that there is, or something in the film has no valid consent for it.
        MediaError: the take is missing or damaged.
        OutputError: the place cannot be written, or something is there.
        Refused: a rule that is in force now refuses it, or wants a person to look first.
    """
    leave = settle(leave)
    require_consents(project, read_plan(project), date.today(), leave.audience)
    require_standing(project, [take], leave.audience)
    source = project.media.verified(take.film)
    marking = Marking(mark_from({"copy": take.id}), leave)
    with staging(output, overwrite=overwrite) as folder, marking.meter:
        info, frames = read_video(source)
        info = replace(info, fps=played_rate(project, take))
        path = folder / output.name
        write_video(path, marking.frames(frames, info), info.fps, format="mp4", metadata=marking.metadata)
        claim = claim_of_parts(f"{take.slate}/{take.number}", "copy", {take.slate: source}, marking.meter.footprint)
        marking.sign(path, claim, project=project, take=take.id)


def copy_stems(
    edition: Edition, names: Mapping[str, str], folder: Path, progress: Progress = silent
) -> tuple[tuple[Path, ...], str]:
    """Write the sound of a film as signed WAV files, one a stem, each as long as the film at 48 kHz and 24 bit.

    The stems add up to the mix as it is before it is brought to its loudness, so that nothing in them is limited.

    Args:
        names: of the files, without their ending, by what is heard: `dialogue`, `effects`, `music`; MIX is the film's.
        folder: where they go; it is there.

    Returns:
        The files, in the order of the names, and a sentence that says how much louder the film is.

    Raises:
        OutputError: the folder cannot be written, or the disk is full.
    """
    track = edition.soundtrack(progress)
    if track.sound is None or not names:
        return (), ""
    marking, files = edition.marking(), tuple(folder / f"{name}.wav" for name in names.values())
    with writing(folder), tempfile.TemporaryDirectory(dir=folder, prefix=".sound-") as name:
        scratch = Path(name)
        with marking.meter:
            mixed = master(track.sound, scratch / f"{MIX}.wav", target=track.target, ceiling=CEILING, stems=scratch)
        for stem, path in zip(names, files, strict=True):
            (scratch / f"{stem}.wav").replace(path)
            add_words_to_wav(path, marking.metadata)
            spoken = stem in ("dialogue", MIX) and track.voiced
            claim = Claim(
                title=f"{edition.cut.name}: {stem}"[:LONGEST_TITLE],
                kind="sound",
                trained=spoken,
                engine="voice" if spoken else "mix",
                footprint=total([marking.meter.footprint, track.footprint]),
            )
            marking.sign(path, claim, project=edition.project)
    louder = say(
        f"The stems add up to the mix before it is brought to its loudness; the film is {mixed.gain:+.1f} dB from "
        "there.",
        f"各分轨之和是调整响度之前的混音；成片与之相差 {mixed.gain:+.1f} dB。",
    )
    return files, louder


def played_rate(project: Project, take: Take) -> Fraction:
    """Frames a second at which a take is seen: those of the cut that it is in, else those that it was shot at."""
    for version in project.keys(Cut):
        stored = project.read(Cut, version)
        if stored is not None and any(clip.take == take.id for clip in clips_of(stored.value)):
            return stored.value.fps
    return take.fps


def speak_line(text: str, manner: str, voice: str, output: Path, *, overwrite: bool = False) -> Fraction:
    """Write a line as a voice says it, a WAV file with its metadata, signed; gives its length in seconds.

    Raises:
        InputError: there is no voice of that name, none is installed, or none reads the letters of the text.
        OutputError: the place cannot be written, or something is there.
    """
    refuse_foreign(text)
    utterance = utterance_of(text, manner, voice_named(voice).name)
    marking = Marking(mark_from({"line": [text, manner, voice]}), EVERYBODY)
    with staging(output, overwrite=overwrite) as folder:
        sound = voices.open_voice().speak(utterance)
        info = write_wav(folder / output.name, [sound[:, None]], metadata=marking.metadata)
        claim = Claim(title=text.strip()[:LONGEST_TITLE], kind="sound", trained=True, engine="voice")
        marking.sign(folder / output.name, claim)
    return info.seconds


def mark_sheet(path: Path, title: str, *, engine: str) -> None:
    """Label, watermark and sign a sheet of a trained model's pictures where it lies, whole or not at all.

    Raises:
        MediaError: it is no picture.
        OutputError: it cannot be written.
    """
    marking = Marking(mark_from({"sheet": file_sha256(path)}), EVERYBODY)
    sheet = read_image(path)
    with staging(path, overwrite=True) as folder:
        marking.write_picture(
            folder / path.name, sheet, Claim(title=title, kind="picture", trained=True, engine=engine)
        )
