"""Writes a scene as a caption, in English or Chinese, long or short, in many wordings.

    long_caption(scene)                         the canonical one: every fact, a fixed order, the same words each time
    caption(scene, language=, length=, rng=)    one of many: the phrases, the articles and the order are drawn by rng

A long caption states every fact. A short one leaves out facts that the parser would assume anyway, so that reading any
caption back (`parser.parse`) gives the scene again.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tianmu.world.lexicon import Language, article, vocabulary, wordings, words
from tianmu.world.scene import Actor, Scene, cast

__all__ = ["Length", "caption", "default_action", "long_caption", "vocabulary", "words"]

Length = Literal["long", "short"]

IN_PLACE = frozenset({"falls", "spins", "grows", "turns", "stands"})
"""Actions that go nowhere sideways: their direction is where the actor looks."""

_DEFAULTS = {"time": "noon", "weather": "clear", "framing": "medium", "camera": "static", "look": "natural"}
_ORDER = ("time", "weather", "framing", "camera", "look")
_SECTION = {"time": "times", "weather": "weathers", "framing": "framings", "camera": "cameras", "look": "looks"}
_GLUED = frozenset({"at", "in", "by", "under", "as", "on", "while", "after", "during", "late", "early"})
"""How a time begins that may follow the place without a comma."""


def default_action(subject: str) -> str:
    """What a subject is taken to do when nothing is said: it flies, it floats, or it stands."""
    return {"air": "flies", "water": "floats", "ground": "stands"}[cast()[subject].medium]


def long_caption(scene: Scene, language: Language = "en") -> str:
    """The canonical caption: every fact, always the same words in the same order."""
    return _write(scene, list(_ORDER), _Voice(), language)


def caption(scene: Scene, *, language: Language = "en", length: Length = "long", rng: random.Random) -> str:
    """One of the many captions of a scene, drawn by `rng`; a short one may leave out what is assumed anyway."""
    stated = list(_ORDER)
    if length == "short":
        stated = [fact for fact in stated if getattr(scene, fact) != _DEFAULTS[fact] or rng.random() < 0.3]
    rng.shuffle(stated)
    return _write(scene, stated, _Voice(rng=rng, brief=length == "short"), language)


@dataclass(frozen=True, kw_only=True)
class _Voice:
    """How a caption is worded: always the first wording, or one that `rng` draws; `brief` may leave facts out."""

    rng: random.Random | None = None
    brief: bool = False

    def pick(self, options: Sequence[str]) -> str:
        return options[0] if self.rng is None else self.rng.choice(options)

    def chance(self, probability: float) -> bool:
        """True that often; never in the canonical voice."""
        return self.rng is not None and self.rng.random() < probability

    def states(self, actor: Actor, *, alone: bool) -> tuple[bool, bool]:
        """Whether the action is said, and whether the direction; only a lone actor's may go unsaid."""
        if not (self.brief and alone):
            return True, True
        verb = actor.action != default_action(actor.subject) or self.chance(0.5)
        return verb, actor.direction != "right" or self.chance(0.4)


def _write(scene: Scene, stated: Sequence[str], voice: _Voice, language: Language) -> str:
    return (_english if language == "en" else _chinese)(scene, stated, voice)


def _english(scene: Scene, stated: Sequence[str], voice: _Voice) -> str:
    lexicon = wordings("en")
    setting = voice.pick(lexicon["settings"][scene.setting])
    parts = {fact: voice.pick(lexicon[_SECTION[fact]][getattr(scene, fact)]) for fact in stated}
    framed = "framing" in parts and bool(scene.actors) and voice.chance(0.3)
    who = [_english_actor(scene, index, voice, participle=framed) for index in range(len(scene.actors))]
    head = _listed(who) if who else voice.pick(lexicon["nobody"])
    if framed:
        shot = voice.pick([p for p in lexicon["framings"][scene.framing] if p.endswith(("shot", "view"))])
        head = f"{shot} of {head}"
        del parts["framing"]
    clauses = [f"{head} {setting}"]
    if voice.chance(0.3):
        clauses = [setting, head]
    elif parts.get("time", "").split(" ")[0] in _GLUED and voice.chance(0.6):
        clauses = [f"{head} {setting} {parts.pop('time')}"]
    if scene.relation is not None:
        first, second = (_english_reference(scene, index) for index in (0, 1))
        clauses.append(voice.pick(lexicon["relations"][scene.relation]).format(a=first, b=second))
    return ", ".join([*clauses, *parts.values()])


def _english_actor(scene: Scene, index: int, voice: _Voice, *, participle: bool) -> str:
    lexicon = wordings("en")
    actor = scene.actors[index]
    earlier = sum(other.subject == actor.subject for other in scene.actors[:index])
    if earlier:
        said = ("another {}", "a third {}")[earlier - 1].format(lexicon["subjects"][actor.subject][0])
    else:
        name = voice.pick(lexicon["subjects"][actor.subject])
        counted = voice.pick(lexicon["articles"])
        said = f"{article(name) if counted == 'a' else counted} {name}"
    parts = [said]
    verb, going = voice.states(actor, alone=len(scene.actors) == 1)
    if verb:
        finite, gerund = voice.pick(lexicon["actions"][actor.action]).split("|")
        if participle:
            parts.append(gerund)
        else:
            parts.append(f"is {gerund}" if voice.chance(0.3) else finite)
    if going:
        section = "faces" if actor.action in IN_PLACE or not verb else "moves"
        parts.append(voice.pick(lexicon[section][actor.direction]))
    return " ".join(parts)


def _english_reference(scene: Scene, index: int) -> str:
    subject = scene.actors[index].subject
    name = wordings("en")["subjects"][subject][0]
    if scene.actors[0].subject != scene.actors[1].subject:
        return f"the {name}"
    return f"the {('first', 'second')[index]} {name}"


def _chinese(scene: Scene, stated: Sequence[str], voice: _Voice) -> str:
    lexicon = wordings("zh")
    setting = voice.pick(lexicon["settings"][scene.setting])
    parts = [voice.pick(lexicon[_SECTION[fact]][getattr(scene, fact)]) for fact in stated]
    who = [_chinese_actor(scene, index, voice) for index in range(len(scene.actors))]
    who = who or [voice.pick(lexicon["nobody"])]
    clauses = [setting, *who] if voice.chance(0.5) else [*who, setting]
    if scene.relation is not None:
        first, second = (_chinese_reference(scene, index) for index in (0, 1))
        clauses.append(voice.pick(lexicon["relations"][scene.relation]).format(a=first, b=second))
    return "\uff0c".join([*clauses, *parts])


def _chinese_actor(scene: Scene, index: int, voice: _Voice) -> str:
    lexicon = wordings("zh")
    actor = scene.actors[index]
    earlier = sum(other.subject == actor.subject for other in scene.actors[:index])
    counted = ("一", "另一", "第三")[earlier] + _measure(actor.subject)
    name = voice.pick(lexicon["subjects"][actor.subject])
    verb, going = voice.states(actor, alone=len(scene.actors) == 1)
    section = "faces" if actor.action in IN_PLACE or not verb else "moves"
    side = voice.pick(lexicon[section][actor.direction]) if going else ""
    return counted + name + side + (voice.pick(lexicon["actions"][actor.action]) if verb else "")


def _chinese_reference(scene: Scene, index: int) -> str:
    subject = scene.actors[index].subject
    name = wordings("zh")["subjects"][subject][0]
    if scene.actors[0].subject != scene.actors[1].subject:
        return name
    return f"{('第一', '第二')[index]}{_measure(subject)}{name}"


def _measure(subject: str) -> str:
    """The Chinese measure word that counts a subject."""
    measures = wordings("zh")["measures"]
    return measures.get(subject, measures[cast()[subject].group])


def _listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, or `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
