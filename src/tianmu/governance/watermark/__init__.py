"""The invisible watermark: 64 bits in every frame, read again after coding, scaling, cropping and turning.

    Watermark(payload, width=, height=).apply(frame)   puts it in      embed.py
    detect(frames)                                     reads it        detect.py

`code.py` protects the bits, `pattern.py` spreads them, `residual.py` takes the picture away, and `geometry.py` finds
the place.
"""

from tianmu.governance.watermark.code import PAYLOAD_BITS
from tianmu.governance.watermark.detect import Found, detect
from tianmu.governance.watermark.embed import LEAST_SIZE, Watermark
from tianmu.governance.watermark.pattern import PUBLIC_KEY

__all__ = ["LEAST_SIZE", "PAYLOAD_BITS", "PUBLIC_KEY", "Found", "Watermark", "detect"]
