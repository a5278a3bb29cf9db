"""A film's sound for a mixer: dialogue, effects and music apart, and the mix, as WAV files of 24 bits at 48 kHz.

The stems are as they were before mastering, so that they sum to the mix that was mastered; all four are as long as the
film.
"""

from __future__ import annotations

from pathlib import Path

from tianmu.core.files import whole_folder
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.governance.footprint import Footprint
from tianmu.governance.provenance import Claim
from tianmu.media.audio import sound_blocks, write_wav
from tianmu.studio.claims import LONGEST_TITLE
from tianmu.studio.edition import Edition, Written
from tianmu.studio.marking import Marking
from tianmu.studio.sound.master import master
from tianmu.studio.soundtrack import SPEAKING, SoundFilm, Soundtrack

NAMES = ("dialogue", "effects", "music", "mix")


def write_stems(edition: Edition, folder: Path, progress: Progress) -> Written:
    """`SHOW-stems/SHOW_dialogue.wav`, `_effects`, `_music`, `_mix`; of a silent film nothing but a note."""
    track = edition.soundtrack(progress)
    if track.sound is None:
        silent = say(
            "stems: the film is silent, so there are none; make it with sound.",
            "stems：影片没有声音，因此没有分轨；请制作带声音的影片。",
        )
        return Written(files=(), notes=(silent,))
    marking = edition.marking()
    path = folder / f"{edition.show}-stems"
    with whole_folder(path) as part:
        with marking.meter:
            _write(track.sound, track, part, edition, marking, progress)
        spent = marking.meter.footprint + track.footprint
        for name in NAMES:
            made = part / f"{edition.show}_{name}.wav"
            marking.sign(made, _claim(edition, track, name, spent), [], project=edition.project)
    return Written(files=(path,), notes=track.notes)


def _write(
    sound: SoundFilm, track: Soundtrack, part: Path, edition: Edition, marking: Marking, progress: Progress
) -> None:
    """Mix once, with the stems beside it; then give each its words."""
    total = sound.num_samples

    def mixed(done: int) -> None:
        progress(SPEAKING + (1 - SPEAKING) * min(1.0, done / max(1, total)), say("mixing the sound", "混音"))

    master(sound, part / "mix.wav", target=track.target, stems=part, on_block=mixed)
    for name in NAMES:
        plain = part / f"{name}.wav"
        write_wav(part / f"{edition.show}_{name}.wav", sound_blocks(plain)[1], metadata=marking.metadata)
        plain.unlink()


def _claim(edition: Edition, track: Soundtrack, name: str, spent: Footprint) -> Claim:
    """A trained voice speaks in the dialogue and in the mix; effects and music are computed."""
    return Claim(
        title=f"{edition.cut.name} ({name})"[:LONGEST_TITLE],
        kind="sound",
        trained=track.voiced and name in ("dialogue", "mix"),
        engine="mix",
        footprint=spent,
    )
