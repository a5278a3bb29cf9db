"""Read what a file says about its own making, and check it down to the last ingredient.

1. The library reads the manifest and checks signature, hashes and trust (`report`).
2. What the library does not check is checked here: gaps that no hash covers, in manifests of our own.
3. The tree of ingredients is walked. A film that was made from a tampered shot is itself as it was signed: that the
   shot was not is said only in what the film's manifest keeps of the shot's check.

Other producers' manifests are read by the same code, as far as they can be understood; nothing in them is an error.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from tianmu.governance.provenance import boxes
from tianmu.governance.provenance.claims import SOURCE_TYPES
from tianmu.governance.provenance.containers import is_written_plainly, readable_kind, unbound_sha256
from tianmu.governance.provenance.report import Damage, Report, read_report
from tianmu.governance.provenance.schemas import (
    AiDisclosure,
    EnvironmentalSustainability,
    FramePlace,
    SoftBinding,
    TrainingMining,
    Work,
    find,
)
from tianmu.governance.provenance.verdict import (
    QUIET,
    Action,
    Node,
    Provenance,
    Signer,
    problem,
    state_of,
    worst,
)

DEEPEST: Final = 24
MOST_NODES: Final = 4000
"""A tree may be built to fan out for ever; what is beyond this is said to be unchecked."""

_BY_TRAINED: Final = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicData")
_BY_NO_MODEL: Final = ("algorithmicMedia",)
_NOBODY: Final = Signer(name="", issuer="", fingerprint="", trusted=False, expired=False)


def read_provenance(path: Path, *, anchors: Sequence[bytes] = (), manifest: bytes | None = None) -> Provenance | None:
    """What a file, or a folder that is one work, says about its making, and whether it still holds.

    Args:
        path: any file; the manifest is in it, or beside it in `PATH.c2pa`.
        anchors: PEM of the roots that count as trusted; `identity.anchors` gives a studio's.
        manifest: a manifest from the store, to be checked against this file instead of what the file carries.

    Returns:
        None where there is no manifest. A manifest that lies on a server is never fetched, so it counts as none.

    Raises:
        MediaError: the file cannot be read.
    """
    path = Path(path)
    if path.is_dir() and manifest is None:
        from tianmu.governance.provenance.folder import is_listed, read_folder
        from tianmu.governance.provenance.sequence import read_sequence

        return read_folder(path, anchors) if is_listed(path) else read_sequence(path, anchors)
    found = read_report(path, anchors, manifest)
    if isinstance(found, Report):
        return _Reading(path, found).provenance()
    return _unreadable(path, found) if found is not None else None


def _unreadable(path: Path, damage: Damage) -> Provenance:
    wrong = problem(path.name, "org.tianmu.manifest.unreadable", damage.reason)
    root = Node(title=path.name, relationship="", signer=None, state="broken", problems=(wrong,))
    return Provenance(
        state="broken",
        signer=_NOBODY,
        title=path.name,
        actions=(),
        source_types=(),
        made_by_ai=None,
        training_mining=None,
        footprint=None,
        mark=None,
        work=None,
        frame=None,
        root=root,
        problems=(wrong,),
    )


class _Reading:
    """One report, on its way to a `Provenance`."""

    def __init__(self, path: Path, report: Report) -> None:
        self._path, self._report = path, report
        self._manifests: dict[str, Any] = _mapping(report.row.get("manifests"))
        self._num_nodes = 0

    def provenance(self) -> Provenance:
        manifest = self._manifest(self._report.label)
        assertions = manifest.get("assertions")
        root = self._root(manifest)
        nodes = tuple(root.walk())
        source_types = tuple(dict.fromkeys(each for node in nodes for each in node.source_types))
        binding = find(assertions, SoftBinding)
        return Provenance(
            state=worst(node.state for node in nodes),
            signer=root.signer or _NOBODY,
            title=root.title,
            actions=tuple(_actions(manifest)),
            source_types=source_types,
            made_by_ai=_made_by_ai(source_types, disclosed=find(assertions, AiDisclosure) is not None),
            training_mining=find(assertions, TrainingMining),
            footprint=_footprint(find(assertions, EnvironmentalSustainability)),
            mark=_mark(self._work, binding),
            work=self._work,
            frame=find(assertions, FramePlace),
            root=root,
            problems=tuple(each for node in nodes for each in node.problems),
        )

    @cached_property
    def _work(self) -> Work | None:
        return find(self._manifest(self._report.label).get("assertions"), Work)

    def _manifest(self, label: str) -> dict[str, Any]:
        return _mapping(self._manifests.get(label))

    def _root(self, manifest: dict[str, Any]) -> Node:
        label = self._report.label
        results = _mapping(_mapping(self._report.row.get("validation_results")).get("activeManifest"))
        failures = [*_codes(results, "failure"), *self._own_checks(manifest)]
        title = _text(manifest, "title") or self._path.name
        return self._node(title, "", label, failures, _codes(results, "success"), (title,), (label,))

    def _own_checks(self, manifest: dict[str, Any]) -> Iterator[str]:
        """What our own manifests promise beyond what the library checks (2)."""
        generators = manifest.get("claim_generator_info")
        names = [_text(each, "name") for each in generators] if isinstance(generators, list) else []
        if self._work is None or "Tianmu" not in names:
            return
        kind = readable_kind(self._path) or ""
        store, given = self._report.store, self._report.given
        plain = store == given if given is not None else is_written_plainly(self._path, kind, store)
        if not plain or not boxes.is_signed_plainly(store, self._report.label):
            yield "org.tianmu.manifest.irregular"
        if self._work.unbound_sha256 is not None and self._work.unbound_sha256 != unbound_sha256(self._path):
            yield "org.tianmu.unbound.mismatch"

    def _node(
        self,
        title: str,
        relationship: str,
        label: str,
        failures: Sequence[str],
        successes: Sequence[str],
        way: tuple[str, ...],
        labels: tuple[str, ...],
    ) -> Node:
        manifest = self._manifest(label)
        signer = self._signer(label, manifest, successes, failures) if label else None
        codes = dict.fromkeys(failures)
        if label and label not in self._manifests:
            codes["ingredient.manifest.missing"] = None
        self._num_nodes += 1
        below, cut = self._below(label, manifest, way, labels)
        if cut:
            codes["org.tianmu.ingredients.many"] = None
        where = " / ".join(way)
        if signer is not None and signer.expired and not any("expired" in code or "Validity" in code for code in codes):
            codes["org.tianmu.expired"] = None
        return Node(
            title=title,
            relationship=relationship,
            signer=signer,
            state=state_of(codes),
            problems=tuple(problem(where, code) for code in codes if code not in QUIET),
            source_types=tuple(dict.fromkeys(each.source_type for each in _actions(manifest) if each.source_type)),
            ingredients=below,
        )

    def _below(
        self, label: str, manifest: dict[str, Any], way: tuple[str, ...], labels: tuple[str, ...]
    ) -> tuple[tuple[Node, ...], bool]:
        """The ingredients of a manifest (3), and whether some were left unwalked."""
        rows = manifest.get("ingredients")
        nodes: list[Node] = []
        for row in rows if isinstance(rows, list) else ():
            if self._num_nodes >= MOST_NODES or len(way) >= DEEPEST:
                return tuple(nodes), True
            row = _mapping(row)
            own = _text(row, "active_manifest")
            if own in labels:
                return tuple(nodes), True  # a work cannot be made of itself
            nodes.append(self._ingredient(label, row, own, way, (*labels, own)))
        return tuple(nodes), False

    def _ingredient(
        self, parent: str, row: dict[str, Any], own: str, way: tuple[str, ...], labels: tuple[str, ...]
    ) -> Node:
        title = _text(row, "title") or _text(row, "instance_id") or "?"
        kept = _mapping(_mapping(row.get("validation_results")).get("activeManifest"))
        found = self._deltas.get(f"self#jumbf=/c2pa/{parent}/c2pa.assertions/{_text(row, 'label')}", {})
        older = row.get("validation_status")
        failures = [*_codes(kept, "failure"), *_codes(found, "failure"), *_codes({"failure": older}, "failure")]
        if "signingCredential.untrusted" in _codes(found, "failure"):
            successes = _codes(found, "success")  # what its maker trusted is no matter here
        else:
            successes = [*_codes(kept, "success"), *_codes(found, "success")]
        return self._node(title, _text(row, "relationship"), own, failures, successes, (*way, title), labels)

    @cached_property
    def _deltas(self) -> dict[str, dict[str, Any]]:
        """What checking again found of each ingredient that its keeper had not, by the ingredient's address."""
        rows = _mapping(self._report.row.get("validation_results")).get("ingredientDeltas")
        return {
            _text(row, "ingredientAssertionURI"): _mapping(_mapping(row).get("validationDeltas"))
            for row in (rows if isinstance(rows, list) else ())
        }

    @cached_property
    def _signatures(self) -> dict[str, dict[Any, Any]]:
        return boxes.signatures(self._report.store)

    def _signer(
        self, label: str, manifest: dict[str, Any], successes: Sequence[str], failures: Sequence[str]
    ) -> Signer | None:
        said = _mapping(manifest.get("signature_info"))
        if not said:
            return None
        name, issuer = _text(said, "common_name") or _text(said, "issuer"), _text(said, "issuer")
        expired = any(code in ("signingCredential.expired", "claimSignature.outsideValidity") for code in failures)
        fingerprint = ""
        chain = boxes.chain(self._signatures.get(label, {}))
        if chain:
            fingerprint = sha256(chain[0]).hexdigest()
            name, issuer, ended = _certificate(chain[0]) or (name, issuer, False)
            expired = expired or (ended and "timeStamp.validated" not in successes)
        return Signer(
            name=name,
            issuer=issuer,
            fingerprint=fingerprint,
            trusted="signingCredential.trusted" in successes and "claimSignature.mismatch" not in failures,
            expired=expired,
        )


def _certificate(der: bytes) -> tuple[str, str, bool] | None:
    """Whom a certificate names, who issued it, and whether it is past its end; None where it is none."""
    from cryptography import x509

    from tianmu.governance.certificates import common_name

    try:
        with warnings.catch_warnings(action="ignore"):  # it would warn of other people's odd certificates
            found = x509.load_der_x509_certificate(der)
        ended = found.not_valid_after_utc < datetime.now(UTC)
        return common_name(found.subject), common_name(found.issuer), ended
    except Exception:  # other people's bytes: the parser has an error of its own for nearly every field
        return None


def _actions(manifest: dict[str, Any]) -> Iterator[Action]:
    rows = manifest.get("assertions")
    for row in rows if isinstance(rows, list) else ():
        if not _text(row, "label").startswith("c2pa.actions"):
            continue
        done = _mapping(_mapping(row).get("data")).get("actions")
        for each in done if isinstance(done, list) else ():
            agent = _mapping(each).get("softwareAgent")
            yield Action(
                name=_text(each, "action"),
                agent=agent if isinstance(agent, str) else _text(agent, "name"),
                source_type=_text(each, "digitalSourceType") or None,
                when=_text(each, "when") or None,
            )


def _made_by_ai(source_types: Sequence[str], *, disclosed: bool) -> bool | None:
    said = {each.removeprefix(SOURCE_TYPES).rsplit("/", 1)[-1] for each in source_types}
    if disclosed or said & set(_BY_TRAINED):
        return True
    return False if said and said <= set(_BY_NO_MODEL) else None


def _mark(work: Work | None, binding: SoftBinding | None) -> int | None:
    if work is not None and work.mark is not None:
        return int(work.mark, 16)
    return binding.mark if binding is not None else None


def _footprint(said: EnvironmentalSustainability | None) -> Any:
    """The energy and the carbon that a manifest states; None where it does not state both."""
    from tianmu.governance.footprint import Footprint

    if said is None or said.energy_kwh is None or said.carbon_kgco2e is None:
        return None
    return Footprint(
        energy_kwh=said.energy_kwh.value,
        carbon_kg=said.carbon_kgco2e.value,
        method=said.energy_kwh.measurement_method,
    )


def _codes(results: dict[str, Any], kind: str) -> list[str]:
    rows = results.get(kind)
    return [code for row in rows if (code := _text(row, "code"))] if isinstance(rows, list) else []


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(row: object, key: str) -> str:
    """What stands under a key, where it is text."""
    found = _mapping(row).get(key)
    return found if isinstance(found, str) else ""
