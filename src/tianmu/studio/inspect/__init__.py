"""The detector: what a picture, a film or a sound that came from anywhere says of itself, and whether that holds.

    inspect_file(path, store=store, home=home) -> Report

`kinds` recognises it, `reading` has a `worker` process read its `layers`, `works` asks the store, `verdict` weighs it.
"""

from tianmu.studio.inspect.inspection import inspect_file
from tianmu.studio.inspect.reading import Reader
from tianmu.studio.inspect.report import EXIT_CODES, Layer, Report

__all__ = ["EXIT_CODES", "Layer", "Reader", "Report", "inspect_file"]
