"""May this be made: words are reviewed before anything is loaded that makes pictures.

review_prompt(prompt, negative, audience, home)    a verdict
review_screenplay(screenplay, audience, home)      the same for every line, with its place
require_allowed(prompt, ...)                       refuses, or gives the notes that go with the work
overriding(overrides)                              within it, a named person has decided otherwise
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.core.errors import InputError, Refused
from tianmu.core.settings import settings
from tianmu.core.text import listed, say
from tianmu.governance.policy import Override, Policy, judge, policies_in_force, use_policies
from tianmu.governance.review.classifier import Classifier, configured_classifiers
from tianmu.governance.review.meaning import Meaning
from tianmu.governance.review.prompt import find_in_negative, find_in_words, language_of
from tianmu.governance.review.verdict import Finding, Ruling, Verdict
from tianmu.studio.lessons import pointer

if TYPE_CHECKING:
    from tianmu.film.screenplay import Screenplay

LONGEST_SAID = 60
"""Letters of a prompt that a sentence repeats."""
SURE = 0.9
"""The score that the reader of meaning must reach in a line of a screenplay."""


@dataclass(frozen=True, kw_only=True)
class _Passage:
    """A text of a screenplay."""

    place: str
    """In words for a person."""
    text: str
    seen: bool
    """Whether it says what a picture shows."""


@dataclass
class _Overriding:
    """What was let through within one piece of work, and what of it is in the ledger already."""

    overrides: tuple[Override, ...] = ()
    recorded: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])


_NOBODY = _Overriding()
_OVERRIDING: ContextVar[_Overriding] = ContextVar("overriding", default=_NOBODY)


@contextmanager
def overriding(overrides: Sequence[Override]) -> Generator[None]:
    """Let through what these name, in everything that is made within; each is recorded when it is first needed."""
    token = _OVERRIDING.set(_Overriding(tuple(overrides)))
    try:
        yield
    finally:
        _OVERRIDING.reset(token)


def overrides_now() -> tuple[Override, ...]:
    """What a named person lets through in the work that is being made."""
    return _OVERRIDING.get().overrides


def review_prompt(
    prompt: str,
    negative: str = "",
    audience: str | None = None,
    home: Path | None = None,
    *,
    classifiers: Sequence[Classifier] | None = None,
    flags: Sequence[str] = (),
) -> Verdict:
    """What the policies in force say of a prompt; `audience` None is the studio's own.

    Raises:
        TianmuError: a policy in force is missing, or not as it should be.
    """
    home = home or settings().home
    audience = audience or own_audience(home)
    language = language_of(prompt)
    overrides = overrides_now()
    policies = policies_in_force(home, audience)
    findings = (*find_in_words(prompt), *find_in_negative(negative), *_near(prompt, home))
    for one in configured_classifiers() if classifiers is None else classifiers:
        # What is refused already is asked about nowhere else: nothing is loaded for it, and no word leaves.
        verdict = judge(findings, policies, language=language, audience=audience, flags=flags, overrides=overrides)
        if verdict.decision == "refuse":
            return verdict
        # Where a lexicon has the very words, who finds by meaning has nothing to add.
        known = {finding.category for finding in findings if finding.score >= 0.5}
        findings = (*findings, *(new for new in one.classify(prompt, language) if new.category not in known))
    return judge(findings, policies, language=language, audience=audience, flags=flags, overrides=overrides)


def review_screenplay(screenplay: Screenplay, audience: str | None = None, home: Path | None = None) -> Verdict:
    """What the policies in force say of every heading, action and line of a screenplay; findings name their place.

    The lexicons read all of it, the reader of meaning what is seen: actions, all at once. It has to be surer here than
    of a prompt, for a line of a story says less of what it is about. What is said is no picture: "I could kill you"
    asks for none. A service is not asked: it would be asked once a line, and is asked for the prompt of every shot.

    Raises:
        TianmuError: as `review_prompt`.
    """
    home = home or settings().home
    audience = audience or own_audience(home)
    findings: list[Finding] = []
    passages = list(_passages(screenplay))
    languages = [language_of(passage.text) for passage in passages]
    for passage in passages:
        findings += (replace(finding, detail=passage.place) for finding in find_in_words(passage.text))
    findings += _near("\n".join(passage.text for passage in passages), home)
    policies = policies_in_force(home, audience)
    if judge(findings, policies, flags=("screenplay",)).decision != "refuse":
        seen = [passage for passage in passages if passage.seen]
        for passage, found in zip(seen, Meaning().classify_all([one.text for one in seen]), strict=True):
            findings += (replace(finding, detail=passage.place) for finding in found if finding.score >= SURE)
    return judge(
        findings,
        policies,
        language="zh" if 2 * languages.count("zh") > len(languages) else "en",
        audience=audience,
        flags=("screenplay",),
        overrides=overrides_now(),
    )


def _near(text: str, home: Path) -> tuple[Finding, ...]:
    """What is like a protected work that the studio has registered; nothing is loaded where there is none."""
    if not any((home / "protected").glob("*.json")):
        return ()
    from tianmu.studio.protected import near_protected

    return tuple(match.finding for match in near_protected(text, home))


def require_allowed(
    prompt: str, negative: str = "", audience: str | None = None, home: Path | None = None
) -> tuple[str, ...]:
    """Review a prompt, and give the notes that go with its work.

    Raises:
        Refused: a rule refuses it, or wants a person to look first.
        TianmuError: as `review_prompt`; the ledger cannot take an override.
    """
    return require(review_prompt(prompt, negative, audience, home), home)


def require(verdict: Verdict, home: Path | None = None) -> tuple[str, ...]:
    """The notes of a verdict that lets the work be made; overrides that it needed are in the ledger then.

    Raises:
        Refused: it does not.
    """
    if verdict.decision in ("refuse", "person"):
        standing = [ruling for ruling in verdict.rulings if ruling.overridden is None]
        worst = next(ruling for ruling in standing if ruling.decision == verdict.decision)
        raise Refused(refusal(worst), rule=worst.rule, decision=worst.decision, verdict=verdict)
    _record(verdict, home or settings().home)
    return tuple(_note(ruling) for ruling in verdict.rulings)


def refusal(ruling: Ruling) -> str:
    """Why, because of which words, what would be allowed, and what to do: one sentence."""
    words = _words(ruling.findings)
    reason, allowed, more = say(*ruling.reason), say(*ruling.allowed), pointer(ruling.lesson)
    en = f"The rule {ruling.rule} ({ruling.policy}) "
    zh = f"规则 {ruling.rule}（{ruling.policy}）"
    if ruling.decision == "person":
        option = f"--override {ruling.rule} --by NAME --role ROLE --because TEXT"
        seen = any(finding.first_frame is not None for finding in ruling.findings)
        done = say("shown", "展示") if seen else say("made", "制作")
        return say(
            f"{en}wants a person to look before {words} is {done}: {reason}; allowed is: {allowed}; who may decide "
            f"adds {option}{more}.",
            f"{zh}要求在{done}{words}之前由人审看：{reason}；可以制作：{allowed}；有权决定者请加 {option}{more}。",
        )
    return say(
        f"{en}refuses {words}: {reason}; allowed is: {allowed}{more}.",
        f"{zh}拒绝{words}：{reason}；可以制作：{allowed}{more}。",
    )


def _words(findings: Sequence[Finding]) -> str:
    """The words that brought the rule up, with their place where they have one; of frames, what is seen and where."""
    said: list[str] = []
    for finding in findings:
        if finding.words is None and finding.detail:
            said.append(finding.detail)
            continue
        words = (finding.words or finding.category)[:LONGEST_SAID]
        said.append(f"“{words}”" + (f" ({finding.detail})" if finding.words and finding.detail else ""))
    unique = list(dict.fromkeys(said))
    return listed(unique[:3])


def _note(ruling: Ruling) -> str:
    reason = say(*ruling.reason)
    if ruling.overridden:
        return say(
            f"The rule {ruling.rule} was overridden by {ruling.overridden}.",
            f"规则 {ruling.rule} 经 {ruling.overridden} 例外放行。",
        )
    words = _words(ruling.findings)
    more = pointer(ruling.lesson)
    return say(f"Rule {ruling.rule}: {reason} ({words}){more}.", f"规则 {ruling.rule}：{reason}（{words}）{more}。")


def _record(verdict: Verdict, home: Path) -> None:
    """Write down each override that was needed, once for the same rule and words within one piece of work."""
    now = _OVERRIDING.get()
    given = {override.rule: override for override in now.overrides}
    # What was decided earlier, about a take that is used again, is in the ledger already.
    needed = [ruling for ruling in verdict.rulings if ruling.overridden is not None and ruling.rule in given]
    if not needed:
        return
    from tianmu.governance.ledger import Actor, Entry
    from tianmu.governance.people.folder import acting
    from tianmu.studio.store.ledger import record

    for ruling in needed:
        words = tuple(finding.words or finding.category for finding in ruling.findings)
        once = (ruling.rule, sha256("\n".join(words).encode()).hexdigest())
        if once in now.recorded:
            continue
        override = given[ruling.rule]
        own = acting(home)
        key = own.key if own.name == override.by else None
        actor = Actor(name=override.by, role=override.role, key=key)
        facts = {
            "policy": ruling.policy,
            "policies": list(verdict.policies),
            "because": override.because,
            "words": list(words),
        }
        record(Entry(kind="override", actor=actor, subject=ruling.rule, facts=facts), home=home)
        now.recorded.add(once)


def put_in_force(names: Sequence[str], home: Path) -> tuple[Policy, ...]:
    """Choose the policies that a studio follows, and write it into its ledger.

    Raises:
        TianmuError: as `use_policies`; the ledger cannot be written.
    """
    from tianmu.governance.ledger import Entry
    from tianmu.governance.people.folder import acting
    from tianmu.studio.store.ledger import record

    policies = use_policies(names, home)
    facts = {"policies": [policy.citation for policy in policies]}
    record(Entry(kind="policy", actor=acting(home), facts=facts), home=home)
    return policies


def parse_overrides(
    rules: Sequence[str], by: str | None, role: str | None, because: str | None
) -> tuple[Override, ...]:
    """What `--override`, `--by`, `--role` and `--because` say together.

    Raises:
        InputError: one is missing, or there is nothing to override.
    """
    if not rules and (by or role or because):
        raise InputError(
            say(
                "--by, --role and --because go with --override RULE; name the rule.",
                "--by、--role、--because 须与 --override 规则 同用；请写明规则。",
            )
        )
    return tuple(Override(rule=rule, by=by or "", role=role or "", because=because or "") for rule in rules)


def _passages(screenplay: Screenplay) -> Iterator[_Passage]:
    """Every text that is seen or said."""
    from tianmu.film.screenplay import Action, Speech

    parts = [("", screenplay.opening), *((scene.number, scene.elements) for scene in screenplay.scenes)]
    headings = {scene.number: scene.heading.text for scene in screenplay.scenes}
    for number, elements in parts:
        scene = say(f"scene {number}", f"第 {number} 场") if number else say("before the first scene", "首场之前")
        if number:
            yield _Passage(place=say(f"{scene}, heading", f"{scene}场头"), text=headings[number], seen=False)
        for element in elements:
            if isinstance(element, Action):
                yield _Passage(place=say(f"{scene}, action", f"{scene}动作"), text=element.text, seen=True)
            elif isinstance(element, Speech):
                for line in element.lines:
                    place = say(f"{scene}, {element.character}", f"{scene}，{element.character}")
                    yield _Passage(place=place, text=line.text, seen=False)


def own_audience(home: Path) -> str:
    """For whom this studio's works leave where nothing else is said."""
    from tianmu.governance.identity import read_house

    return read_house(home).audience
