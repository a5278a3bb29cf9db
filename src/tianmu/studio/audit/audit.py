"""An audit from end to end: a folder with a page that opens offline, signed, and the numbers as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tianmu.core.files import whole_folder, write_text
from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.engines.protocol import Engine, Progress
from tianmu.engines.registry import get_engine
from tianmu.governance.provenance import Claim
from tianmu.studio.audit.page import write_page
from tianmu.studio.audit.prompts import read_prompts
from tianmu.studio.audit.summary import summarise, unknowable
from tianmu.studio.audit.survey import Reader, survey
from tianmu.studio.audit.table import as_text
from tianmu.studio.claims import mark_from
from tianmu.studio.marking import EVERYBODY, Marking
from tianmu.studio.render import silent

PAGE, NUMBERS = "audit.html", "audit.json"
OpenReader = Callable[[Sequence[str]], Reader]


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What an audit found."""

    report: Mapping[str, Any]
    text: str
    """The tables, for a terminal."""


def audit_engine(
    name: str,
    folder: Path,
    *,
    quick: bool = False,
    seed: int = 0,
    open_reader: OpenReader | None = None,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Audit:
    """Put the fixed prompts to an engine, and write `audit.html` and `audit.json` into `folder`, whole or not at all.

    `open_reader` gives what reads a trained model's clips back; an engine that only draws draws what it understood.

    Raises:
        InputError: there is no such engine, or it does not say what it understood.
        OutputError: the folder holds other files, or cannot be written.
        TianmuError: any other of its tree.
    """
    engine, prompts = get_engine(name), read_prompts()
    chosen = prompts.short() if quick else prompts.prompts
    reader = open_reader(()) if open_reader is not None and engine.capabilities.trained else None
    marking = Marking(mark_from({"audit": [name, engine.model_digest, prompts.digest, seed, quick]}), EVERYBODY)
    with whole_folder(folder, replaces=lambda place: overwrite and _ours(place)) as part:
        with marking.meter:
            sights = survey(engine, chosen, seed=seed, home=settings().home, reader=reader, progress=progress)
            report, sentences = summarise(sights, engine, prompts, seed=seed, quick=quick), unknowable()
            text = json.dumps(report | {"does_not_know": list(sentences)}, indent=1, ensure_ascii=False) + "\n"
            write_text(part / NUMBERS, text)
            write_page(part / PAGE, report, sights, sentences, words=marking.words, metadata=marking.metadata)
        keys = [sight.frame for sight in sights if sight.frame is not None][:1]
        marking.sign(part / PAGE, _claim(engine, text, marking), keys)
    return Audit(report=report, text=as_text(report, sentences))


def _claim(engine: Engine, numbers: str, marking: Marking) -> Claim:
    return Claim(
        title=say(f"An audit of the engine {engine.name}", f"引擎 {engine.name} 的审计"),
        kind="document",
        trained=engine.capabilities.trained,
        model_name=engine.name,
        model_digest=engine.model_digest,
        engine=engine.name,
        oversight="prompt_guided",
        footprint=marking.meter.footprint,
        facts={"json_sha256": sha256(numbers.encode()).hexdigest()},
    )


def _ours(folder: Path) -> bool:
    return {path.name for path in folder.iterdir()} <= {PAGE, NUMBERS, f"{PAGE}.c2pa"}
