"""A small film that was made with the fake engine, in a store of its own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tianmu.core.settings import settings
from tianmu.engines.protocol import Progress, ShotRequest
from tianmu.film.cut import Cut
from tianmu.film.shot import Shot
from tianmu.film.take import Take
from tianmu.governance.policy import judge, policies_in_force
from tianmu.studio.assembly import Filmed, arranged, assemble
from tianmu.studio.credits import credit_lines
from tianmu.studio.documents import keep
from tianmu.studio.edition import Edition
from tianmu.studio.importers import parse_fountain
from tianmu.studio.plan import Plan, plan_film, read_plan
from tianmu.studio.recipe import Recipe
from tianmu.studio.store import Project
from tianmu.studio.takes import FilmSettings

SCRIPT = """Title: Two on the Ice
Author: A. Writer

EXT. SNOWFIELD - DAWN #1#

EMBER, a fox, walks across the snow.

EMBER
Good morning.
早上好。

MOSS, a rabbit, stands in the snow.

MOSS
Good morning, Ember.

DISSOLVE TO:

INT. KITCHEN - NIGHT #2#

MOSS, a rabbit, stands alone.

MOSS
It is late.
"""
SETTINGS = FilmSettings(engine="fake", pixels=(64, 36), handles=8)
LOOKED = ("frames/black", "frames/face", "frames/flash", "frames/frozen", "frames/nudity")


@dataclass
class Made:
    """A project with a kept cut; its takes are no films, for nothing here looks into them."""

    project: Project

    @property
    def plan(self) -> Plan:
        return read_plan(self.project)

    @property
    def cut(self) -> Cut:
        stored = self.project.read(Cut)
        assert stored is not None
        return stored.value

    def cut_again(self) -> Cut:
        """Cut as is decided, as `tianmu film` does."""
        plan = self.plan
        takes = {take.slate: take for take in self.project.takes()}
        filmed = [Filmed(shot=shot, take=takes[shot.slate]) for shot in plan.shots.shots]
        filmed = arranged(filmed, plan.decisions)
        credits = credit_lines(plan.screenplay, plan.assets, filmed)
        fps, handles = SETTINGS.fps, SETTINGS.handles
        cut = assemble(filmed, plan.screenplay, plan.decisions, fps=fps, handles=handles, credits=credits)
        keep(self.project, cut)
        return cut


def recipe_of(shot: Shot) -> str:
    """The recipe of a take in which nothing was found, under the policies in force."""
    verdict = replace(judge((), policies_in_force(settings().home, "all")), audience="all", looked=LOOKED)
    recipe = Recipe(
        engine="fake",
        model_digest=None,
        request=ShotRequest(
            prompt=shot.prompt, num_frames=24, fps=SETTINGS.fps, width=64, height=36, seed=len(shot.slate)
        ),
        format="mp4",
        effective={"of": shot.slate},
        device="cpu",
        machine="",
        versions={},
        frames_sha256="",
        encoded_sha256="",
        seconds_taken=1.0,
        verdict=verdict.as_row(),
    )
    return recipe.to_json()


@pytest.fixture
def made(project: Project, tmp_path: Path) -> Made:
    """The film of `SCRIPT`."""
    plan = plan_film(parse_fountain(SCRIPT), project, SETTINGS)
    keep(project, SETTINGS)
    for shot in plan.shots.shots:
        files: dict[str, Path] = {}
        for part in ("film", "recipe", "thumbnail"):
            path = tmp_path / f"{shot.slate}.{part}"
            path.write_bytes(recipe_of(shot).encode() if part == "recipe" else f"{part} of {shot.slate}".encode())
            files[project.media.put(path)] = path
        film, recipe, thumbnail = files
        frames = round(shot.seconds * SETTINGS.fps) + 2 * SETTINGS.handles
        take = Take(
            id=f"{shot.slate}-take".ljust(24, "0"), key=shot.slate, seed=0, engine="fake", slate=shot.slate, number=1,
            film=film, recipe=recipe, thumbnail=thumbnail, num_frames=frames, fps=SETTINGS.fps, width=64, height=36,
            bytes=1, seconds_taken=1,
        )  # fmt: skip
        project.keep_take(take, files)
    made = Made(project)
    made.cut_again()
    return made


def stems(edition: Edition, names: Mapping[str, str], folder: Path, progress: Progress) -> tuple[tuple[Path, ...], str]:
    """Files of a stem's name each, in place of the film's sound."""
    files = tuple(folder / f"{name}.wav" for name in names.values())
    for path in files:
        path.write_bytes(path.name.encode())
    return files, "louder"


def copy(project: Project, take: Take, output: Path) -> None:
    """A plain copy, where the studio labels, watermarks and signs."""
    shutil.copyfile(project.media.path(take.film), output)
