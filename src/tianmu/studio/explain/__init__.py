"""The black box opened: a page that says which words of a take made what of it, and how far that can be believed."""

from tianmu.studio.explain.explanation import NUMBERS, PAGE, Explanation, explain_take
from tianmu.studio.explain.page import verdicts
from tianmu.studio.explain.target import Target, find_target

__all__ = ["NUMBERS", "PAGE", "Explanation", "Target", "explain_take", "find_target", "verdicts"]
