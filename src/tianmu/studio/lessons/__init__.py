"""Short lessons of craft and ethics: one Markdown file a word and language, each with an example that runs."""

from tianmu.studio.lessons.lesson import LESSONS, Lesson, Step, find_lesson, pointer, read_lesson
from tianmu.studio.lessons.trial import Outcome, run_apart, try_lesson

__all__ = [
    "LESSONS",
    "Lesson",
    "Outcome",
    "Step",
    "find_lesson",
    "pointer",
    "read_lesson",
    "run_apart",
    "try_lesson",
]
