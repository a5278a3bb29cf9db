"""How an English word sounds that no dictionary has: letters to phonemes by rules, for names above all.

Rules in the manner of Elovitz and others, "Letter-to-sound rules for automatic translation of English text to
phonetics" (1976): each spelling has a place in the word where it holds, and the longest that fits wins. Phonemes are
those of `english.py`.
"""

from __future__ import annotations

import re

VOWELS = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ")

# spelling, what must stand before it, what must follow it (regular expressions), phonemes
_RULES: tuple[tuple[str, str, str, str], ...] = (
    ("tion", "", "", "ʃən"),
    ("sion", "[aeiou]", "", "ʒən"),
    ("sion", "", "", "ʃən"),
    ("tious", "", "", "ʃəs"),
    ("cious", "", "", "ʃəs"),
    ("ture", "", "", "ʧəɹ"),
    ("augh", "", "", "ɔ"),
    ("ough", "", "t", "ɔ"),
    ("ough", "", "", "O"),
    ("eigh", "", "", "A"),
    ("igh", "", "", "I"),
    ("tch", "", "", "ʧ"),
    ("sch", "^", "", "ʃ"),
    ("dge", "", "", "ʤ"),
    ("eau", "", "", "O"),
    ("ous", "", "$", "əs"),
    ("air", "", "", "ɛɹ"),
    ("are", "", "$", "ɛɹ"),
    ("ear", "", "", "ɪɹ"),
    ("eer", "", "", "ɪɹ"),
    ("ier", "", "$", "iəɹ"),
    ("ire", "", "$", "Iəɹ"),
    ("oar", "", "", "ɔɹ"),
    ("our", "", "", "Wəɹ"),
    ("ure", "", "$", "jʊɹ"),
    ("que", "", "$", "k"),
    ("ck", "", "", "k"),
    ("ch", "", "[lr]", "k"),
    ("ch", "", "", "ʧ"),
    ("sh", "", "", "ʃ"),
    ("th", "", "", "θ"),
    ("ph", "", "", "f"),
    ("gh", "^", "", "ɡ"),
    ("gh", "", "", ""),
    ("wh", "", "", "w"),
    ("wr", "^", "", "ɹ"),
    ("kn", "^", "", "n"),
    ("gn", "^", "", "n"),
    ("ps", "^", "", "s"),
    ("mb", "", "$", "m"),
    ("ng", "", "$", "ŋ"),
    ("ng", "", "[aeiou]", "ŋɡ"),
    ("nk", "", "", "ŋk"),
    ("qu", "", "", "kw"),
    ("zh", "", "", "ʤ"),
    ("ai", "", "", "A"),
    ("ay", "", "", "A"),
    ("au", "", "", "ɔ"),
    ("aw", "", "", "ɔ"),
    ("ar", "", "", "ɑɹ"),
    ("al", "", "k", "ɔ"),
    ("al", "", "$", "əl"),
    ("ee", "", "", "i"),
    ("ea", "", "", "i"),
    ("ei", "", "", "A"),
    ("ew", "[rljcsd]", "", "u"),
    ("ew", "", "", "ju"),
    ("eu", "", "", "ju"),
    ("ey", "", "$", "i"),
    ("er", "", "", "əɹ"),
    ("ed", "[td]", "$", "ᵻd"),
    ("ed", "[pkfshcx]", "$", "t"),
    ("es", "[szhxg]", "$", "ᵻz"),
    ("ie", "", "$", "i"),
    ("ie", "", "", "i"),
    ("ir", "", "", "ɜɹ"),
    ("ia", "", "$", "iə"),
    ("io", "", "", "iO"),
    ("oa", "", "", "O"),
    ("oe", "", "$", "O"),
    ("oi", "", "", "Y"),
    ("oy", "", "", "Y"),
    ("oo", "", "k", "ʊ"),
    ("oo", "", "", "u"),
    ("or", "", "", "ɔɹ"),
    ("ou", "", "", "W"),
    ("ow", "", "$", "O"),
    ("ow", "", "", "W"),
    ("ue", "", "$", "u"),
    ("ui", "", "$", "wA"),
    ("ui", "", "", "u"),
    ("ur", "", "", "ɜɹ"),
    ("a", "", "$", "ə"),
    ("a", "", "[bcdfgklmnprstvz]e$", "A"),
    ("a", "", "[bcdfgklmnprstvz][aeiouy]", "ɑ"),
    ("a", "^w|[^q]w", "", "ɑ"),
    ("a", "", "", "æ"),
    ("b", "b", "", ""),
    ("b", "", "", "b"),
    ("c", "", "[eiy]", "s"),
    ("c", "c", "", ""),
    ("c", "", "", "k"),
    ("d", "d", "", ""),
    ("d", "", "", "d"),
    ("e", "[^aeiou]", "$", ""),
    ("e", "^[^aeiou]*", "$", "i"),
    ("e", "", "[bcdfgklmnprstvz]e$", "i"),
    ("e", "", "", "ɛ"),
    ("f", "f", "", ""),
    ("f", "", "", "f"),
    ("g", "", "[eiy]", "ʤ"),
    ("g", "g", "", ""),
    ("g", "", "", "ɡ"),
    ("h", "[aeiou]", "$", ""),
    ("h", "[rk]", "", ""),
    ("h", "", "", "h"),
    ("i", "^[^aeiou]?", "$", "i"),
    ("i", "", "$", "i"),
    ("i", "", "[bcdfgklmnprstvz]e$", "I"),
    ("i", "", "", "ɪ"),
    ("j", "", "", "ʤ"),
    ("k", "k", "", ""),
    ("k", "", "", "k"),
    ("l", "l", "", ""),
    ("l", "", "", "l"),
    ("m", "m", "", ""),
    ("m", "", "", "m"),
    ("n", "n", "", ""),
    ("n", "", "", "n"),
    ("o", "", "$", "O"),
    ("o", "", "[bcdfgklmnprstvz][aeiouy]", "O"),
    ("o", "", "l[dtk]", "O"),
    ("o", "", "", "ɑ"),
    ("p", "p", "", ""),
    ("p", "", "", "p"),
    ("q", "", "", "k"),
    ("r", "r", "", ""),
    ("r", "", "", "ɹ"),
    ("s", "s", "", ""),
    ("s", "[aeioulmnrbdgv]", "$", "z"),
    ("s", "[aeiou]", "[aeiou]", "z"),
    ("s", "", "", "s"),
    ("t", "t", "", ""),
    ("t", "", "", "t"),
    ("u", "", "$", "u"),
    ("u", "[rljcsd]", "[bcdfgklmnprstvz][aeiouy]", "u"),
    ("u", "", "[bcdfgklmnprstvz][aeiouy]", "ju"),
    ("u", "", "", "ʌ"),
    ("v", "", "", "v"),
    ("w", "", "$", ""),
    ("w", "", "", "w"),
    ("x", "^", "", "z"),
    ("x", "", "", "ks"),
    ("y", "^", "", "j"),
    ("y", "[^aeiou]", "[^aeiou]", "ɪ"),
    ("y", "^[^aeiou]+", "$", "I"),
    ("y", "", "$", "i"),
    ("y", "", "", "j"),
    ("z", "z", "", ""),
    ("z", "", "", "z"),
)

_LOWER_THAN_Z = {"ä": "e", "ö": "o", "ü": "u", "ß": "ss", "ñ": "ny", "ç": "s", "ø": "o", "å": "o", "æ": "e"}


def sound_out(word: str) -> str:
    """The phonemes of a word, stressed on its first full vowel; letters that English lacks are read without marks."""
    import unicodedata

    folded = "".join(_LOWER_THAN_Z.get(letter, letter) for letter in word.lower())
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", folded) if "a" <= letter <= "z")
    found: list[str] = []
    at = 0
    while at < len(plain):
        length, phonemes = _longest(plain, at)
        found.append(phonemes)
        at += length
    return stressed("".join(found))


def stressed(phonemes: str) -> str:
    """Phonemes with a main stress before the first vowel that can bear one."""
    strong = next((i for i, sound in enumerate(phonemes) if sound in VOWELS and sound not in "əᵻ"), None)
    return phonemes if strong is None else f"{phonemes[:strong]}ˈ{phonemes[strong:]}"


def _longest(word: str, at: int) -> tuple[int, str]:
    before, rest = word[:at], word[at:]
    for spelling, left, right, phonemes in _RULES:
        if not rest.startswith(spelling):
            continue
        if left and re.search(left if left == "^" and not before else f"(?:{left})$", before) is None:
            continue
        if left == "^" and before:
            continue
        if right and re.match(right, rest[len(spelling) :]) is None:
            continue
        return len(spelling), phonemes
    return 1, ""
