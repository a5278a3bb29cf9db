"""A film's sound for a mixer: dialogue, effects and music apart, and the mix, as WAV files of 24 bits at 48 kHz.

The stems are as they were before mastering, so that they sum to the mix that was mastered; all are as long as the film.
"""

from __future__ import annotations

from pathlib import Path

from tianmu.core.files import whole_folder
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.studio.copies import MIX, copy_stems
from tianmu.studio.edition import Edition, Written
from tianmu.studio.export.names import stems_of


def write_stems(edition: Edition, folder: Path, progress: Progress) -> Written:
    """`SHOW-stems/SHOW_dialogue.wav`, `_effects`, `_music`, `_mix`; of a silent film nothing but a note."""
    stems = stems_of(edition.settings)
    if not stems:
        silent = say(
            "stems: the film is silent, so there are none; make it with sound.",
            "stems：影片没有声音，因此没有分轨；请制作带声音的影片。",
        )
        return Written(files=(), notes=(silent,))
    path = folder / f"{edition.show}-stems"
    with whole_folder(path) as part:
        _, louder = copy_stems(edition, {stem: f"{edition.show}_{stem}" for stem in (*stems, MIX)}, part, progress)
    return Written(files=(path,), notes=(louder,))
