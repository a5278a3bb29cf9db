"""How varied a film is, and a model: scores, doubles, nearness to earlier films, and changes that would widen it.

measure_variety(project, store, home)   of a film of the studio
measure_model(pictures, prompts)        of pictures that a model made of prompts, each with its own
try_engine(prompts, engine, ...)        the same, with the pictures made now
"""

from tianmu.studio.variety.film import Double, Takes, Variety, as_row, measure_variety
from tianmu.studio.variety.model import ModelVariety, measure_model, read_prompts, try_engine

__all__ = [
    "Double",
    "ModelVariety",
    "Takes",
    "Variety",
    "as_row",
    "measure_model",
    "measure_variety",
    "read_prompts",
    "try_engine",
]
