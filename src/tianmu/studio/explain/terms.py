"""What the page calls things, in the reader's language."""

from __future__ import annotations

from tianmu.core.text import say

_FACTS = {
    "subject": ("subject", "主体"),
    "action": ("action", "动作"),
    "direction": ("direction", "方向"),
    "relation": ("relation", "关系"),
    "setting": ("set", "场景"),
    "time": ("time", "时间"),
    "weather": ("weather", "天气"),
    "framing": ("framing", "景别"),
    "camera": ("camera", "运镜"),
    "look": ("look", "影调"),
    "clause": ("clause", "分句"),
}
_HOW = {
    "read": ("read", "已读取"),
    "replaced": ("replaced", "已替换"),
    "unknown": ("not understood, left out", "未能理解，已略去"),
    "unshowable": ("understood, cannot be shown", "能理解，但无法表现"),
    "no effect": ("changes nothing", "不改变任何内容"),
}


def fact_name(fact: str) -> str:
    """A fact of a scene, as a person calls it."""
    return say(*_FACTS.get(fact, (fact, fact)))


def how_name(how: str, became: str) -> str:
    """How a word was read, and what plays it where it was replaced."""
    named = say(*_HOW[how])
    return f"{named}: {became}" if became else named
