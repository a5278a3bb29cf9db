"""The film that excerpts are tested with is heard here."""

from tests.unit.studio.excerpts.conftest import edition

__all__ = ["edition"]
