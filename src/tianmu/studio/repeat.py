"""Make a take again from its recipe, and say whether it is the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.studio.marking import Leave
from tianmu.studio.recipe import Recipe
from tianmu.studio.render import TakeFiles, render_take, silent
from tianmu.studio.screening import repeating


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """A take that was made again.

    `same` means every byte but those of the signature; else `differences` says what may be the reason.
    """

    take: TakeFiles
    same_frames: bool
    same_file: bool
    differences: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the film is the same, byte by byte."""
        return self.same_frames and self.same_file


def repeat_path(recipe_path: Path) -> Path:
    """`fox-repeat.mp4` for `fox.mp4.recipe.json`."""
    film = Path(recipe_path.name.removesuffix(".json").removesuffix(".recipe"))
    return recipe_path.with_name(f"{film.stem}-repeat{film.suffix}")


def repeat_take(
    recipe: Recipe,
    output: Path,
    *,
    leave: Leave | None = None,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Repetition:
    """Make the take of `recipe` again at `output`, and compare the digests.

    `leave` None marks it as the recipe says. A face in the picture that it begins from needs its consent now as it did
    then.

    Raises:
        TianmuError: any of its tree; see `core.errors`.
    """
    marks = recipe.marks
    with repeating(recipe.verdict):
        take = render_take(
            recipe.request,
            recipe.engine,
            output,
            format=recipe.format,
            leave=leave or Leave(audience=marks.audience if marks else None),
            producer=marks.producer if marks else None,
            overwrite=overwrite,
            progress=progress,
        )
    same_frames = take.recipe.frames_sha256 == recipe.frames_sha256
    same_file = take.recipe.encoded_sha256 == recipe.encoded_sha256
    return Repetition(
        take=take,
        same_frames=same_frames,
        same_file=same_file,
        differences=() if same_frames and same_file else compare(recipe, take.recipe),
    )


def compare(before: Recipe, after: Recipe) -> tuple[str, ...]:
    """What is not the same in two recipes of one request, a short clause each: versions, weights, device, frames."""
    names = sorted(before.versions.keys() | after.versions.keys())
    pairs = [
        *((name, before.versions.get(name), after.versions.get(name)) for name in names),
        (say("weights", "权重"), before.model_digest, after.model_digest),
        (say("device", "设备"), before.device, after.device),
        (say("machine", "机器"), before.machine, after.machine),
        *(
            (key, before.effective.get(key), after.effective.get(key))
            for key in sorted(before.effective.keys() | after.effective.keys())
        ),
        (say("label for", "标识对象"), before.marks and before.marks.audience, after.marks and after.marks.audience),
        (say("caption", "扩写后的描述"), before.understood.get("caption"), after.understood.get("caption")),
        (say("frames", "画面"), before.frames_sha256, after.frames_sha256),
        (say("file", "文件"), before.encoded_sha256, after.encoded_sha256),
    ]
    return tuple(
        say(f"{name}: {_short(old)} then, {_short(new)} now", f"{name}：当时 {_short(old)}，现在 {_short(new)}")
        for name, old, new in pairs
        if old != new
    )


def _short(value: object) -> str:
    text = say("none", "无") if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:12]}…"
