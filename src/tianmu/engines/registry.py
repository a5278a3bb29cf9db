"""Engines by name. An engine is imported when it is asked for, so a broken one breaks itself and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from tianmu.core.errors import EngineError, TianmuError, UnknownEngine, UnsupportedRequest
from tianmu.core.text import say
from tianmu.engines.protocol import Engine, ShotRequest, lacking

GROUP = "tianmu.engines"
DEFAULT_ENGINE = "native"


@dataclass(frozen=True, kw_only=True)
class EngineStatus:
    """An installed engine: either `engine` is there, or `broken` says why it is not."""

    name: str
    source: str
    """The package that brought it, with its version."""
    engine: Engine | None = None
    broken: str | None = None
    cause: Exception | None = None


def engine_names() -> tuple[str, ...]:
    """The names of all installed engines, sorted; nothing is imported."""
    return tuple(sorted(_installed()))


def get_engine(name: str) -> Engine:
    """Load the engine called `name`.

    Raises:
        UnknownEngine: none is installed under that name.
        EngineError: it is installed and cannot be loaded; where the engine itself says why, with an error of the tree,
            that error is raised: a CheckpointError when its weights are missing.
    """
    installed = _installed()
    if name not in installed:
        raise UnknownEngine(name, installed)
    status = _load(installed[name])
    if isinstance(status.cause, TianmuError):
        raise status.cause
    if status.engine is None:
        raise EngineError(
            say(
                f"The engine {name!r} is installed and does not load ({status.broken}); choose another with --engine, "
                f"or repair {status.source}.",
                f"引擎 {name!r} 已安装但无法加载（{status.broken}）；请用 --engine 换一个，或修复 {status.source}。",
            )
        ) from status.cause
    return status.engine


def list_engines() -> list[EngineStatus]:
    """Load every installed engine, by name; a broken one is listed with its reason."""
    return [_load(entry) for _, entry in sorted(_installed().items())]


def require(engine: Engine, request: ShotRequest) -> None:
    """Refuse a request that `engine` cannot make, before it starts.

    Raises:
        UnsupportedRequest: it lacks a capability; the error names it, and which installed engines can make the request.
    """
    missing = lacking(engine.capabilities, request)
    if missing is None:
        return
    others = [status.engine for status in list_engines() if status.engine and status.name != engine.name]
    capable = [
        other.name for other in others if other.capabilities.suggested and lacking(other.capabilities, request) is None
    ]
    raise UnsupportedRequest(engine.name, missing, capable)


def _installed() -> dict[str, EntryPoint]:
    """Entry points by name. Where two packages claim one name, Tianmu's own wins, then the first."""
    found: dict[str, EntryPoint] = {}
    for entry in entry_points(group=GROUP):
        if entry.name not in found or entry.value.startswith("tianmu."):
            found[entry.name] = entry
    return found


def _load(entry: EntryPoint) -> EngineStatus:
    source = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
    try:
        engine = entry.load()()
        if not isinstance(engine, Engine):
            missing = [
                word for word in ("name", "capabilities", "model_digest", "generate") if not hasattr(engine, word)
            ]
            return EngineStatus(name=entry.name, source=source, broken=f"it has no {', '.join(missing)}")
    except TianmuError as error:
        return EngineStatus(name=entry.name, source=source, broken=error.explain(), cause=error)
    except Exception as error:
        return EngineStatus(name=entry.name, source=source, broken=f"{type(error).__name__}: {error}", cause=error)
    return EngineStatus(name=entry.name, source=source, engine=engine)
