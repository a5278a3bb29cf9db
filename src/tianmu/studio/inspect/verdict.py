"""Weighing what was found: one verdict, one sentence, a line a layer.

    signature holds, every ingredient too                        intact
    signature does not hold, or an ingredient does not            changed
    no signature, the file is on record in this store as it is,
        and the manifest there holds for it                       intact
    no signature, its mark names a work of this store             changed
    nothing, or only what anybody can write or copy               unknown
    nothing, and nothing in it can be decoded                     unreadable

A layer that broke down or took too long never makes a file better: without a signature that was read and holds,
nothing is intact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tianmu.studio.inspect import sentences
from tianmu.studio.inspect.kinds import Kind
from tianmu.studio.inspect.reading import Answer
from tianmu.studio.inspect.report import Layer, Report, Verdict
from tianmu.studio.inspect.shown import shown
from tianmu.studio.inspect.works import Known, as_row

_AI_LABELS = ("1",)
"""Of GB 45438-2025: 2 and 3 only say that it may be."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that was found of one file."""

    path: Path
    kind: Kind
    answers: Mapping[str, Answer]
    known: Known | str | None
    """What the store knows, or why it could not be asked; None for no store."""
    kept: Answer | None
    """What a manifest from the store says of the file, where it has none itself."""

    @property
    def manifest(self) -> dict[str, Any] | None:
        """What the file's own manifest says."""
        return self._row("provenance")

    @property
    def kept_manifest(self) -> dict[str, Any] | None:
        """What the manifest in the store says."""
        return self.kept.row if self.kept is not None and self.kept.status == "found" else None

    @property
    def work(self) -> Known | None:
        """What the store knows, where it has a work that this is or is marked as."""
        return self.known if isinstance(self.known, Known) and self.known.work is not None else None

    def _row(self, layer: str) -> dict[str, Any] | None:
        answer = self.answers[layer]
        return answer.row if answer.status == "found" else None

    def said_by(self) -> tuple[str, ...]:
        """What says that AI made it."""
        manifest, label, source = self.manifest, self._row("aigc"), self._row("source_type")
        work = self.work
        # A timeline left too: where its signer denies it and no label claims it, the record alone says nothing of AI.
        denied = manifest is not None and manifest["made_by_ai"] is False and label is None
        return tuple(
            name
            for name, says in (
                ("signature", manifest is not None and manifest["made_by_ai"]),
                ("metadata", (label is not None and label["label"] in _AI_LABELS) or (source and source["ai"])),
                ("watermark", self._row("watermark") is not None and (work is None or work.looks != "unlike")),
                ("store", work is not None and work.looks != "unlike" and not denied),
            )
            if says
        )


def judge(evidence: Evidence, seconds: float) -> Report:
    """The report of a file that is media of some kind."""
    verdict, told = _verdict(evidence)
    manifest = evidence.manifest
    held = manifest or evidence.kept_manifest
    said_by = evidence.said_by()
    denied = manifest is not None and manifest["made_by_ai"] is False
    made_by_ai = True if said_by else False if denied else None
    made = sentences.made(said_by, made_by_ai, signer_says_not=denied)
    sentence = told if verdict == "unreadable" else sentences.whole(made, told)
    return Report(
        file=shown(evidence.path, 1000),
        sort=evidence.kind.sort,
        container=evidence.kind.container,
        bytes=evidence.kind.bytes,
        sha256=evidence.answers["digest"].row.get("sha256"),
        verdict=verdict,
        sentence=sentence,
        made_by_ai=made_by_ai,
        said_by=said_by,
        signer=held["signer"] if held is not None and (manifest is not None or verdict == "intact") else None,
        layers=_layers(evidence),
        tree=held["tree"] if held is not None else None,
        seconds=round(seconds, 2),
    )


def unreadable(path: Path, reason: str, seconds: float) -> Report:
    """The report of what cannot be looked at."""
    return Report(
        file=shown(path, 1000),
        sort=None,
        container=None,
        bytes=None,
        sha256=None,
        verdict="unreadable",
        sentence=sentences.unreadable(reason),
        made_by_ai=None,
        said_by=(),
        signer=None,
        layers=(),
        tree=None,
        seconds=round(seconds, 2),
    )


def _verdict(evidence: Evidence) -> tuple[Verdict, str]:
    manifest, kept, work = evidence.manifest, evidence.kept_manifest, evidence.work
    if manifest is not None:
        return ("intact" if _holds(manifest) else "changed"), sentences.signed(manifest)
    failed = evidence.answers["provenance"]
    reason = failed.reason if failed.status in ("failed", "late") else ""
    if work is not None and work.work is not None:
        row = as_row(work.work)
        if work.exact:
            if kept is not None and not reason:
                return ("intact" if _holds(kept) else "changed"), sentences.kept_elsewhere(row, kept)
        else:
            return "changed", sentences.copy_of(row, work.looks)
    content = evidence.answers["content"]
    if content.status != "found" and not evidence.said_by():
        return "unreadable", sentences.unreadable(content.reason)
    return "unknown", sentences.unsigned(reason)


def _holds(manifest: dict[str, Any]) -> bool:
    """Whether a manifest says intact of the whole, and every node of the tree that it gives says so too."""
    return manifest["state"] == "intact" and _tree_holds(manifest["tree"])


def _tree_holds(tree: dict[str, Any]) -> bool:
    whole = tree["state"] == "intact" and not tree["left_out"]
    return whole and all(_tree_holds(child) for child in tree["ingredients"])


def _layers(evidence: Evidence) -> tuple[Layer, ...]:
    answers = evidence.answers
    manifest, kept = evidence.manifest, evidence.kept_manifest
    held = manifest or kept
    shown_manifest = held or {}
    lines = [_provenance(evidence)]
    for name, tell in (("aigc", sentences.aigc), ("source_type", sentences.source_type)):
        lines.append(_line(name, answers[name], tell))
    signed_mark = shown_manifest.get("mark")
    lines.append(_line("watermark", answers["watermark"], lambda row: sentences.watermark(row, signed_mark)))
    lines += _store(evidence)
    lines.append(_line("content", answers["content"], sentences.content))
    return tuple(lines)


def _line(name: str, answer: Answer, tell: Any) -> Layer:
    found = answer.status == "found"
    sentence = tell(answer.row) if found else sentences.status(answer.status, answer.reason)
    return Layer(name=name, status=answer.status, sentence=sentence, facts=answer.row)


def _provenance(evidence: Evidence) -> Layer:
    if evidence.manifest is None and evidence.kept_manifest is not None:
        row = evidence.kept_manifest
        facts = {**row, "kept": True}
        return Layer(
            name="provenance", status="found", sentence=sentences.provenance(row, kept=True), facts=_without_tree(facts)
        )
    answer = evidence.answers["provenance"]
    if answer.status == "found":
        facts = {**answer.row, "kept": False}
        sentence = sentences.provenance(answer.row, kept=False)
        return Layer(name="provenance", status="found", sentence=sentence, facts=_without_tree(facts))
    return _line("provenance", answer, sentences.signed)


def _without_tree(facts: dict[str, Any]) -> dict[str, Any]:
    """The tree is in the report already."""
    return {name: value for name, value in facts.items() if name != "tree"}


def _store(evidence: Evidence) -> list[Layer]:
    found = evidence.known
    if not isinstance(found, Known):
        answer = Answer(status="skipped") if found is None else Answer(status="failed", reason=found)
        return [_line(name, answer, sentences.content) for name in ("store", "similar")]
    work = None if found.work is None else as_row(found.work)
    alike = [{**as_row(each), "distance": round(apart, 4)} for each, apart in found.similar]
    facts = {} if work is None else {"work": work, "exact": found.exact, "looks": found.looks}
    return [
        Layer(
            name="store",
            status="absent" if work is None else "found",
            sentence=sentences.store(work, found.looks, exact=found.exact),
            facts=facts,
        ),
        Layer(
            name="similar",
            status="found" if alike else "absent",
            sentence=sentences.similar(alike),
            facts={"works": alike} if alike else {},
        ),
    ]
