"""A take opened: made again, its words traced through the network, and every claim of the page measured on the take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tianmu.core.errors import InputError
from tianmu.core.files import whole_folder, write_text
from tianmu.core.text import say
from tianmu.engines.protocol import Engine, ExplainingEngine, Insight, Progress
from tianmu.engines.registry import get_engine, require
from tianmu.governance.provenance import Claim
from tianmu.media.digest import FrameDigest
from tianmu.studio.claims import LONGEST_TITLE, mark_from
from tianmu.studio.explain.attribution import (
    GOAL,
    PLAIN,
    Agreement,
    Fitted,
    Maps,
    agree,
    change_maps,
    fitted_for,
    maps_through,
)
from tianmu.studio.explain.nearest import Neighbour, nearest_scenes
from tianmu.studio.explain.phrases import Phrase, phrases_of
from tianmu.studio.explain.reading import WordRead, read_words
from tianmu.studio.marking import EVERYBODY, Leave, Marking
from tianmu.studio.recipe import Recipe, installed_versions, machine
from tianmu.studio.render import silent
from tianmu.studio.repeat import compare

PAGE, NUMBERS = "explain.html", "explain.json"


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Whether the take could be made again here."""

    frames_sha256: str
    same: bool
    differences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Explanation:
    """Everything that a page says."""

    name: str
    recipe: Recipe
    insight: Insight
    phrases: tuple[Phrase, ...]
    fitted: Fitted | None
    """How the maps were read; None where nothing was fitted for these weights and steps."""
    attention: Maps
    knocked: Maps
    changes: Maps
    agreement: Agreement
    """Of attention with ablation."""
    knocked_agreement: Agreement
    """Of single steps with ablation."""
    words: tuple[WordRead, ...]
    nearest: tuple[Neighbour, ...]
    replay: Replay

    def as_row(self) -> dict[str, Any]:
        """All numbers, as JSON values."""
        insight = self.insight
        return {
            "schema": "tianmu.explanation.1",
            "name": self.name,
            "prompt": self.recipe.request.prompt,
            "caption": insight.caption,
            "engine": self.recipe.engine,
            "model_digest": self.recipe.model_digest,
            "understood": dict(self.recipe.understood),
            "replay": asdict(self.replay),
            "agreement": asdict(self.agreement) | {"goal": GOAL},
            "knocked_agreement": asdict(self.knocked_agreement) | {"goal": GOAL},
            "fitted": None if self.fitted is None else asdict(self.fitted),
            "words": [asdict(word) for word in self.words],
            "phrases": [
                asdict(phrase)
                | {"mean_change": _number(self.changes[place].mean()), "change": _numbers(self.changes[place])}
                | {"attention": _numbers(self.attention[place], 6), "knocked": _numbers(self.knocked[place], 4)}
                for place, phrase in enumerate(self.phrases)
            ],
            "attention_by_step_and_block": {
                word: _numbers(insight.took[:, :, place].mean((2, 3, 4)), 6) for place, word in _numbered(insight.words)
            },
            "steps_from_the_end": [
                _number(np.abs(step.astype(np.int16) - insight.frames).mean()) for step in insight.steps
            ],
            "nearest": [
                {"caption": each.caption, "seed": each.seed, "distance": _number(each.distance)}
                for each in self.nearest
            ],
        }


def explain_take(
    name: str,
    recipe: Recipe,
    folder: Path,
    *,
    leave: Leave = EVERYBODY,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Explanation:
    """Write `explain.html` and `explain.json` into `folder`; the page is labelled, and signed by a sidecar.

    1. The take is made again, and its frames are compared with the recipe's.
    2. The engine makes it once more with an eye on its attention, and once without each phrase of its caption.
    3. What attention names is compared with what leaving out changes.
    4. Scenes of the training world are drawn and compared.

    Raises:
        InputError: the engine cannot be opened, or the folder holds other files.
        TianmuError: any other of its tree; see `core.errors`.
    """
    from tianmu.studio.explain.page import write_page

    engine = get_engine(recipe.engine)
    if not isinstance(engine, ExplainingEngine):
        raise InputError(
            say(
                f"The engine {recipe.engine!r} cannot be opened: it does not show how it makes its pictures; "
                "take a recipe of the engine native.",
                f"引擎 {recipe.engine!r} 无法打开：它不展示画面是怎样生成的；请改用 native 引擎的配方。",
            )
        )
    require(engine, recipe.request)
    marking = Marking(mark_from({"explained": recipe.to_json()}), leave)
    with whole_folder(folder, replaces=lambda place: overwrite and _ours(place)) as part:
        with marking.meter:
            told = _look(name, recipe, engine, progress)
            write_text(part / NUMBERS, json.dumps(told.as_row(), indent=1, ensure_ascii=False) + "\n")
            write_page(part / PAGE, told, words=marking.words, metadata=marking.metadata)
        keys = [told.insight.frames[len(told.insight.frames) // 2]]
        marking.sign(part / PAGE, replace(_claim(engine, recipe), footprint=marking.meter.footprint), keys)
    return told


def _look(name: str, recipe: Recipe, engine: ExplainingEngine, progress: Progress) -> Explanation:
    replay = _replay(recipe, engine, _part(progress, 0.0, 0.3))  # 1
    found: list[Phrase] = []

    def divide(caption: str, understood: Mapping[str, Any]) -> list[tuple[int, ...]]:
        found.extend(phrases_of(caption, understood["scene"]))
        return [phrase.places for phrase in found]

    insight = engine.explain(recipe.request, divide, _part(progress, 0.3, 0.8))  # 2
    phrases = tuple(found)
    fit = fitted_for(engine.model_digest, insight)
    lenses = (fit.attention, fit.knocked) if fit else PLAIN
    (attention, knocked), changes = (maps_through(lens, insight, phrases) for lens in lenses), change_maps(insight)
    progress(0.8, say("drawing neighbours", "绘制相近场景"))
    nearest = nearest_scenes(  # 4
        insight.frames, recipe.understood["scene"], recipe.request.seconds, recipe.request.seed
    )
    progress(1.0, say("writing", "写出"))
    return Explanation(
        name=name,
        recipe=recipe,
        insight=insight,
        phrases=phrases,
        fitted=fit,
        attention=attention,
        knocked=knocked,
        changes=changes,
        agreement=agree(attention, changes),  # 3
        knocked_agreement=agree(knocked, changes),
        words=read_words(recipe.request.prompt, recipe.understood),
        nearest=nearest,
        replay=replay,
    )


def _replay(recipe: Recipe, engine: Engine, progress: Progress) -> Replay:
    footage, digest = engine.generate(recipe.request, progress), FrameDigest()
    for chunk in footage.chunks:
        for frame in chunk:
            digest.update(frame)
    made = digest.hexdigest()
    same = made == recipe.frames_sha256
    after = replace(
        recipe,
        model_digest=footage.model_digest,
        device=footage.device,
        machine=machine(),
        versions=installed_versions(),
        understood=json.loads(json.dumps(footage.understood)),
        effective=json.loads(json.dumps(footage.effective)),
        frames_sha256=made,
    )
    return Replay(frames_sha256=made, same=same, differences=() if same else compare(recipe, after))


def _claim(engine: Engine, recipe: Recipe) -> Claim:
    title = say(f"How this was made: {recipe.request.prompt}", f"这是怎样做成的：{recipe.request.prompt}")
    return Claim(
        title=title.strip()[:LONGEST_TITLE],
        kind="document",
        trained=engine.capabilities.trained,
        model_name=engine.name,
        model_digest=recipe.model_digest,
        engine=engine.name,
        oversight="prompt_guided",
    )


def _part(progress: Progress, start: float, end: float) -> Progress:
    def told(fraction: float, what: str, preview: Any = None) -> None:
        progress(start + (end - start) * fraction, what, preview)

    return told


def _ours(folder: Path) -> bool:
    return {path.name for path in folder.iterdir()} <= {PAGE, NUMBERS, f"{PAGE}.c2pa"}


def _numbered(words: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Every word by its place, so that a word that comes twice is told apart."""
    return ((place, f"{place + 1} {word}") for place, word in enumerate(words))


def _number(value: Any) -> float:
    return round(float(value), 3)


def _numbers(array: NDArray[np.float32], digits: int = 2) -> list[Any]:
    return np.round(array.astype(float), digits).tolist()
