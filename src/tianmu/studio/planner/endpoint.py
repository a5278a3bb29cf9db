"""A language model behind an OpenAI-compatible HTTP endpoint: one POST to `chat/completions` a scene.

It follows no redirects, reads a bounded answer within one deadline, and sends a key over plain HTTP to this machine
alone.
"""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.studio.planner.language import LanguagePlanner, PlanFailed

LARGEST_ANSWER = 2_000_000
"""Bytes."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where a model is, and how long one answer may take."""

    url: str
    """The base, such as `https://api.example.com/v1`."""
    model: str
    key: str = ""
    timeout: float = 120.0
    """Seconds for one answer in all."""

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise InputError(
                say(
                    f"TIANMU_LLM_URL is the base of an endpoint such as https://host/v1, and {self.url!r} is not.",
                    f"TIANMU_LLM_URL 应为接口的基础地址，例如 https://host/v1，而 {self.url!r} 不是。",
                )
            )
        if self.key and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise InputError(
                say(
                    f"The key would go to {parts.hostname} unencrypted; use https, or unset TIANMU_LLM_KEY.",
                    f"密钥会以明文发往 {parts.hostname}；请使用 https，或取消 TIANMU_LLM_KEY。",
                )
            )

    def __repr__(self) -> str:
        return f"Endpoint(url={self.url!r}, model={self.model!r})"  # the key is nobody's to read

    @property
    def name(self) -> str:
        return self.model

    def complete(self, prompt: str, schema: dict[str, Any]) -> str:
        """The model's answer to one prompt.

        Raises:
            PlanFailed: the endpoint cannot be reached, answers with an error, too late, too much, or no text.
        """
        body = {
            "model": self.model,
            "messages": [{"role": "user", "content": prompt}],
            "temperature": 0,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "scene_plan", "strict": True, "schema": schema},
            },
        }
        request = urllib.request.Request(
            f"{self.url.rstrip('/')}/chat/completions",
            data=json.dumps(body, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"}
            | ({"Authorization": f"Bearer {self.key}"} if self.key else {}),
            method="POST",
        )
        try:
            return _content(self._read(request))
        except urllib.error.HTTPError as error:
            error.close()
            raise PlanFailed(f"HTTP {error.code}", f"HTTP {error.code}") from error
        except TimeoutError as error:
            raise PlanFailed(f"no answer within {self.timeout:g} s", f"{self.timeout:g} 秒内没有回答") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise PlanFailed(f"no answer within {self.timeout:g} s", f"{self.timeout:g} 秒内没有回答") from error
            what = str(getattr(error, "reason", "") or error)[:120] or type(error).__name__
            raise PlanFailed(f"it cannot be reached: {what}", f"无法连接：{what}") from error

    def _read(self, request: urllib.request.Request) -> bytes:
        """The answer's body; a server that sends it drop by drop is given up at the same deadline as a silent one."""
        deadline = time.monotonic() + self.timeout
        opener = urllib.request.build_opener(_NoRedirects)
        with opener.open(request, timeout=self.timeout) as response:
            chunks: list[bytes] = []
            size = 0
            while chunk := response.read1(65_536):
                chunks.append(chunk)
                size += len(chunk)
                if size > LARGEST_ANSWER:
                    raise PlanFailed("its answer is too long", "回答过长")
                if time.monotonic() > deadline:
                    raise TimeoutError
        return b"".join(chunks)


def language_planner(name: str) -> LanguagePlanner | None:
    """The planner of a name: None for `rules`, the endpoint that the environment names for `llm`.

    Raises:
        InputError: there is no planner of that name, or no endpoint is set.
    """
    if name == "rules":
        return None
    if name == "llm":
        return endpoint_from(os.environ)
    raise InputError(
        say(
            f"There is no planner {name!r}; choose rules or llm.",
            f"没有名为 {name!r} 的规划方式；请选择 rules 或 llm。",
        )
    )


def endpoint_from(environment: Mapping[str, str]) -> Endpoint:
    """The endpoint that `TIANMU_LLM_URL`, `TIANMU_LLM_MODEL` and, where one is needed, `TIANMU_LLM_KEY` name.

    Raises:
        InputError: the first two are not both set, or the URL is not one.
    """
    url = environment.get("TIANMU_LLM_URL", "").strip()
    model = environment.get("TIANMU_LLM_MODEL", "").strip()
    if not url or not model:
        raise InputError(
            say(
                "A language model plans where TIANMU_LLM_URL and TIANMU_LLM_MODEL name one (and TIANMU_LLM_KEY its "
                "key); set them, or use --planner rules.",
                "使用语言模型规划需要设置 TIANMU_LLM_URL 与 TIANMU_LLM_MODEL（以及密钥 TIANMU_LLM_KEY）；"
                "请设置，或改用 --planner rules。",
            )
        )
    return Endpoint(url=url, model=model, key=environment.get("TIANMU_LLM_KEY", "").strip())


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is an error: it could carry the script and the key to another host."""

    def redirect_request(self, *arguments: Any, **named: Any) -> None:
        return None


def _content(body: bytes) -> str:
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise PlanFailed("its answer is no chat completion", "它的回答不是聊天补全格式") from error
    if not isinstance(content, str):
        raise PlanFailed("its answer holds no text", "它的回答里没有文字")
    return content
