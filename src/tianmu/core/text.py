"""What a person reads comes in two languages; `say` chooses one."""

from __future__ import annotations

from tianmu.core.settings import Language, settings


def say(en: str, zh: str, *, language: Language | None = None) -> str:
    """Return `en` or `zh`, whichever the person reads; `language` overrides the settings."""
    return zh if (language or settings().language) == "zh" else en


def listed(names: list[str] | tuple[str, ...], *, language: Language | None = None) -> str:
    """Join `names` as a list in a sentence: `a, b and c`, or `a、b 和 c`; nothing gives `none`, or `无`."""
    if not names:
        return say("none", "无", language=language)
    if len(names) == 1:
        return names[0]
    head = say(", ", "、", language=language).join(names[:-1])
    return head + say(" and ", " 和 ", language=language) + names[-1]
