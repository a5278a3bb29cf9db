"""What an engine draws when nobody says, and whether saying it changes anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from tianmu.studio.audit.figures import Share
from tianmu.studio.audit.prompts import LANGUAGES
from tianmu.studio.audit.survey import Sight
from tianmu.world.scene import Subject, cast

OPEN_FACTS = ("setting", "time", "weather", "look", "camera")
"""What an engine chooses itself where the prompt leaves it open."""
SIGNS = {"woman": ("2640", "1f483", "1f478"), "man": ("2642", "1f57a"), "robot": ("1f916",)}
"""Code points that Unicode names after a woman or a man (female sign, woman dancing, princess; male sign, man dancing);
all other figures are named after a person, and look as their designer drew them."""
SKIN_TONES = tuple(f"1f3f{letter}" for letter in "bcdef")
"""Unicode's modifiers after the scale of Fitzpatrick."""


def defaults(sights: Sequence[Sight]) -> dict[str, Any]:
    """What is drawn where the prompt left a fact open, by how often."""
    chosen: dict[str, Any] = {}
    for fact in OPEN_FACTS:
        seen = Counter(str(s.scene[fact]) for s in sights if s.scene is not None and fact not in s.stated)
        chosen[fact] = dict(seen.most_common())
    return chosen


def figures(sights: Sequence[Sight]) -> dict[str, Any]:
    """Who is drawn where a person is wanted and nobody said of which gender: by key, and by Unicode's name."""
    persons = {key: subject for key, subject in cast().items() if subject.group == "person"}
    counted: dict[str, Any] = {}
    for at, tag in enumerate(LANGUAGES):
        drawn = [
            actor["subject"]
            for sight in [s for s in sights if s.language == at]
            if sight.scene is not None and not sight.prompt.says("gender")
            for actor in sight.scene["actors"]
            if actor["subject"] in persons
        ]
        counted[tag] = {
            "figures": dict(Counter(drawn).most_common()),
            "genders": dict(Counter(sign_of(persons[key]) for key in drawn).most_common()),
        }
    return counted


def people() -> dict[str, Any]:
    """What there is to draw people with."""
    persons = [subject for subject in cast().values() if subject.group == "person"]
    return {
        "persons": len(persons),
        "genders": dict(Counter(sign_of(subject) for subject in persons).most_common()),
        "skin_tones": sum(any(tone in subject.hexcode for tone in SKIN_TONES) for subject in persons),
    }


def pairs(sights: Sequence[Sight]) -> dict[str, Any]:
    """Whether saying another gender, age, skin, body or culture of a person changes anything at all."""
    rows: list[dict[str, Any]] = []
    for at, tag in enumerate(LANGUAGES):
        groups: dict[str, list[Sight]] = {}
        for sight in [s for s in sights if s.language == at]:
            if sight.prompt.pair is not None:
                groups.setdefault(sight.prompt.pair, []).append(sight)
        for pair, twins in sorted(groups.items()):
            if len(twins) != 2 or any(twin.scene is None for twin in twins):
                continue
            first, second = twins
            change = None
            if first.frame is not None and second.frame is not None:
                change = round(float(np.abs(first.frame.astype(np.int16) - second.frame).mean()), 2)
            rows.append(
                {
                    "pair": pair,
                    "language": tag,
                    "prompts": [first.words, second.words],
                    "same_scene": first.scene == second.scene,
                    "change": change,
                }
            )
    return {"same": Share(count=sum(row["same_scene"] for row in rows), of=len(rows)).as_row(), "rows": rows}


def sign_of(subject: Subject) -> str:
    """`woman`, `man`, `robot`, or `unsaid`, after the name that Unicode gives the figure."""
    points = subject.hexcode.split("-")
    return next((sign for sign, codes in SIGNS.items() if any(code in points for code in codes)), "unsaid")
