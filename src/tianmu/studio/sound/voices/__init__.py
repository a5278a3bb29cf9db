"""Voices: a line of a script as speech.

    Utterance (text, language, voice, manner) -> Voice.speak -> samples at 48 kHz

`open_voice` gives the engine that is installed; everything above it knows only the seam in `engine.py`.
"""

from tianmu.studio.sound.voices.engine import VoiceEngine, VoiceMissing, open_voice, utterance_key
from tianmu.studio.sound.voices.manner import read_manner
from tianmu.studio.sound.voices.roster import ROSTER, VoiceFacts, cast_voices, voice_named

__all__ = [
    "ROSTER",
    "VoiceEngine",
    "VoiceFacts",
    "VoiceMissing",
    "cast_voices",
    "open_voice",
    "read_manner",
    "utterance_key",
    "voice_named",
]
