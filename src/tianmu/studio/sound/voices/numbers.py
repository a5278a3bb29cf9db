"""Numbers as English words: as many as a script has (`1961`, `3.5`, `21st`, `10:45`)."""

from __future__ import annotations

import re

_ONES = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = (
    "zero",
    "ten",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
)
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_NUMBER = re.compile(r"([$£€]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?::(\d\d)\b)?(st|nd|rd|th)?(%?)")
_MONEY = {"$": ("dollar", "dollars"), "£": ("pound", "pounds"), "€": ("euro", "euros")}


def say_numbers(text: str) -> str:
    """A text whose digits are words."""
    return _NUMBER.sub(_spoken, text)


def cardinal(number: int) -> str:
    """A whole number from 0 on in words; beyond the trillions, digit by digit."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f" {_ONES[number % 10]}" if number % 10 else "")
    if number >= 10**15:
        return " ".join(_ONES[int(digit)] for digit in str(number))
    size, name = next(scale for scale in _SCALES if number >= scale[0])
    rest = number % size
    return f"{cardinal(number // size)} {name}" + (f" {cardinal(rest)}" if rest else "")


def year(number: int) -> str:
    """A number of four digits as years are said: nineteen sixty one, two thousand five."""
    century, rest = divmod(number, 100)
    if number % 1000 < 10 or not 1100 <= number < 2100:
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def ordinal(number: int) -> str:
    """First, second, twenty first."""
    *head, last = cardinal(number).split()
    usual = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return " ".join((*head, _ORDINALS.get(last, usual)))


def _spoken(match: re.Match[str]) -> str:
    money, digits, decimals, minutes, suffix, percent = match.groups()
    number = int(digits.replace(",", ""))
    if minutes is not None:
        return f"{cardinal(number)} {_minutes(int(minutes))}".strip()
    if suffix:
        words = ordinal(number)
    elif not decimals and len(digits) == 4 and not money:
        words = year(number)
    elif digits.startswith("0") and len(digits) > 1:
        words = " ".join(_ONES[int(digit)] for digit in digits)
    else:
        words = cardinal(number)
    if decimals:
        words += " point " + " ".join(_ONES[int(digit)] for digit in decimals)
    if money:
        words += f" {_MONEY[money][0 if number == 1 and not decimals else 1]}"
    return words + (" percent" if percent else "")


def _minutes(minutes: int) -> str:
    if minutes == 0:
        return ""
    return f"oh {_ONES[minutes]}" if minutes < 10 else cardinal(minutes)
