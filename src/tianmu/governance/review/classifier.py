"""Classifiers: whoever else finds something in words. The lexicons need none of them.

One is here and always asked: `meaning.py`, which finds by sense what no lexicon has a word for. A service in the shape
of OpenAI's moderation answers (`flagged`, `categories`, `category_scores`) is asked where TIANMU_MODERATION_URL names
one. Only then do words leave the machine. A service that gives no answer is a finding of its own, `review/unanswered`,
which a person sees; it is never taken for a yes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.governance.review.meaning import Meaning
from tianmu.governance.review.verdict import Finding

PATIENCE: Final = 1.0
"""Seconds that a service has for its answer; a refusal is to take less than one and a half in all."""
LARGEST: Final = 1_000_000
"""Bytes of an answer."""
_OURS: Final[Mapping[str, str]] = {
    "violence": "violence/depicted",
    "violence/graphic": "violence/graphic",
    "hate": "hate/group",
    "hate/threatening": "hate/group",
    "harassment/threatening": "hate/group",
    "sexual": "sexual/explicit",
    "sexual/minors": "sexual/minors",
    "self-harm": "self-harm/depicted",
    "self-harm/intent": "self-harm/depicted",
    "self-harm/instructions": "self-harm/instructions",
    "illicit": "harm/instructions",
    "illicit/violent": "harm/instructions",
}
"""Categories of OpenAI's moderation and ours; what is not here is not minded."""


class Classifier(Protocol):
    """Finds something in words."""

    @property
    def name(self) -> str:
        """As findings name it."""
        ...

    def classify(self, text: str, language: str) -> tuple[Finding, ...]:
        """What it finds; a finding `review/unanswered` where it cannot say. It raises nothing."""
        ...


@dataclass(frozen=True, kw_only=True)
class HttpClassifier:
    """A service over HTTP."""

    url: str
    key: str | None = None
    seconds: float = PATIENCE

    @property
    def name(self) -> str:
        """`moderation HOST`."""
        from urllib.parse import urlsplit

        return f"moderation {urlsplit(self.url).hostname or self.url}"

    def __repr__(self) -> str:
        return f"HttpClassifier(url={self.url!r})"  # the key is nobody's business

    def classify(self, text: str, language: str) -> tuple[Finding, ...]:
        """What the service finds. Its own threshold decides: what it flags counts at least half, all else less."""
        try:
            return tuple(self._findings(self._ask(text), text, language))
        except Exception as error:  # whatever a foreign service does, it is no answer
            return (
                Finding(
                    category="review/unanswered",
                    score=1.0,
                    by=self.name,
                    language=language,
                    detail=f"{type(error).__name__}: {str(error)[:200]}",
                ),
            )

    def _ask(self, text: str) -> Any:
        """The answer of the service as JSON."""
        from concurrent.futures import ThreadPoolExecutor
        from urllib.request import Request, urlopen

        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        request = Request(self.url, data=json.dumps({"input": text}).encode(), headers=headers)

        def read() -> bytes:
            with urlopen(request, timeout=self.seconds) as answer:
                return answer.read(LARGEST + 1)

        # A socket's timeout begins anew with every byte; a service that drips is cut off by the clock.
        worker = ThreadPoolExecutor(max_workers=1)
        try:
            body = worker.submit(read).result(timeout=self.seconds)
        finally:
            worker.shutdown(wait=False, cancel_futures=True)
        if len(body) > LARGEST:
            raise ValueError("the answer is too long")
        return json.loads(body)

    def _findings(self, answer: Any, text: str, language: str) -> list[Finding]:
        row = cast(dict[str, Any], answer["results"][0] if "results" in answer else answer)
        flags, scores = row["categories"], row["category_scores"]
        if not isinstance(row["flagged"], bool) or not isinstance(flags, dict) or not isinstance(scores, dict):
            raise TypeError("flagged, categories and category_scores were expected")
        best: dict[str, float] = {}
        for theirs, flagged in cast(dict[str, Any], flags).items():
            score = min(max(float(cast(dict[str, Any], scores).get(theirs) or 0.0), 0.0), 1.0)
            ours = _OURS.get(theirs)
            if ours is not None:
                score = max(score, 0.5) if flagged is True else min(score, 0.49)
                best[ours] = max(score, best.get(ours, 0.0))
        return [
            Finding(category=category, score=round(score, 3), by=self.name, language=language, words=text, start=0)
            for category, score in best.items()
            if score >= 0.1
        ]


def configured_classifiers(environment: Mapping[str, str] | None = None) -> tuple[Classifier, ...]:
    """The reader of meaning, which is here; then the service that TIANMU_MODERATION_URL names, if it names one, with
    TIANMU_MODERATION_KEY.

    Raises:
        InputError: it is no address of a service.
    """
    environment = os.environ if environment is None else environment
    url = environment.get("TIANMU_MODERATION_URL", "").strip()
    if not url:
        return (Meaning(),)
    if not url.startswith(("http://", "https://")):
        raise InputError(
            say(
                f"TIANMU_MODERATION_URL must begin with https:// or http://, and it is {url[:80]!r}; correct it, or "
                "unset it.",
                f"TIANMU_MODERATION_URL 应以 https:// 或 http:// 开头，而它是 {url[:80]!r}；请更正或取消设置。",
            )
        )
    return (Meaning(), HttpClassifier(url=url, key=environment.get("TIANMU_MODERATION_KEY") or None))
