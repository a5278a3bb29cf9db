"""May this be shown: every frame of a take is looked at as it streams by, and the rules in force decide.

review_request(request, pictures, audience)            refuses before any compute, or gives the verdict of the words
Screening(words, request, footage, audience)           sees frames; then decides about words and frames together
require_face_consent(pictures, audience)               a face in a picture that a shot begins from needs a consent
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Final

from tianmu.core.errors import Refused
from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.engines.protocol import Footage, Frames, ShotRequest
from tianmu.governance.consent import WORLD, Consent, shortfall, territory_of
from tianmu.governance.policy import judge, policies_in_force
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
FACE: Final = 0.8
"""From this score on a face in a reference picture needs a consent. Of 106 drawn subjects 13 reach it, all persons."""


def review_request(request: ShotRequest, pictures: Iterable[Path], audience: str | None = None) -> Verdict:
    """What the rules say of the words of a request, where they and the pictures that it begins from may be used.

    Raises:
        Refused: they may not.
        TianmuError: as `review_prompt`; the ledger cannot take an override; a picture cannot be read.
    """
    words = review_prompt(request.prompt, request.negative_prompt, audience)
    require(words)
    require_face_consent(pictures, audience)
    return words


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
        asked = {category for policy in self._policies for rule in policy.rules for category in mentioned(rule.when)}
        finders = (NudityFinder(), FaceFinder(), *((LetteringFinder(),) if TEXT in asked else ()))
        self._flags = (STILL,) if _asks_stillness(request, footage.understood) else ()
        self._review = FrameReview(footage.num_frames, footage.fps, finders)
        self._lookout = _lookout(home, footage.fps)

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
        return judge(
            (*self._words.findings, *self._review.findings(), *(self._lookout.findings() if self._lookout else ())),
            self._policies,
            language=language_of(self._request.prompt),
            audience=self._audience,
            flags=self._flags,
            overrides=overrides_now(),
        )


def _lookout(home: Path, fps: Fraction) -> Lookout | None:
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


def require_face_consent(pictures: Iterable[Path], audience: str | None = None, home: Path | None = None) -> None:
    """Refuse pictures that show a face, where no consent covers their use in a shot that is of no project.

    A record in any project of the store answers, by the picture's SHA-256 or the asset whose picture it is, if its kind
    answers for a picture, as `studio.consents` has it, and its projects are `*`.

    Raises:
        Refused: the sentence names the picture, why each record falls short, and what to do.
        MediaError: a picture cannot be read.
    """
    from tianmu.media.image import read_image

    home = home or settings().home
    for picture in pictures:
        try:
            score = FaceFinder(PICTURE_SIDE).look(read_image(picture)).score
        except Unseen as error:
            _refuse(picture, say(f"faces cannot be looked for ({error})", f"无法检测人脸（{error}）"), [])
        else:
            if score >= FACE:
                _require_record(picture, territory_of(audience or own_audience(home)), home)


def _require_record(picture: Path, territory: str, home: Path) -> None:
    from tianmu.studio.consents import documented

    gaps: list[str] = []
    for consent in _records(picture, home):
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
    _refuse(picture, say("it shows a face", "其中有人脸"), gaps)


def _records(picture: Path, home: Path) -> list[Consent]:
    """All that speak of a picture, in every project of the store."""
    from tianmu.media.digest import file_sha256
    from tianmu.studio.consents import SHOWN, consents_of
    from tianmu.studio.plan import assets_of
    from tianmu.studio.store import Store

    digest = file_sha256(picture)
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


def _refuse(picture: Path, what: str, gaps: list[str]) -> None:
    why = "; ".join(gaps) or say("none is recorded", "尚无记录")
    add = f"tianmu consent add --for {quote(str(picture))} --covers '*'"
    raise Refused(
        say(
            f"{picture} cannot begin a shot: {what}, and no consent allows that ({why}); record one with: {add} "
            "--person WHO --kind likeness --description TEXT --document FILE; what shows nobody and was made here: "
            "--kind own.",
            f"{picture} 不能作为镜头的开始：{what}，且没有有效的同意（{why}）；请登记：{add} --person 姓名 "
            "--kind likeness --description 说明 --document 文件；若为自制且无真人：--kind own。",
        ),
        rule="face-consent",
        decision="refuse",
    )
