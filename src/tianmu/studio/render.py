"""The one path from a request to a take: the command line, later the server and the cluster, call `render_take`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tianmu.core.aside import aside
from tianmu.core.errors import EngineError, TianmuError
from tianmu.core.files import write_text
from tianmu.core.text import say
from tianmu.engines.protocol import Engine, Footage, Frames, Progress, ShotRequest
from tianmu.engines.registry import get_engine, require
from tianmu.media.digest import FrameDigest
from tianmu.media.image import contact_sheet, sheet_indices
from tianmu.media.video import Format, VideoInfo, check_video, write_video
from tianmu.studio.claims import claim_of_shot, mark_of
from tianmu.studio.marking import EVERYBODY, Leave, Marking, require_room
from tianmu.studio.output import recipe_path, sheet_path, staging
from tianmu.studio.recipe import Recipe, installed_versions, machine
from tianmu.studio.screening import Screening, review_request

SHEET_CELLS = 12
SHEET_COLUMNS = 4


@dataclass(frozen=True, kw_only=True)
class TakeFiles:
    """One shot that was made and kept: the film, how to make it again, and its contact sheet if one was asked for."""

    video: VideoInfo
    recipe: Recipe
    recipe_path: Path
    sheet_path: Path | None = None


def silent(fraction: float, what: str, preview: Frames | None = None) -> None:
    """A progress that tells nobody."""


def render_take(
    request: ShotRequest,
    engine_name: str,
    output: Path,
    *,
    format: Format,
    leave: Leave | None = EVERYBODY,
    inputs: tuple[Path, ...] = (),
    producer: str | None = None,
    sheet: bool = False,
    overwrite: bool = False,
    progress: Progress = silent,
) -> TakeFiles:
    """Make one take: the film at `output`, its recipe beside it, and a contact sheet where one is wanted.

    1. The words are reviewed, and `inputs` for faces; then the engine is loaded, and refuses before it starts what it
       cannot do; so do the rules of whom it leaves for.
    2. A hidden folder beside `output` takes all files, so that they appear together or not at all.
    3. Frames stream from the engine, labelled and watermarked, into the file; beside that their digest is taken and
       they are reviewed, so that what may not be shown is gone before anybody has seen it.
    4. The recipe says how to make the same bytes again, and the verdict.
    5. The file is signed, with `inputs` (pictures that it began from) as ingredients, and recorded in the store.

    `leave` None is a take that stays in the studio; `producer` names the studio whose take is repeated.

    Raises:
        TianmuError: any of its tree; see `core.errors`.
    """
    started = time.perf_counter()
    audience = leave and leave.audience
    words = review_request(request, inputs, audience)  # 1
    engine = get_engine(engine_name)
    require(engine, request)
    check_video(output, request.width, request.height, request.fps, format=format)
    require_room(leave, request.width, request.height)
    marking = Marking(mark_of(request, engine), leave, producer=producer)
    with staging(output, overwrite=overwrite) as folder, marking.meter:  # 2
        footage = _generate(engine, request, progress)  # 3
        marking.meter.device = footage.device
        cells, path = _Cells(footage.num_frames if sheet else 0), folder / output.name
        watch = _Watch(FrameDigest(), cells, Screening(words, request, footage, audience))
        with aside(watch.see) as see:
            frames = marking.pictures(_watched(engine.name, footage, see), footage, planar=format == "mp4")
            video = write_video(path, frames, footage.fps, format=format, metadata=marking.metadata)
        recipe = _recipe(engine, request, footage, video, format, marking, watch, started)  # 4
        write_text(folder / recipe_path(output).name, recipe.to_json())
        claim = claim_of_shot(engine, recipe, inputs)
        signed = marking.sign(path, claim)  # 5
        if sheet:
            picture = contact_sheet(cells.kept, SHEET_COLUMNS, labels=cells.labels(footage))
            marking.write_picture(folder / sheet_path(output).name, picture, replace(claim, kind="picture"))
    return TakeFiles(
        video=replace(video, path=output, sha256=signed.sha256, bytes=_size(output)),
        recipe=recipe,
        recipe_path=recipe_path(output),
        sheet_path=sheet_path(output) if sheet else None,
    )


def _recipe(
    engine: Engine,
    request: ShotRequest,
    footage: Footage,
    video: VideoInfo,
    format: Format,
    marking: Marking,
    watch: _Watch,
    started: float,
) -> Recipe:
    """What was made and how; raises Refused where the rules do not let it be shown."""
    verdict, notes = watch.screening.require()
    return Recipe(
        engine=engine.name,
        model_digest=footage.model_digest,
        request=request,
        format=format,
        understood=_as_json(footage.understood),
        notes=(*footage.notes, *notes, *marking.notes),
        effective=_as_json(footage.effective),
        device=footage.device,
        machine=machine(),
        versions=installed_versions(),
        frames_sha256=watch.digest.hexdigest(),
        encoded_sha256=video.sha256,
        seconds_taken=round(time.perf_counter() - started, 3),
        marks=marking.marks,
        footprint=marking.meter.footprint.as_row(),
        verdict=_as_json(verdict.as_row()),
    )


class _Cells:
    """The few frames that a contact sheet shows, picked out as they stream by."""

    def __init__(self, num_frames: int) -> None:
        self.indices = sheet_indices(num_frames, SHEET_CELLS) if num_frames else ()
        self.kept: list[Frames] = []

    def take(self, index: int, frame: Frames) -> None:
        if index in self.indices:
            self.kept.append(frame)

    def labels(self, footage: Footage) -> list[str]:
        """The time of each, in seconds."""
        return [f"{float(index / footage.fps):.2f} s" for index in self.indices]


def _generate(engine: Engine, request: ShotRequest, progress: Progress) -> Footage:
    try:
        return engine.generate(request, progress)
    except TianmuError:
        raise
    except Exception as error:
        raise _failed(engine.name, f"{type(error).__name__}: {error}") from error


@dataclass(frozen=True)
class _Watch:
    """All that looks at the frames and leaves them as they are."""

    digest: FrameDigest
    cells: _Cells
    screening: Screening

    def see(self, index: int, frame: Frames) -> None:
        self.cells.take(index, frame)
        self.screening.see(index, frame)
        self.digest.update(frame)


def _watched(name: str, footage: Footage, see: Callable[[int, Frames], None]) -> Iterator[Frames]:
    """Single frames `[h w 3]` uint8, counted, checked and shown to `see`; nobody can write to them any more.

    Raises:
        EngineError: the engine fails, or gives other frames than it promised.
    """
    expected = (footage.height, footage.width, 3)
    chunks, count = iter(footage.chunks), 0
    while True:
        try:
            chunk = next(chunks, None)
        except TianmuError:
            raise
        except Exception as error:
            raise _failed(name, f"{type(error).__name__}: {error}") from error
        if chunk is None:
            break
        for frame in chunk:
            if frame.shape != expected or frame.dtype != np.uint8:
                raise _failed(name, f"{frame.shape} {frame.dtype} came instead of {expected} uint8")
            held = frame.copy()  # an engine may draw the next frame where this one is
            held.flags.writeable = False
            see(count, held)
            count += 1
            yield held
    if count != footage.num_frames:
        raise _failed(name, f"{count} frames came instead of {footage.num_frames}")


def _failed(name: str, reason: str) -> EngineError:
    reason = reason.splitlines()[0]
    return EngineError(
        say(
            f"The engine {name!r} failed while it made the shot ({reason}); try another engine, or report it.",
            f"引擎 {name!r} 在制作镜头时出错（{reason}）；请换一个引擎，或报告此问题。",
        )
    )


def _size(path: Path) -> int:
    """Bytes of a file, or of the files in a folder."""
    return sum(entry.stat().st_size for entry in (path.iterdir() if path.is_dir() else (path,)))


def _as_json(value: Any) -> Any:
    """The same value as it will come back from a file: tuples are lists, keys are strings."""
    return json.loads(json.dumps(value))
