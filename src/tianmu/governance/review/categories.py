"""The categories of findings: one list, which lexicons, classifiers and policies share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

SUBJECT: Final = "subject/"
"""Categories of China's special subjects begin so."""


@cache
def categories() -> dict[str, tuple[str, str]]:
    """Every category, with what it is in English and Chinese."""
    row = read_yaml(Path(__file__).with_name("categories.yaml").read_text("utf-8"))
    return {str(name): (str(words[0]), str(words[1])) for name, words in row.items()}


def read_yaml(text: str) -> Any:
    """What a YAML text says; by libyaml where PyYAML has it, which is ten times as fast.

    Raises:
        ValueError: it is no YAML; the sentence has line and column.
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ValueError(f"{where}{error.problem}") from error
    except yaml.YAMLError as error:
        raise ValueError(str(error).splitlines()[0]) from error
