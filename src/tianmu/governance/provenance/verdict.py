"""What reading a manifest found: the nouns, and the sentences for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.governance.footprint import Footprint
    from tianmu.governance.provenance.schemas import FramePlace, TrainingMining, Work

State = Literal["intact", "changed", "broken"]
"""`intact`: everything is as it was signed. `changed`: the signature stands, and the content is another. `broken`: the
signed statement itself is damaged, or does not hold together."""

WORST: Final[tuple[State, ...]] = ("intact", "changed", "broken")
"""From the best to the worst."""


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Whose key signed."""

    name: str
    issuer: str
    fingerprint: str
    """SHA-256 of the certificate, in hexadecimal; empty where it cannot be read."""
    trusted: bool
    """Whether it leads to one of the anchors. Without that, the name is only what it calls itself."""
    expired: bool


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong."""

    where: str
    """The work, by its titles from the top: `film / shot 2`; in a sequence, the picture's name."""
    code: str
    """As C2PA names it, or `org.tianmu...`."""
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing that was done, as the manifest says."""

    name: str
    agent: str
    source_type: str | None
    when: str | None


@dataclass(frozen=True, kw_only=True)
class Node:
    """A work in the tree of ingredients."""

    title: str
    relationship: str
    """`parentOf`, `componentOf`, `inputTo`; empty for the work itself."""
    signer: Signer | None
    """None where nobody signed it."""
    state: State
    """Its own; what is below it has its own too."""
    problems: tuple[Problem, ...]
    source_types: tuple[str, ...] = ()
    ingredients: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This one and all below it."""
        yield self
        for each in self.ingredients:
            yield from each.walk()


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What a work's manifest says, and whether it holds."""

    state: State
    """The worst of the whole tree: a film that was made from a changed shot is not intact. `root.state` is its own."""
    signer: Signer
    title: str
    actions: tuple[Action, ...]
    source_types: tuple[str, ...]
    """IPTC's digital source types of the work and of all that went into it."""
    made_by_ai: bool | None
    """True where it says that a trained model made some of it, False where it says that none did, else None."""
    training_mining: TrainingMining | None
    footprint: Footprint | None
    mark: int | None
    work: Work | None
    """What Tianmu says beyond the standard; None for another producer's."""
    frame: FramePlace | None
    root: Node
    problems: tuple[Problem, ...]
    """Of the whole tree."""


CHANGED: Final = frozenset(
    {"assertion.dataHash.mismatch", "assertion.bmffHash.mismatch", "assertion.boxesHash.mismatch"}
    | {"assertion.collectionHash.mismatch", "org.tianmu.unbound.mismatch", "org.tianmu.sequence.mismatch"}
)
"""The content is another than was signed."""
OF_THE_SIGNER: Final = ("signingCredential.", "claimSignature.outsideValidity", "timeStamp.", "org.tianmu.expired")
"""These speak of the key and its time, not of the content."""
QUIET: Final = frozenset({"signingCredential.untrusted", "ingredient.unknownProvenance"})
"""Not problems: `Signer.trusted` says the first, and a work that nobody signed is no fault."""


def worst(states: Iterable[State]) -> State:
    """The worst of some states; `intact` where there are none."""
    return WORST[max((WORST.index(each) for each in states), default=0)]


def state_of(codes: Iterable[str]) -> State:
    """The state that the codes of a work's failures leave it in."""
    told = (code for code in codes if code not in QUIET and not code.startswith(OF_THE_SIGNER))
    return worst("changed" if code in CHANGED else "broken" for code in told)


def problem(where: str, code: str, detail: str = "") -> Problem:
    """A problem with its sentence."""
    return Problem(where=where, code=code, sentence=_sentence(where, code, detail))


def _sentence(where: str, code: str, detail: str) -> str:
    match code:
        case "org.tianmu.sequence.mismatch":
            return say(f"{where}: {detail}.", f"{where}：{detail}。")
        case "org.tianmu.manifest.irregular":
            return say(
                f"{where}: bytes of the signed statement that no hash covers were changed.",
                f"{where}：签名声明中不受哈希保护的字节被改动过。",
            )
        case "org.tianmu.manifest.unreadable":
            return say(
                f"{where}: the signed statement in it is damaged and cannot be read ({detail}).",
                f"{where}：其中的签名声明已损坏，无法读取（{detail}）。",
            )
        case "org.tianmu.ingredients.many":
            return say(
                f"{where}: its tree of ingredients is too large to be walked to its end.",
                f"{where}：素材来源树过大，无法完整检查。",
            )
        case "ingredient.manifest.missing" | "ingredient.claimSignature.missing" | "claim.missing":
            return say(
                f"{where}: the signed statement that it should have is missing.", f"{where}：缺少应有的签名声明。"
            )
        case "ingredient.manifest.mismatch" | "ingredient.hashedURI.mismatch":
            return say(
                f"{where}: the signed statement kept for it is not the one that was linked.",
                f"{where}：保存的签名声明与当初链接的不一致。",
            )
        case "claimSignature.mismatch" | "claimSignature.missing":
            return say(f"{where}: the signature does not fit what it signs.", f"{where}：签名与所签内容不符。")
        case "assertion.hashedURI.mismatch" | "assertion.missing":
            return say(
                f"{where}: a part of the signed statement was changed or is missing.",
                f"{where}：签名声明的一部分被改动或缺失。",
            )
        case "signingCredential.expired" | "claimSignature.outsideValidity" | "org.tianmu.expired":
            return say(
                f"{where}: the certificate that signed it is past its end, and no timestamp says that it was not yet.",
                f"{where}：签名证书已过期，且没有时间戳证明签名时仍然有效。",
            )
        case "signingCredential.ocsp.revoked":
            return say(f"{where}: the certificate that signed it was revoked.", f"{where}：签名证书已被吊销。")
        case _ if code in CHANGED:
            return say(f"{where}: the content was changed after it was signed.", f"{where}：内容在签名之后被改动过。")
        case _:
            return say(f"{where}: the signed statement does not hold ({code}).", f"{where}：签名声明不成立（{code}）。")
