"""May this be shown: every frame of a take is looked at as it streams by, and the rules in force decide.

review_request(request, pictures, audience)            refuses before any compute, or gives the verdict of the words
Screening(words, request, footage, audience)           sees frames; then decides about words and frames together
require_face_consent(pictures, audience)               a face in a picture that a shot begins from needs a consent
repeating(verdict)                                     within it, that consent is asked for by what a recipe knows
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

from tianmu.core.errors import Refused
from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.engines.protocol import Footage, Frames, ShotRequest
from tianmu.governance.consent import WORLD, Consent, shortfall, territory_of
from tianmu.governance.policy import Policy, judge, policies_in_force
from tianmu.governance.policy.condition import mentioned
from tianmu.governance.review.frames import FaceFinder, FrameReview, LetteringFinder, NudityFinder
from tianmu.governance.review.frames.faces import PICTURE_SIDE
from tianmu.governance.review.frames.lettering import CATEGORY as TEXT
from tianmu.governance.review.frames.network import Unseen
from tianmu.governance.review.prompt import language_of
from tianmu.governance.review.verdict import Verdict
from tianmu.studio.review import overrides_now, own_audience, require, review_prompt

if TYPE_CHECKING:
    from tianmu.studio.protected import Lookout

STILL: Final = "still"
"""The flag of a request whose words ask that nothing moves."""
_STILLNESS = re.compile(
    r"\b(?:still|static|motionless|unmoving|immobile|frozen|freeze|photo|photograph|painting|poster|title card)\b"
    r"|静止|静物|定格|不动|凝固|照片|画作|海报|空镜"
)
COPYING: Final = "copying"
"""The category of what is near a protected work."""
FACE: Final = 0.8
"""From this score on a face in a reference picture needs a consent. Of 106 drawn subjects 13 reach it, all persons."""

_REPEATED: ContextVar[tuple[str, ...] | None] = ContextVar("repeated", default=None)
"""What `repeating` knows of the pictures that a request begins from."""


def review_request(request: ShotRequest, pictures: Iterable[Path], audience: str | None = None) -> Verdict:
    """What the rules say of the words of a request, where they and the pictures that it begins from may be used.

    Raises:
        Refused: they may not.
        TianmuError: as `review_prompt`; the ledger cannot take an override; a picture cannot be read.
    """
    words = review_prompt(request.prompt, request.negative_prompt, audience)
    require(words)
    pictures = tuple(pictures)
    faces = require_face_consent(pictures, audience) if pictures else _require_again(request, audience)
    return replace(words, faces=faces)


class Screening:
    """Looks at the frames of one take; they pass through unchanged, and none is kept."""

    def __init__(self, words: Verdict, request: ShotRequest, footage: Footage, audience: str | None = None) -> None:
        """`words` is the verdict of the prompt; `audience` None is the studio's own.

        Raises:
            TianmuError: a policy in force is missing, or not as it should be.
        """
        home = settings().home
        self._words, self._request, self._audience = words, request, audience or own_audience(home)
        self._policies = policies_in_force(home, self._audience)
        finders = (NudityFinder(), FaceFinder(), *((LetteringFinder(),) if TEXT in asked_by(self._policies) else ()))
        self._flags = flags_of(request, footage.understood)
        self._review = FrameReview(footage.num_frames, footage.fps, finders)
        self._lookout = open_lookout(home, footage.fps)

    def see(self, index: int, frame: Frames) -> None:
        """Look at the next frame `[h w 3]` uint8."""
        self._review.add(index, frame)
        if self._lookout is not None:
            self._lookout.add(index, frame)

    def require(self) -> tuple[Verdict, tuple[str, ...]]:
        """The verdict on a take that may be kept, and the notes that go with it.

        Raises:
            Refused: a rule refuses it, or wants a person to look first.
            TianmuError: the ledger cannot take an override.
        """
        verdict = self.verdict()
        return verdict, require(verdict)

    def verdict(self) -> Verdict:
        """What the policies in force say of words and frames together."""
        verdict = judge(
            (*self._words.findings, *self._review.findings(), *(self._lookout.findings() if self._lookout else ())),
            self._policies,
            language=language_of(self._request.prompt),
            audience=self._audience,
            flags=self._flags,
            overrides=overrides_now(),
        )
        looked = (*self._review.looked, *((COPYING,) if self._lookout else ()))
        return replace(verdict, audience=self._audience, looked=looked, faces=self._words.faces)


def asked_by(policies: Iterable[Policy]) -> frozenset[str]:
    """The categories that the rules of policies ask for."""
    return frozenset(name for policy in policies for rule in policy.rules for name in mentioned(rule.when))


def flags_of(request: ShotRequest, understood: Mapping[str, Any]) -> tuple[str, ...]:
    """What the rules can know of a request besides its words."""
    return (STILL,) if _asks_stillness(request, understood) else ()


def open_lookout(home: Path, fps: Fraction) -> Lookout | None:
    """None where nothing is protected: then nothing is loaded for it."""
    if not any((home / "protected").glob("*.json")):
        return None
    from tianmu.studio.protected import Lookout

    return Lookout(home, fps)


def _asks_stillness(request: ShotRequest, understood: Mapping[str, Any]) -> bool:
    """Whether nothing is to move: the words say so, or the engine read neither somebody nor a camera that moves."""
    if _STILLNESS.search(request.prompt.lower()):
        return True
    scene: Any = understood.get("scene")
    return isinstance(scene, Mapping) and not scene.get("actors", True) and scene.get("camera") == "static"


def require_face_consent(
    pictures: Iterable[Path], audience: str | None = None, home: Path | None = None
) -> tuple[str, ...]:
    """Refuse pictures that show a face, where no consent covers their use in a shot that is of no project.

    A record in any project of the store answers, by the picture's SHA-256 or the asset whose picture it is, if its kind
    answers for a picture, as `studio.consents` has it, and its projects are `*`. Gives the SHA-256 of those with one.

    Raises:
        Refused: the sentence names the picture, why each record falls short, and what to do.
        MediaError: a picture cannot be read.
    """
    from tianmu.media.digest import file_sha256
    from tianmu.media.image import read_image

    home = home or settings().home
    faces: list[str] = []
    for picture in pictures:
        if _has_face(str(picture), read_image(picture)):
            faces.append(file_sha256(picture))
            _require_record(str(picture), faces[-1], audience, home)
    return tuple(faces)


@contextmanager
def repeating(verdict: Mapping[str, Any]) -> Generator[None]:
    """Within it, a request begins from the pictures of the take that had this verdict, as its recipe has it."""
    faces: Any = verdict.get("faces")
    token = _REPEATED.set(tuple(map(str, cast(list[Any], faces))) if isinstance(faces, list) else None)
    try:
        yield
    finally:
        _REPEATED.reset(token)


def _require_again(request: ShotRequest, audience: str | None) -> tuple[str, ...]:
    """The same for frames of which no file is at hand: by what is known of them, else by what they show.

    Raises:
        Refused: no consent covers a picture now, or nobody knows which one a face is from.
    """
    known = _REPEATED.get()
    if known is None:
        for condition in request.conditions:
            name = say("The first frame of this shot", "此镜头的首帧")
            if _has_face(name, condition.frames[0]):
                why = say(
                    "its recipe does not say which picture it was; give that one again: tianmu shot --image PICTURE",
                    "其配方未记录所用图片；请重新给出该图片：tianmu shot --image 图片",
                )
                _refuse(name, say("it shows a face", "其中有人脸"), [why])
    for digest in known or ():
        name = say(f"The picture {digest[:12]} that this shot begins from", f"此镜头所用的首帧图片 {digest[:12]} ")
        _require_record(name, digest, audience, settings().home)
    return known or ()


def _has_face(name: str, picture: Frames) -> bool:
    try:
        return FaceFinder(PICTURE_SIDE).look(picture).score >= FACE
    except Unseen as error:
        _refuse(name, say(f"faces cannot be looked for ({error})", f"无法检测人脸（{error}）"), [])


def _require_record(name: str, digest: str, audience: str | None, home: Path) -> None:
    from tianmu.studio.consents import documented

    territory = territory_of(audience or own_audience(home))
    gaps: list[str] = []
    for consent in _records(digest, home):
        if WORLD not in consent.projects:
            held = ", ".join(consent.projects)
            gap = say(f"it is for {held}, and this shot is of no project", f"仅适用于 {held}，而此镜头不属于任何项目")
        else:
            gap = shortfall(
                consent, project=WORLD, at=date.today(), territory=territory, documented=documented(home, consent)
            )
        if gap is None:
            return
        gaps.append(f"{consent.id}: {gap}")
    _refuse(name, say("it shows a face", "其中有人脸"), gaps)


def _records(digest: str, home: Path) -> list[Consent]:
    """All that speak of a picture, in every project of the store."""
    from tianmu.studio.consents import SHOWN, consents_of
    from tianmu.studio.plan import assets_of
    from tianmu.studio.store import Store

    found: list[Consent] = []
    with Store.open(home) as store:
        for info in store.projects():
            project = store.project(info.name)
            assets = {
                asset.id
                for asset in assets_of(project).values()
                if any(digest in version.pictures for version in asset.versions)
            }
            found += (each for each in consents_of(project) if each.kind in SHOWN and each.subject in {digest, *assets})
    return found


def _refuse(name: str, what: str, gaps: list[str]) -> NoReturn:
    why = "; ".join(gaps) or say("none is recorded", "尚无记录")
    subject = quote(name) if Path(name).is_file() else "PICTURE"
    add = f"tianmu consent add --for {subject} --covers '*'"
    raise Refused(
        say(
            f"{name} cannot begin a shot: {what}, and no consent allows that ({why}); record one with: {add} "
            "--person WHO --kind likeness --description TEXT --document FILE; what shows nobody and was made here: "
            "--kind own.",
            f"{name} 不能作为镜头的开始：{what}，且没有有效的同意（{why}）；请登记：{add} --person 姓名 "
            "--kind likeness --description 说明 --document 文件；若为自制且无真人：--kind own。",
        ),
        rule="face-consent",
        decision="refuse",
    )
