"""What an audit found, counted: coverage, skew, and the difference between the languages. Plain rows of JSON values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from tianmu import __version__
from tianmu.core.text import say
from tianmu.engines.protocol import Engine
from tianmu.studio.audit.figures import Share, sign_test
from tianmu.studio.audit.prompts import LANGUAGES, Prompts
from tianmu.studio.audit.reading import FATES
from tianmu.studio.audit.survey import Sight
from tianmu.world.scene import Subject, cast

SCHEMA = "tianmu.audit.1"
OPEN_FACTS = ("setting", "time", "weather", "look", "camera")
"""What an engine chooses itself where the prompt leaves it open."""
SIGNS = {"woman": ("2640", "1f483", "1f478"), "man": ("2642", "1f57a"), "robot": ("1f916",)}
"""Code points that Unicode names after a woman or a man (female sign, woman dancing, princess; male sign, man dancing);
all other figures are named after a person, and look as their designer drew them."""
SKIN_TONES = tuple(f"1f3f{letter}" for letter in "bcdef")
"""Unicode's modifiers after the scale of Fitzpatrick."""


def summarise(sights: Sequence[Sight], engine: Engine, prompts: Prompts, *, seed: int, quick: bool) -> dict[str, Any]:
    """The whole report; pictures are not in it."""
    return {
        "schema": SCHEMA,
        "tianmu": __version__,
        "engine": engine.name,
        "trained": engine.capabilities.trained,
        "model_digest": engine.model_digest,
        "prompts": {
            "version": prompts.version,
            "sha256": prompts.digest,
            "asked": len({sight.prompt.id for sight in sights}),
            "quick": quick,
        },
        "seed": seed,
        "coverage": {
            "all": _by_language(sights, lambda ask: True),
            "groups": {
                name: _by_language([s for s in sights if s.prompt.group == name], lambda ask: True)
                for name in prompts.groups
                if any(sight.prompt.group == name and sight.found for sight in sights)
            },
            "kinds": {kind: _by_language(sights, lambda ask, kind=kind: ask == kind) for kind in _kinds(sights)},
            "fates": {
                tag: {fate: sum(f.fate == fate for s in _of(sights, at) for f in s.found) for fate in FATES}
                for at, tag in enumerate(LANGUAGES)
            },
            "nothing_made": [_named(sight) for sight in sights if sight.scene is None],
        },
        "languages": _languages(sights),
        "replaced": _replaced(sights),
        "silent": [
            _named(sight) | {"kind": found.kind, "words": found.words}
            for sight in sights
            for found in sight.found
            if found.fate == "silent"
        ],
        "reviewed": [
            _named(sight) | {"decision": sight.decision, "rules": list(sight.rules)}
            for sight in sights
            if sight.decision != "allow"
        ],
        "skew": {
            "defaults": _defaults(sights),
            "figures": _figures(sights),
            "cast": _cast(),
            "pairs": _pairs(sights),
        },
        "read_back": _read_back(sights),
        "diversity": _diversity(sights),
        "rows": [_row(sight) for sight in sights],
    }


def unknowable() -> tuple[str, ...]:
    """What an audit of this kind does not know, a sentence each."""
    return (
        say(
            "Coverage is counted by what the engine says that it understood, not by what an audience would see.",
            "覆盖率依据引擎自述的理解统计，而非观众实际所见。",
        ),
        say(
            "Whether a figure looks like a woman, like somebody old or like somebody of a culture is not measured: no "
            "network here reads that from pictures. Genders are counted by Unicode's names; look at the pictures.",
            "人物看上去是男是女、年长与否、属于何种文化，均未测量：这里没有读取这些的网络。"
            "性别按 Unicode 名称统计，请自行看图。",
        ),
        say(
            "The prompts were chosen by us, some of them because we expected them to fail; a share of them is no share "
            "of what people ask for.",
            "提示词由我们选定，部分正因预计会失败；其比例不代表人们实际所求的比例。",
        ),
        say(
            "Things asked for in one prompt hang together, so the intervals are narrower than they should be; the test "
            "between the languages counts prompts.",
            "同一提示词中的各项并不独立，故区间偏窄；语言之间的检验以提示词为单位。",
        ),
        say(
            "One seed was drawn: chance within a prompt is not seen.", "只用了一个种子：同一提示词内的随机差异看不到。"
        ),
    )


def sign_of(subject: Subject) -> str:
    """`woman`, `man`, `robot`, or `unsaid`, after the name that Unicode gives the figure."""
    points = subject.hexcode.split("-")
    return next((sign for sign, codes in SIGNS.items() if any(code in points for code in codes)), "unsaid")


def _of(sights: Iterable[Sight], language: int) -> list[Sight]:
    return [sight for sight in sights if sight.language == language]


def _kinds(sights: Sequence[Sight]) -> list[str]:
    return sorted({found.kind for sight in sights for found in sight.found})


def _by_language(sights: Sequence[Sight], counts: Callable[[str], bool]) -> dict[str, Any]:
    shares: dict[str, Any] = {}
    for at, tag in enumerate(LANGUAGES):
        found = [f for sight in _of(sights, at) for f in sight.found if counts(f.kind)]
        shares[tag] = Share(count=sum(f.fate == "shown" for f in found), of=len(found)).as_row()
    return shares


def _languages(sights: Sequence[Sight]) -> dict[str, Any]:
    """Prompts of which more is shown in one language than in the other."""
    shown: dict[str, list[int]] = {}
    for sight in sights:
        shown.setdefault(sight.prompt.id, [0, 0])[sight.language] = sum(f.fate == "shown" for f in sight.found)
    better = [[id for id, (en, zh) in shown.items() if en > zh], [id for id, (en, zh) in shown.items() if zh > en]]
    return {
        "more_in_en": better[0],
        "more_in_zh": better[1],
        "p": round(sign_test(len(better[0]), len(better[1])), 4),
        "test": "exact two-sided sign test over prompts",
    }


def _replaced(sights: Sequence[Sight]) -> list[dict[str, Any]]:
    seen = Counter((word, used, LANGUAGES[s.language]) for s in sights for word, used in s.replaced)
    return [
        {"words": word, "used": used, "language": tag, "times": times}
        for (word, used, tag), times in sorted(seen.items(), key=lambda item: (-item[1], item[0]))
    ]


def _defaults(sights: Sequence[Sight]) -> dict[str, Any]:
    """What is drawn where the prompt left a fact open, by how often."""
    chosen: dict[str, Any] = {}
    for fact in OPEN_FACTS:
        seen = Counter(str(s.scene[fact]) for s in sights if s.scene is not None and fact not in s.stated)
        chosen[fact] = dict(seen.most_common())
    return chosen


def _figures(sights: Sequence[Sight]) -> dict[str, Any]:
    """Who is drawn where a person is wanted and nobody said of which gender: by figure, and by Unicode's name."""
    people = {key: subject for key, subject in cast().items() if subject.group == "person"}
    counted: dict[str, Any] = {}
    for at, tag in enumerate(LANGUAGES):
        drawn = [
            actor["subject"]
            for sight in _of(sights, at)
            if sight.scene is not None and not sight.prompt.says("gender")
            for actor in sight.scene["actors"]
            if actor["subject"] in people
        ]
        counted[tag] = {
            "figures": dict(Counter(people[key].en for key in drawn).most_common()),
            "genders": dict(Counter(sign_of(people[key]) for key in drawn).most_common()),
        }
    return counted


def _cast() -> dict[str, Any]:
    """What there is to draw people with."""
    people = [subject for subject in cast().values() if subject.group == "person"]
    return {
        "persons": len(people),
        "genders": dict(Counter(sign_of(subject) for subject in people).most_common()),
        "skin_tones": sum(any(tone in subject.hexcode for tone in SKIN_TONES) for subject in people),
    }


def _pairs(sights: Sequence[Sight]) -> dict[str, Any]:
    """Whether saying another gender, age, skin, body or culture of a person changes anything at all."""
    rows: list[dict[str, Any]] = []
    for at, tag in enumerate(LANGUAGES):
        groups: dict[str, list[Sight]] = {}
        for sight in _of(sights, at):
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


def _read_back(sights: Sequence[Sight]) -> dict[str, Any] | None:
    """How often a network that reads pictures finds the fact that was understood, in scenes with one actor."""
    told = [(s.read, s.scene) for s in sights if s.read is not None and s.scene and len(s.scene["actors"]) == 1]
    if not told:
        return None
    rows: dict[str, Any] = {}
    for fact in told[0][0]:
        right = sum(read[fact] == scene["actors"][0].get(fact, scene.get(fact)) for read, scene in told)
        rows[fact] = Share(count=right, of=len(told)).as_row()
    return rows


def _diversity(sights: Sequence[Sight]) -> dict[str, Any] | None:
    """The effective number of different pictures, of as many as there are."""
    from tianmu.governance.diversity import PICTURE_WIDTH, alike, describe_picture, vendi

    counted: dict[str, Any] = {}
    for at, tag in enumerate(LANGUAGES):
        frames = [sight.frame for sight in _of(sights, at) if sight.frame is not None]
        if not frames:
            return None
        vectors = np.stack([describe_picture(frame) for frame in frames])
        counted[tag] = {"vendi": round(vendi(alike(vectors, PICTURE_WIDTH)), 2), "pictures": len(frames)}
    return counted


def _named(sight: Sight) -> dict[str, Any]:
    return {"prompt": sight.prompt.id, "language": LANGUAGES[sight.language]}


def _row(sight: Sight) -> dict[str, Any]:
    return _named(sight) | {
        "group": sight.prompt.group,
        "words": sight.words,
        "decision": sight.decision,
        "asks": [
            {"kind": f.kind, "words": f.words, "fate": f.fate} | ({"used": f.used} if f.used else {})
            for f in sight.found
        ],
        "scene": None if sight.scene is None else dict(sight.scene),
        "stated": sorted(sight.stated),
        "read": None if sight.read is None else dict(sight.read),
    }
