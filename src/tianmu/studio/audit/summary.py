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
from tianmu.studio.audit.skew import defaults, figures, pairs, people
from tianmu.studio.audit.survey import Sight

SCHEMA = "tianmu.audit.1"


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
            "defaults": defaults(sights),
            "figures": figures(sights),
            "cast": people(),
            "pairs": pairs(sights),
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
    """Words with what is drawn instead, the most often first; `times` in each language."""
    times = [Counter(pair for sight in _of(sights, at) for pair in sight.replaced) for at in range(len(LANGUAGES))]
    pairs = sorted(set().union(*times), key=lambda pair: (-sum(seen[pair] for seen in times), pair))
    return [
        {"words": word, "used": used, "times": {tag: times[at][word, used] for at, tag in enumerate(LANGUAGES)}}
        for word, used in pairs
    ]


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
