"""From words to shots: what a screenplay needs, who plays it, and how every scene is covered.

    break_down(screenplay)                  what is needed, in the industry's categories
    cast_assets(screenplay, breakdown)      a digital twin for every character, set and prop
    plan_shots(screenplay, assets)          the shots, each with its prompt and its reasons

Rules plan; a language model may (`language.py`), and where it fails the rules take over and say so.
"""

from tianmu.studio.planner.breakdown import break_down, link_assets
from tianmu.studio.planner.casting import cast_assets
from tianmu.studio.planner.endpoint import Endpoint, endpoint_from, language_planner
from tianmu.studio.planner.frames import HOME, fit_frame
from tianmu.studio.planner.language import LanguagePlanner, PlanFailed
from tianmu.studio.planner.plan import plan_shots
from tianmu.studio.planner.prompts import planned_scene, write_prompt

__all__ = [
    "HOME",
    "Endpoint",
    "LanguagePlanner",
    "PlanFailed",
    "break_down",
    "cast_assets",
    "endpoint_from",
    "fit_frame",
    "language_planner",
    "link_assets",
    "plan_shots",
    "planned_scene",
    "write_prompt",
]
