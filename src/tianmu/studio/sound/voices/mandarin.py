"""Chinese text as the phonemes that the voice was taught: words, then pinyin, then IPA with arrows for the tones.

Pinyin comes from pypinyin (MIT), words from rjieba (MIT). The transcription is that of Duanmu, "The Phonology of
Standard Chinese" (2007), in the letters of Kokoro's vocabulary.
"""

from __future__ import annotations

import re

_INITIALS = {
    "zh": "ꭧ",
    "ch": "ꭧʰ",
    "sh": "ʂ",
    "b": "p",
    "p": "pʰ",
    "m": "m",
    "f": "f",
    "d": "t",
    "t": "tʰ",
    "n": "n",
    "l": "l",
    "g": "k",
    "k": "kʰ",
    "h": "x",
    "j": "ʨ",
    "q": "ʨʰ",
    "x": "ɕ",
    "r": "ɻ",
    "z": "ʦ",
    "c": "ʦʰ",
    "s": "s",
}
# before the tone, after it
_FINALS = {
    "a": ("a", ""),
    "ai": ("ai", ""),
    "an": ("a", "n"),
    "ang": ("a", "ŋ"),
    "ao": ("au", ""),
    "e": ("ɤ", ""),
    "ei": ("ei", ""),
    "en": ("ə", "n"),
    "eng": ("ə", "ŋ"),
    "er": ("ɚ", ""),
    "i": ("i", ""),
    "ia": ("ja", ""),
    "ian": ("jɛ", "n"),
    "iang": ("ja", "ŋ"),
    "iao": ("jau", ""),
    "ie": ("je", ""),
    "in": ("i", "n"),
    "ing": ("i", "ŋ"),
    "iong": ("jʊ", "ŋ"),
    "iu": ("jou", ""),
    "o": ("wo", ""),
    "ong": ("ʊ", "ŋ"),
    "ou": ("ou", ""),
    "u": ("u", ""),
    "ua": ("wa", ""),
    "uai": ("wai", ""),
    "uan": ("wa", "n"),
    "uang": ("wa", "ŋ"),
    "ueng": ("wə", "ŋ"),
    "ui": ("wei", ""),
    "un": ("wə", "n"),
    "uo": ("wo", ""),
    "v": ("y", ""),
    "ve": ("ɥe", ""),
    "van": ("ɥɛ", "n"),
    "vn": ("y", "n"),
}
_ALONE = {"m": "m", "n": "n", "ng": "ŋ", "hm": "hm", "hng": "hŋ", "o": "ɔ", "ê": "ɛ", "er": "ɚ", "lo": "lo", "yo": "jɔ"}
_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘"}
_PUNCTUATION = str.maketrans(
    {
        "，": ",",
        "、": ",",
        "。": ".",
        "！": "!",
        "？": "?",
        "：": ":",
        "；": ";",
        "（": "(",
        "）": ")",
        "《": "“",
        "》": "”",
        "「": "“",
        "」": "”",
        "『": "“",
        "』": "”",
    }
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_PARTS = re.compile(rf"[{_HAN}]+|[A-Za-z][A-Za-z' -]*|[;:,.!?—…“”()]+")
_DIGITS = re.compile(r"\d+(?:\.\d+)?%?|\d+")
_FIGURES = "零一二三四五六七八九"


def mandarin_phonemes(text: str, english: bool = True) -> str:
    """What a text sounds like: words parted by spaces, with its punctuation; English words in it are read as such.

    Raises:
        ImportError: pypinyin is not installed.
    """
    from pypinyin import Style, lazy_pinyin

    text = _DIGITS.sub(_spoken, re.sub(r"(?<=\d),(?=\d{3})", "", text)).translate(_PUNCTUATION)
    text = text.replace("——", "—").replace("……", "…").replace("...", "…")
    found: list[str] = []
    for match in _PARTS.finditer(text):
        part = match.group()
        if re.match(f"[{_HAN}]", part):
            words = _words(part)
            # The whole run at once, so that 不 and 一 and third tones give way to what follows them.
            syllables = lazy_pinyin(
                words, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True, errors="ignore"
            )
            found.append(_in_words(words, syllables))
        elif part[0].isalpha():
            if english:
                from tianmu.studio.sound.voices.english import english_phonemes

                found.append(english_phonemes(part))
        elif found:
            found[-1] += part
    return " ".join(found)


def _in_words(words: list[str], syllables: list[str]) -> str:
    if sum(map(len, words)) != len(syllables):
        return " ".join(map(syllable, syllables))
    rest = iter(syllables)
    return " ".join("".join(syllable(next(rest)) for _ in word) for word in words)


def _words(text: str) -> list[str]:
    try:
        import rjieba
    except ImportError:
        from pypinyin.seg.mmseg import seg

        return list(seg.cut(text))
    return list(rjieba.cut(text))


def syllable(pinyin: str) -> str:
    """One syllable of pinyin with its tone as a number at the end (`zhong1`, `de5`), as phonemes."""
    base, tone = (pinyin[:-1], pinyin[-1]) if pinyin[-1:].isdigit() else (pinyin, "5")
    mark = _TONES.get(tone, "")
    base = base.replace("ü", "v").replace("u:", "v")
    if base in _ALONE:
        return _ALONE[base] + mark
    base = _with_initial(base)
    initial = next((known for known in _INITIALS if base.startswith(known)), "")
    final = base[len(initial) :]
    if final == "i" and initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
        return f"{_INITIALS[initial]}ɨ{mark}"
    if initial in ("j", "q", "x") and final.startswith("u"):
        final = f"v{final[1:]}"
    nucleus, coda = _FINALS.get(final, (final, ""))
    return f"{_INITIALS.get(initial, '')}{nucleus}{mark}{coda}"


def _with_initial(base: str) -> str:
    """Syllables that are written with y and w, as the finals that they are."""
    if base.startswith("y"):
        rest = base[1:]
        if rest.startswith("u"):
            return f"v{rest[1:]}"
        return rest if rest.startswith("i") else {"ou": "iu", "e": "ie"}.get(rest, f"i{rest}")
    if base.startswith("w"):
        rest = base[1:]
        return rest if rest == "u" else {"ei": "ui", "en": "un"}.get(rest, f"u{rest}")
    return base


def _spoken(match: re.Match[str]) -> str:
    """Digits as Chinese words; four digits before 年 are read one by one."""
    said = match.group()
    percent = said.endswith("%")
    whole, _, decimals = said.rstrip("%").partition(".")
    follows = match.string[match.end() : match.end() + 1]
    if (len(whole) == 4 and follows == "年") or len(whole) > 12 or (len(whole) > 1 and whole[0] == "0"):
        words = "".join(_FIGURES[int(digit)] for digit in whole)
    else:
        words = chinese_number(int(whole))
        if words == "二" and follows and follows in "个位只条张本次块点人名件座艘间层棵头匹辆颗":
            words = "两"
    if decimals:
        words += "点" + "".join(_FIGURES[int(digit)] for digit in decimals)
    return f"百分之{words}" if percent else words


def chinese_number(number: int, *, first: bool = True) -> str:
    """A whole number below a million millions, as it is said; `first` where nothing stands before it."""
    if number == 0:
        return _FIGURES[0]
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            head, rest = divmod(number, size)
            joint = "零" if rest and rest < size // 10 else ""
            return chinese_number(head) + unit + (joint + chinese_number(rest, first=False) if rest else "")
    words, pending = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        figure, number = divmod(number, size)
        if figure:
            words += ("零" if pending and words else "") + _FIGURES[figure] + unit
            pending = False
        else:
            pending = True
    return words.removeprefix("一") if first and words.startswith("一十") else words
