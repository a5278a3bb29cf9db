"""English text as the phonemes that the voice was taught.

Pronunciations come from the dictionaries that the package `misaki` carries (Apache-2.0; its code is not used); what
they lack is derived: endings, compounds, initials, at last the rules of `letters.py`. Phonemes are IPA with one letter
for each diphthong (A I O W Y) and affricate, the vocabulary of Kokoro.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tianmu.studio.sound.voices.letters import VOWELS, sound_out, stressed
from tianmu.studio.sound.voices.numbers import say_numbers

_TOKEN = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['\u2019][A-Za-z]+)*['\u2019]?|[;:,.!?\u2014\u2026\u201c\u201d()]")
_SHORT = {
    "mr.": "mister",
    "mrs.": "missus",
    "ms.": "miz",
    "dr.": "doctor",
    "st.": "saint",
    "prof.": "professor",
    "vs.": "versus",
    "etc.": "et cetera",
    "jr.": "junior",
    "sr.": "senior",
    "o.k.": "okay",
}
_SHORTENED = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(short) for short in sorted(_SHORT, key=len, reverse=True)) + ")", re.IGNORECASE
)
_SYMBOLS = {"&": " and ", "%": " percent ", "+": " plus ", "@": " at ", "=": " equals ", "#": " number "}
_DASHES = re.compile(r"\s*(?:--+|\u2013|\u2014)\s*")
_FUNCTION = {"a": "ɐ", "an": "ɐn", "the": "ðə", "to": "tə", "am": "ɐm", "i": "ˌI", "in": "ɪn", "of": "ʌv", "and": "ænd"}
_BEFORE_VOWEL = {"the": "ði", "to": "tʊ"}
_BEFORE_VERB = frozenset(
    (
        "to",
        "will",
        "would",
        "can",
        "could",
        "shall",
        "should",
        "may",
        "might",
        "must",
        "do",
        "does",
        "did",
        "don't",
        "doesn't",
        "didn't",
        "won't",
        "can't",
        "i",
        "you",
        "we",
        "they",
        "let's",
        "please",
        "never",
        "not",
        "who",
    )
)
_BEFORE_NOUN = frozenset(
    (
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "my",
        "your",
        "his",
        "her",
        "its",
        "our",
        "their",
        "no",
        "some",
        "any",
        "every",
        "each",
        "of",
        "in",
        "on",
        "with",
        "by",
    )
)


@cache
def dictionaries() -> tuple[Mapping[str, str | Mapping[str, str | None]], Mapping[str, str]]:
    """Words and their phonemes, checked ones and derived ones; empty where the package is not installed.

    A word whose sound depends on what it is has a mapping from parts of speech, with `DEFAULT`.
    """
    spec = find_spec("misaki")
    if spec is None or not spec.submodule_search_locations:
        return {}, {}
    data = Path(spec.submodule_search_locations[0]) / "data"
    checked, derived = (json.loads((data / f"us_{name}.json").read_text("utf-8")) for name in ("gold", "silver"))
    return checked, derived


def english_phonemes(text: str, *, emphasis: Collection[str] = ()) -> str:
    """What a text sounds like, word by word, with its punctuation as the voice knows it.

    Words in capitals and those of `emphasis` bear a main stress.
    """
    stressed_words = {word.lower() for word in emphasis}
    words = _TOKEN.findall(_prepared(text))
    sounds = [word if not word[0].isalpha() else "" for word in words]
    for at in range(len(words) - 1, -1, -1):
        if not sounds[at]:
            after = next((sound for sound in sounds[at + 1 :] if sound), "")
            word = words[at].upper() if words[at].lower() in stressed_words else words[at]
            sounds[at] = _word(word, words[at - 1].lower() if at else "", _begins_with_vowel(after))
    found = ""
    for word, sound in zip(words, sounds, strict=True):
        if not sound:
            continue
        opens = word in "(\u201c"
        closes = not word[0].isalpha() and not opens
        found += sound if closes or not found or found[-1] in "(\u201c" else f" {sound}"
    return found


def _prepared(text: str) -> str:
    text = text.replace("\u2019", "'").replace("...", "\u2026")
    text = _SHORTENED.sub(lambda match: _SHORT[match.group().lower()], text)
    text = _DASHES.sub("\u2014 ", say_numbers(text))
    for symbol, words in _SYMBOLS.items():
        text = text.replace(symbol, words)
    return re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", text.replace("-", " "))


def _begins_with_vowel(sound: str) -> bool:
    return bool(sound) and sound.lstrip("ˈˌ")[:1] in VOWELS | {"ɐ"}


def _word(word: str, before: str, vowel_follows: bool) -> str:
    word = word.strip("'")
    low = word.lower()
    shouted = len(word) > 1 and word.isupper()
    if not shouted and low in _FUNCTION and not (low == "a" and word == "A" and before):
        return _BEFORE_VOWEL.get(low, _FUNCTION[low]) if vowel_follows else _FUNCTION[low]
    found = _look_up(word, before) or _look_up(low, before)
    if found is None and shouted and (len(word) <= 3 or not re.search("[AEIOUY]", word)):
        found = _initials(word)
    found = found or _derived(low, before) or _compound(low, before) or sound_out(low)
    if not shouted or "ˈ" in found:
        return found
    return found.replace("ˌ", "ˈ", 1) if "ˌ" in found else stressed(found)


def _look_up(word: str, before: str) -> str | None:
    checked, derived = dictionaries()
    for form in dict.fromkeys((word, word.capitalize())):
        entry = checked.get(form, derived.get(form))
        if isinstance(entry, str):
            return entry
        if entry is not None:
            for kind in _kinds(before):
                if entry.get(kind):
                    return entry[kind]
            return entry.get("DEFAULT")
    return None


def _kinds(before: str) -> tuple[str, ...]:
    """Parts of speech that a word may have after another; of two ways to say it, which is meant."""
    if before in _BEFORE_VERB:
        return ("VERB", "VB")
    if before in ("have", "has", "had", "i've", "he's", "she's", "been", "was", "were"):
        return ("VBN", "VBD")
    return ("NOUN",) if before in _BEFORE_NOUN else ()


def _initials(word: str) -> str | None:
    checked, _ = dictionaries()
    letters = [checked.get(letter) for letter in word.upper()]
    sounds = [letter for letter in letters if isinstance(letter, str)]
    if len(sounds) != len(word):
        return None
    joined = "".join(sound.replace("ˈ", "ˌ") for sound in sounds)
    return "ˈ".join(joined.rsplit("ˌ", 1)) if "ˌ" in joined else joined


def _derived(word: str, before: str) -> str | None:
    """A word with an ending: its stem from the dictionary, with what the ending sounds like after it."""
    for ending, stems, say_ending in (
        ("'s", (word[:-2],), _plural),
        ("s'", (word[:-1],), _same),
        ("ies", (f"{word[:-3]}y",), _plural),
        ("es", (word[:-2], word[:-1]), _plural),
        ("s", (word[:-1],), _plural),
        ("ied", (f"{word[:-3]}y",), _past),
        ("ed", (word[:-2], word[:-1], word[:-3]), _past),
        ("ing", (word[:-3], f"{word[:-3]}e", word[:-4]), _going),
        ("in'", (word[:-3], f"{word[:-3]}e", word[:-4]), _goin),
        ("ly", (word[:-2], f"{word[:-2]}e"), lambda stem: f"{stem}li"),
        ("ness", (word[:-4],), lambda stem: f"{stem}nəs"),
        ("less", (word[:-4],), lambda stem: f"{stem}ləs"),
        ("er", (word[:-2], word[:-1], word[:-3]), lambda stem: f"{stem}əɹ"),
        ("'ll", (word[:-3],), lambda stem: f"{stem}əl"),
        ("'d", (word[:-2],), _past),
        ("'ve", (word[:-3],), lambda stem: f"{stem}əv"),
        ("'re", (word[:-3],), lambda stem: f"{stem}əɹ"),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            for stem in stems:
                sound = _look_up(stem, before) if len(stem) > 1 else None
                if sound:
                    return say_ending(sound)
    if word.endswith("'s"):
        return _plural(sound_out(word[:-2]))
    return None


def _compound(word: str, before: str) -> str | None:
    """A word as two that are known, the longest first part first; the second bears the weaker stress."""
    for cut in range(len(word) - 3, 2, -1):
        first, second = _look_up(word[:cut], before), _look_up(word[cut:], "")
        if first and second:
            return first + second.replace("ˈ", "ˌ")
    return None


def _same(stem: str) -> str:
    return stem


def _plural(stem: str) -> str:
    if stem[-1] in "szʃʒʧʤ":
        return f"{stem}ᵻz"
    return f"{stem}s" if stem[-1] in "ptkfθ" else f"{stem}z"


def _past(stem: str) -> str:
    if stem[-1] in "td":
        return f"{stem}ᵻd"
    return f"{stem}t" if stem[-1] in "pkfθʃsʧ" else f"{stem}d"


def _going(stem: str) -> str:
    return f"{stem}ɪŋ"


def _goin(stem: str) -> str:
    return f"{stem}ɪn"
