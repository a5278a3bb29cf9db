"""What the law of a place asks of a picture that a machine made, as numbers: one preset an audience.

    rules_for("all")   both languages, and of every number the strictest: the default
    rules_for("cn")    China: GB 45438-2025 and the Measures for labelling, in force since 2025-09-01
    rules_for("eu")    European Union: AI Act, Article 50, from 2026-08-02
    rules_for("us-ca") California: SB 942, the AI Transparency Act
    rules_for("none")  no visible label; only for a recipient with a name, and for a reason that is kept
    KEPT               takes in the store, which do not leave

The laws' texts were not at hand when this was written: the numbers come from secondary sources, and somebody who
advises on law reads them again in the original before relying on them. Where a law names no number, the number here is
ours, and the docstring of the field says so. Metadata and a signature belong to everything, whatever the audience.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, get_args

from tianmu.core.errors import InputError
from tianmu.core.settings import Language
from tianmu.core.text import listed, say

Audience = Literal["all", "cn", "eu", "us-ca", "none"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
DEFAULT: Final[Audience] = "all"
LONGEST_RECIPIENT: Final = 200
LONGEST_REASON: Final = 1000

Wording = tuple[str, ...]
"""A label's phrases, one after the other; each may take a line of its own."""


@dataclass(frozen=True, kw_only=True)
class LabelStyle:
    """How the visible label has to look and how long it stays, by the rule's own numbers."""

    languages: tuple[Language, ...]
    """The languages of its words, the audience's own first."""

    wordings: tuple[Wording, ...]
    """What it may say, the fullest first and the shortest lawful one last.

    GB 45438-2025: the text holds 人工智能 or AI, and 生成 or 合成. SB 942: understandable to a reasonable person, so
    `AI` alone does not do. AI Act: a clear disclosure; the letters AI are what drafts of its code of practice
    propose for the smallest icon.
    """

    letter_height: Fraction
    """Height of the ink of every letter, at least, as a part of the picture's shorter side.

    GB 45438-2025: 5 %. The AI Act and SB 942 give no number (clear, conspicuous); the same is taken for them.
    """

    seconds: Fraction
    """How long it is shown, at least, from the first frame on.

    GB 45438-2025: 2 s on the opening picture. AI Act: at the first exposure at the latest, without a number.
    """

    contrast: float
    """Of letters to what lies around them, at least: a ratio as WCAG 2.2 defines it.

    Ours, from its success criterion 1.4.3 (4.5 to 1): no law names a number, all want it clear or conspicuous.
    """

    legible: int
    """Pixels that a letter is high, at least, where the picture has room. Ours: 5 % of a small one is unreadable."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What is put on something for an audience. Metadata and a signature are always on."""

    audience: Audience

    label: LabelStyle | None
    """The visible label; None where there is none."""

    watermark: bool = True
    """Whether every frame carries the invisible mark: always for what leaves.

    AI Act, Article 50(2): machine-readable and detectable marks, which its drafts want in two layers. SB 942: the
    latent disclosure is permanent, or extraordinarily hard to remove, as far as that can be done.
    """

    latent: tuple[str, ...] = ("provider", "system", "version", "time", "identifier")
    """What the signed metadata have to tell. SB 942: provider, system and version, time, a unique identifier."""


_HEIGHT, _SECONDS, _CONTRAST, _LEGIBLE = Fraction(1, 20), Fraction(2), 4.5, 9
_CHINESE, _ENGLISH, _SHORT = "人工智能生成", "AI GENERATED", "AI生成"


def _style(languages: tuple[Language, ...], *wordings: Wording) -> LabelStyle:
    return LabelStyle(
        languages=languages,
        wordings=wordings,
        letter_height=_HEIGHT,
        seconds=_SECONDS,
        contrast=_CONTRAST,
        legible=_LEGIBLE,
    )


_PRESETS: dict[Audience, Rules] = {
    # AI生成 is Chinese, and its first two letters are what the AI Act's drafts take for an icon.
    "all": Rules(audience="all", label=_style(("zh", "en"), (_CHINESE, _ENGLISH), (_SHORT,))),
    "cn": Rules(audience="cn", label=_style(("zh",), (_CHINESE,), (_SHORT,))),
    "eu": Rules(audience="eu", label=_style(("en",), (_ENGLISH,), ("AI",))),
    "us-ca": Rules(audience="us-ca", label=_style(("en",), (_ENGLISH,), ("AI MADE",))),
    "none": Rules(audience="none", label=None),
}

KEPT: Final = Rules(audience="none", label=None, watermark=False)
"""For takes in the store: they do not leave, so their pixels stay as they were made; the rest they have."""


def rules_for(audience: str = DEFAULT) -> Rules:
    """The preset of an audience.

    Raises:
        InputError: there is none of that name.
    """
    for name, rules in _PRESETS.items():
        if name == audience:
            return rules
    raise InputError(
        say(
            f"There are no labelling rules for {audience!r}; choose {_choices('en')}.",
            f"没有适用于 {audience!r} 的标识规则；可选：{_choices('zh')}。",
        )
    )


def require_reason(audience: str, recipient: str | None, reason: str | None) -> None:
    """Refuse a film without a visible label that goes to nobody, or for no reason.

    China's Measures let a provider hand out an unlabelled file when a user asks for it and answers for it, and have the
    recipient's name kept for six months at least; the store keeps it for good.

    Raises:
        InputError: for the audience `none`, a recipient or a reason is missing or empty; or one is no line of text.
    """
    for option, said, longest in (("--recipient", recipient, LONGEST_RECIPIENT), ("--reason", reason, LONGEST_REASON)):
        if said is not None and (len(said) > longest or not said.isprintable()):
            raise InputError(
                say(
                    f"{option} is one line of at most {longest} characters, because it is kept for good; shorten it.",
                    f"{option} 应为一行，最多 {longest} 个字符，因为它会永久留存；请缩短。",
                )
            )
    if audience != "none" or ((recipient or "").strip() and (reason or "").strip()):
        return
    raise InputError(
        say(
            "Without a visible label a film goes only to somebody with a name, for a reason, and both are kept; "
            "give --recipient and --reason, or leave the label on.",
            "不带可见标识的影片只能交给有姓名的接收方并须说明理由，两者都会留存；"
            "请给出 --recipient 和 --reason，或保留标识。",
        )
    )


def _choices(language: Language) -> str:
    return listed(list(AUDIENCES), language=language)
