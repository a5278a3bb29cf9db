"""The learned upscaler against enlargement: what the codec drew, twice as large, against the same scene rendered so.

    python benchmarks/upscale.py [--clips 24]

Held-out scenes of the model's cast. PSNR over the whole picture and over the pixels of the subject, and milliseconds a
frame. Plain enlargement is bicubic. The input is what the codec makes of the small render, as in a shot.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import random
import statistics
import time
from typing import Any

import torch
import torch.nn.functional as F

from tianmu.model.generate import native_size
from tianmu.model.weights import load_model
from tianmu.training.data import draw_scene
from tianmu.world.render import render_clip
from tianmu.world.truth import clip_masks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=24)
    clips = parser.parse_args().clips
    model = load_model()
    if model.upscaler is None:
        raise SystemExit("These weights hold no upscaler: train it with `tianmu train --stages upscale`.")
    height, width = native_size("16:9", model)
    rows: dict[str, list[tuple[float, float, float]]] = {"bicubic": [], "learned": []}
    for number in range(clips):
        scene = draw_scene(random.Random(f"upscale/{number}"), model.info["cast"], held_out=True, crowd=0)
        shape: dict[str, Any] = {"num_frames": 8, "fps": 8.0, "start": 8, "of": 32}
        large = render_clip(scene, **shape, height=2 * height, width=2 * width)
        mask = clip_masks(scene, **shape, height=2 * height, width=2 * width).amax(0)
        with torch.inference_mode():
            small = F.avg_pool3d(large[None], (1, 2, 2))
            drawn = model.codec.decode(model.codec.encode(small)).clamp(-1, 1)
            for name in rows:
                began = time.perf_counter()
                if name == "learned":
                    made = model.upscaler(drawn)[0]
                else:
                    made = F.interpolate(drawn[0].transpose(0, 1), scale_factor=2, mode="bicubic").transpose(0, 1)
                spent = (time.perf_counter() - began) / drawn.shape[2]
                error = (made.clamp(-1, 1) - large).square().mean(0)
                subject = float((error * mask).sum() / mask.sum().clamp(min=1))
                rows[name].append((_psnr(float(error.mean())), _psnr(subject), 1000 * spent))
    print(f"{clips} held-out clips of 8 frames, {width} x {height} to twice that; median [lowest .. highest]")
    print(f"{platform.machine()}, {os.cpu_count()} cores, torch {torch.__version__}, {torch.get_num_threads()} threads")
    print(f"{'enlarged by':<12} {'PSNR dB':>22} {'PSNR of subject dB':>24} {'ms a frame':>22}")
    for name, values in rows.items():
        cells = [f"{statistics.median(c):.2f} [{min(c):.2f} .. {max(c):.2f}]" for c in zip(*values, strict=True)]
        print(f"{name:<12} {cells[0]:>22} {cells[1]:>24} {cells[2]:>22}")


def _psnr(mse: float) -> float:
    return 10 * math.log10(4 / max(mse, 1e-9))


if __name__ == "__main__":
    main()
