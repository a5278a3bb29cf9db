"""What leaves on its own, without a film: a take of the store, a sheet that the trainer drew, a spoken line."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from tianmu.film.take import Take
from tianmu.governance.provenance import Claim
from tianmu.media.audio import write_wav
from tianmu.media.digest import file_sha256
from tianmu.media.image import read_image
from tianmu.media.video import read_video, write_video
from tianmu.studio.claims import LONGEST_TITLE, claim_of_parts, mark_from
from tianmu.studio.marking import EVERYBODY, Leave, Marking
from tianmu.studio.output import staging
from tianmu.studio.sound.dialogue import utterance_of
from tianmu.studio.sound.voices import engine as voices
from tianmu.studio.sound.voices.roster import voice_named
from tianmu.studio.store import Project


def copy_take(project: Project, take: Take, output: Path, *, leave: Leave = EVERYBODY, overwrite: bool = False) -> None:
    """Write a take as an MP4 file that may leave: labelled, watermarked, and signed with the take as its parent.

    Raises:
        InputError: the audience is none that there is.
        MediaError: the take is missing or damaged.
        OutputError: the place cannot be written, or something is there.
    """
    source = project.media.verified(take.film)
    marking = Marking(mark_from({"copy": take.id}), leave)
    with staging(output, overwrite=overwrite) as folder, marking.meter:
        info, frames = read_video(source)
        path = folder / output.name
        write_video(path, marking.frames(frames, info), info.fps, format="mp4", metadata=marking.metadata)
        claim = claim_of_parts(f"{take.slate}/{take.number}", "copy", {take.slate: source}, marking.meter.footprint)
        marking.sign(path, claim, project=project, take=take.id)


def speak_line(text: str, manner: str, voice: str, output: Path, *, overwrite: bool = False) -> Fraction:
    """Write a line as a voice says it, a signed WAV file; gives its length in seconds.

    Raises:
        InputError: there is no voice of that name, or none is installed.
        OutputError: the place cannot be written, or something is there.
    """
    utterance = utterance_of(text, manner, voice_named(voice).name)
    marking = Marking(mark_from({"line": [text, manner, voice]}), EVERYBODY)
    with staging(output, overwrite=overwrite) as folder:
        sound = voices.open_voice().speak(utterance)
        info = write_wav(folder / output.name, [sound[:, None]])
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
