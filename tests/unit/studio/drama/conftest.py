"""The film that excerpts are tested with is heard here, by a voice that is in a hurry."""

from fractions import Fraction

import pytest
from tests.unit.studio.excerpts.conftest import edition

from tianmu.studio import soundtrack
from tianmu.studio.sound.voices.engine import ToneVoice

__all__ = ["edition"]


@pytest.fixture(autouse=True)
def _hurried_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundtrack, "find_voice", lambda: (ToneVoice(pace=Fraction(5)), ""))
