"""English sentences in the present tense, where that is safe: the first verb after its subject, and those joined to it.

A sentence stays as it was written unless every past form in it is one of these: the first verb after a subject that
is somebody known or a pronoun, a verb that `and`, `but`, `then` or a comma joins to such a verb, or one after another
pronoun. Only the verbs change; every other word stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from tianmu.studio.adapt.words import listed, pairs, word_set

_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_SUBJECTS = {"he": 3, "she": 3, "it": 3, "they": 0, "we": 0, "there": 3, "who": 3}
_LINKS = frozenset(["and", "but", "then"])
_PLURAL_BE = {"was": "is", "were": "are"}


def to_present(sentence: str, is_name: Callable[[int], bool | None]) -> str:
    """A sentence in the present tense; the sentence itself where that is not safe.

    Args:
        sentence: one sentence of English.
        is_name: whether somebody's name, as a subject, ends at a place of the sentence: True for one, False for
            several, None for nobody.
    """
    words = list(_WORD.finditer(sentence))
    changes: dict[int, str] = {}
    number: int | None = None
    verb_before = False
    for index, match in enumerate(words):
        word = match.group().lower()
        before = sentence[words[index - 1].end() : match.start()].strip() if index else ""
        known = is_name(match.end())
        if word in _SUBJECTS:
            # "who" is bound to what stands before it, and a plural there would need another verb.
            if word == "who" and (index == 0 or not is_name(words[index - 1].end())):
                return sentence
            number = number if word == "who" else _SUBJECTS[word]
            verb_before = True
        elif known is not None:
            number, verb_before = (3 if known else 0), True
        elif word in _past():
            if not verb_before or number is None or sentence[match.start()].isupper():
                return sentence
            changes[index] = _present(word, number)
            verb_before = False
        elif word in word_set("en", "modals") or (word.endswith("ed") and len(word) > 4):
            return sentence
        elif word in _LINKS:
            verb_before = bool(changes) or verb_before
        elif before.endswith(",") and changes:
            verb_before = word.endswith("ly") or verb_before
        elif not (word.endswith("ly") or word in ("soon", "once", "at", "rather", "all", "never", "immediately")):
            verb_before = False
    if not changes:
        return sentence
    parts: list[str] = []
    at = 0
    for index, verb in changes.items():
        parts += [sentence[at : words[index].start()], verb]
        at = words[index].end()
    return "".join(parts) + sentence[at:]


def is_verb(word: str) -> bool:
    """Whether a word is a past form that is known, or looks like one."""
    word = word.lower()
    return word in _past() or (word.endswith("ed") and len(word) > 4) or word in word_set("en", "modals")


def _present(word: str, number: int) -> str:
    base = _past()[word]
    if base == "be":
        return "are" if word == "were" or number == 0 else "is"
    if number != 3:
        return base
    if base in ("have", "do", "go"):
        return {"have": "has", "do": "does", "go": "goes"}[base]
    if base.endswith(("s", "sh", "ch", "x", "z")):
        return base + "es"
    return base[:-1] + "ies" if base.endswith("y") and base[-2] not in "aeiou" else base + "s"


@cache
def _past() -> dict[str, str]:
    """Past forms and their verbs. `said` belongs to the tags, `did` to questions."""
    found = {past: base for past, base in pairs("en", "irregular").items() if past not in ("did",)}
    doubling = word_set("en", "doubling")
    for verb in (*listed("en", "verbs"), *doubling):
        if verb.endswith("-x"):
            continue
        if verb in doubling:
            past = verb + verb[-1] + "ed"
        elif verb.endswith("e"):
            past = verb + "d"
        elif verb.endswith("y") and verb[-2] not in "aeiou":
            past = verb[:-1] + "ied"
        else:
            past = verb + "ed"
        found.setdefault(past, verb)
    return found


def explains(old: str, new: str) -> bool:
    """Whether two sentences differ in nothing but verbs that were put into the present tense."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) != len(after) or _WORD.sub("", old) != _WORD.sub("", new):
        return False
    return all(
        a == b or (a.lower() in _past() and b in (_present(a.lower(), 3), _present(a.lower(), 0)))
        for a, b in zip(before, after, strict=True)
    )
