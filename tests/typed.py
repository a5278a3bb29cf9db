"""A command as a person types it, in this process."""

from __future__ import annotations

import pytest

from tianmu.cli import main


def told(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> str:
    """What the command says on stdout (or, where it fails, on stderr) after it has left with `code`."""
    capsys.readouterr()
    left = main([str(word) for word in words])
    said = capsys.readouterr()
    assert left == code, said
    if code:
        assert said.err.startswith("tianmu: ")
        assert len(said.err.splitlines()) == 1
        assert "Traceback" not in said.err
        assert "not foreseen" not in said.err
    return said.err if code else said.out
