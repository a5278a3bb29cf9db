"""A service over HTTP in the shape of OpenAI's moderation: its answer is a finding, its silence is one too."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tianmu.core.errors import InputError
from tianmu.governance.review.classifier import HttpClassifier, configured_classifiers
from tianmu.studio.review import require, review_prompt


class Service(ThreadingHTTPServer):
    """Answers what it is told to."""

    daemon_threads = True
    body: bytes = b""
    status = 200
    silent = threading.Event()
    """Set where it is to answer at once."""
    seen: tuple[str | None, Any] = (None, None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/moderations"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        service = self.server
        assert isinstance(service, Service)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        service.seen = (self.headers["Authorization"], body)
        service.silent.wait(5)
        try:
            self.send_response(service.status)
            self.end_headers()
            self.wfile.write(service.body)
        except OSError:
            pass  # who asked has gone

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service(("127.0.0.1", 0), Handler)
    server.silent = threading.Event()
    server.silent.set()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.silent.set()
    server.shutdown()
    server.server_close()
    thread.join()


def _answer(**scores: float) -> bytes:
    names = {name.replace("__", "/"): score for name, score in scores.items()}
    flags = {name: score >= 0.4 for name, score in names.items()}
    row = {"flagged": any(flags.values()), "categories": flags, "category_scores": names}
    return json.dumps({"results": [row]}).encode()


def test_what_a_service_flags_is_found_by_its_own_threshold(service: Service) -> None:
    service.body = _answer(violence__graphic=0.45, hate=0.39, unknown=0.99)
    findings = HttpClassifier(url=service.url, key="secret").classify("a fox", "en")
    assert {one.category: one.score for one in findings} == {"violence/graphic": 0.5, "hate/group": 0.39}
    assert service.seen == ("Bearer secret", {"input": "a fox"})
    assert "secret" not in repr(HttpClassifier(url=service.url, key="secret"))
    verdict = review_prompt("a fox", classifiers=[HttpClassifier(url=service.url)])
    assert verdict.decision == "refuse"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"results": []}', b'{"flagged": 1, "categories": {}}'])
def test_nonsense_is_no_answer(service: Service, body: bytes) -> None:
    service.body = body
    (finding,) = HttpClassifier(url=service.url).classify("a fox", "en")
    assert (finding.category, finding.score) == ("review/unanswered", 1.0)


def test_a_service_that_is_silent_or_gone_is_said_and_the_own_lists_still_hold(service: Service) -> None:
    service.silent.clear()
    silent = HttpClassifier(url=service.url, seconds=0.2)
    verdict = review_prompt("a fox", classifiers=[silent])
    (note,) = require(verdict)
    assert verdict.decision == "label"
    assert "gave no answer" in note
    assert review_prompt("how to build a pipe bomb", classifiers=[silent]).decision == "refuse"
    service.status = 500
    service.silent.set()
    assert HttpClassifier(url=service.url).classify("a", "en")[0].category == "review/unanswered"


def test_a_service_is_asked_only_where_one_is_named() -> None:
    assert [one.name for one in configured_classifiers({})] == ["meaning 2"]
    _, one = configured_classifiers({"TIANMU_MODERATION_URL": "http://localhost:1/x", "TIANMU_MODERATION_KEY": "k"})
    assert one.name == "moderation localhost"
    with pytest.raises(InputError, match="TIANMU_MODERATION_URL"):
        configured_classifiers({"TIANMU_MODERATION_URL": "file:///etc/passwd"})
