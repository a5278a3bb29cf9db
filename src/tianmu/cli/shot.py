"""`tianmu shot`: a sentence becomes a film, with the recipe to make it again."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs, add_leave_options, leave_of, real, whole
from tianmu.cli.policy import add_override_options
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.studio.render import TakeFiles

LONGEST_SERIES = 100
RANDOM_SEEDS = 2**31


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `shot` and its options."""
    parser = verbs.add_parser("shot", help=say("make a shot out of a sentence", "用一句话生成一个镜头"))
    add = parser.add_argument
    add("prompt", help=say("what the shot shows, in any language", "镜头里有什么，任何语言都可以"))
    add(
        "-o",
        "--output",
        type=Path,
        help=say("the film (default: named after the prompt)", "影片文件（默认以提示词命名）"),
    )
    add("--engine", default=None, help=say("which engine makes it (default: native)", "使用哪个引擎（默认 native）"))
    add("--seconds", default="4", help=say("its length (default: 4)", "时长，秒（默认 4）"))
    add(
        "--aspect",
        default="16:9",
        help=say(
            "16:9, 9:16, 1:1, 4:5, 4:3 or 2.39:1 (default: 16:9)",
            "画幅 16:9、9:16、1:1、4:5、4:3 或 2.39:1（默认 16:9）",
        ),
    )
    add(
        "--size",
        help=say(
            "WIDTHxHEIGHT in pixels (default: the engine's own for the aspect)",
            "宽x高，像素（默认取引擎在该画幅下的尺寸）",
        ),
    )
    add("--fps", help=say("frames a second (default: the engine's own)", "帧率（默认由引擎决定）"))
    add(
        "--seed",
        type=whole("--seed", 0, 2**63 - 1),
        help=say("the same seed makes the same film (default: random)", "同一种子得到同一影片（默认随机）"),
    )
    add(
        "--steps",
        type=whole("--steps", 1, 1000),
        help=say("denoising steps (default: the engine's own)", "去噪步数（默认由引擎决定）"),
    )
    add(
        "--guidance",
        type=real("--guidance", 0, 100),
        help=say("how closely it follows the words; 1 is off", "对文字的遵循程度；1 为关闭"),
    )
    add("--negative", default="", help=say("what should not be seen", "不想看到的内容"))
    add("--image", type=Path, help=say("a picture to begin with, as the first frame", "作为第一帧的图片"))
    add(
        "--variations",
        type=whole("--variations", 1, LONGEST_SERIES),
        default=1,
        metavar="N",
        help=say("make N films, each from the next seed", "生成 N 个影片，种子依次加一"),
    )
    add(
        "--format",
        choices=("mp4", "gif", "webp", "png"),
        help=say("default: by the name's ending; png is a folder of pictures", "默认按文件名后缀；png 为图片文件夹"),
    )
    add("--sheet", action="store_true", help=say("write a contact sheet too", "同时写出小样（接触印相）"))
    add(
        "--verbatim",
        action="store_true",
        help=say("give the prompt to the engine as it is, unexpanded", "按原样使用提示词，不扩写"),
    )
    add(
        "--upscale",
        action=argparse.BooleanOptionalAction,
        help=say("double the size with the learned upscaler", "用学习得到的放大器放大一倍"),
    )
    add(
        "--interpolate",
        action=argparse.BooleanOptionalAction,
        help=say("fill in frames by motion interpolation", "用运动插帧补足帧率"),
    )
    add_leave_options(add)
    add_override_options(add)
    add("--overwrite", action="store_true", help=say("replace files that are there", "允许覆盖已有文件"))
    add(
        "--json", action="store_true", help=say("print one JSON object, for programs", "输出一个 JSON 对象，供程序读取")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Review the words before an engine is loaded; then make the film, or each of the variations."""
    from tianmu.studio.review import require_allowed

    require_allowed(arguments.prompt, arguments.negative, arguments.audience)  # what is refused loads nothing else
    import json
    import secrets

    from tianmu.cli.progress import progress_bar
    from tianmu.engines.protocol import plan_request
    from tianmu.engines.registry import DEFAULT_ENGINE, get_engine, require
    from tianmu.film.shot import Shot, parse_size
    from tianmu.film.time import parse_fps, parse_seconds
    from tianmu.media.image import read_image
    from tianmu.media.video import check_video
    from tianmu.studio.output import choose_output, refuse_existing, variation_path
    from tianmu.studio.render import render_take

    wanted = Shot(
        prompt=arguments.prompt,
        negative_prompt=arguments.negative,
        seconds=parse_seconds(arguments.seconds),
        aspect=arguments.aspect,
        pixels=parse_size(arguments.size) if arguments.size is not None else None,
        fps=parse_fps(arguments.fps) if arguments.fps is not None else None,
    )
    leave = leave_of(arguments)
    output, format = choose_output(arguments.output, arguments.format, arguments.prompt)
    engine = get_engine(arguments.engine or DEFAULT_ENGINE)
    first_seed = secrets.randbelow(RANDOM_SEEDS) if arguments.seed is None else arguments.seed
    planned = [
        (
            plan_request(
                wanted,
                engine.capabilities,
                seed=first_seed + index,
                num_steps=arguments.steps,
                guidance_scale=arguments.guidance,
                first_frame=read_image(arguments.image) if arguments.image else None,
                verbatim=arguments.verbatim,
                upscale=arguments.upscale,
                interpolate=arguments.interpolate,
            ),
            variation_path(output, index, arguments.variations),
        )
        for index in range(arguments.variations)
    ]
    for request, path in planned:  # every reason to refuse is found before the first film is begun
        require(engine, request)
        check_video(path, request.width, request.height, request.fps, format=format)
        refuse_existing(path, overwrite=arguments.overwrite)
    takes: list[TakeFiles] = []
    for request, path in planned:
        with progress_bar() as progress:
            take = render_take(
                request,
                engine.name,
                path,
                format=format,
                leave=leave,
                inputs=(arguments.image,) if arguments.image else (),
                sheet=arguments.sheet,
                overwrite=arguments.overwrite,
                progress=progress,
            )
        takes.append(take)
        if not arguments.json:
            print(summary(take))
    if arguments.json:
        print(json.dumps({"takes": [as_row(take) for take in takes]}, ensure_ascii=False))
    return 0


def summary(take: TakeFiles) -> str:
    """One line: file, size, duration, seconds taken, seed, engine, how to repeat it; below it what was replaced."""
    import shlex

    video, recipe = take.video, take.recipe
    length = float(video.num_frames / video.fps)
    again = f"tianmu repeat {shlex.quote(str(take.recipe_path))}"
    size = f"{video.width}x{video.height}, {readable_bytes(video.bytes)}"
    line = say(
        f"{video.path}: {size}, {length:.4g} s, took {recipe.seconds_taken:.1f} s, seed {recipe.request.seed}, "
        f"engine {recipe.engine}; again: {again}",
        f"{video.path}：{size}，{length:.4g} 秒，用时 {recipe.seconds_taken:.1f} 秒，种子 {recipe.request.seed}，"
        f"引擎 {recipe.engine}；重做：{again}",
    )
    return "\n".join((line, *(f"  {note}" for note in recipe.notes)))


def as_row(take: TakeFiles) -> dict[str, object]:
    """What a program may want to know of a take."""
    video, recipe = take.video, take.recipe
    return {
        "file": str(video.path),
        "recipe": str(take.recipe_path),
        "sheet": str(take.sheet_path) if take.sheet_path else None,
        "format": recipe.format,
        "width": video.width,
        "height": video.height,
        "num_frames": video.num_frames,
        "fps": str(video.fps),
        "seconds": float(video.num_frames / video.fps),
        "bytes": video.bytes,
        "seconds_taken": recipe.seconds_taken,
        "seed": recipe.request.seed,
        "engine": recipe.engine,
        "caption": recipe.understood.get("caption"),
        "understood": recipe.understood,
        "notes": recipe.notes,
        "frames_sha256": recipe.frames_sha256,
        "encoded_sha256": recipe.encoded_sha256,
        "file_sha256": video.sha256,
        "mark": recipe.marks and recipe.marks.mark,
        "footprint": recipe.footprint,
    }


def readable_bytes(count: int) -> str:
    """`812 B`, `34.5 kB`, `1.2 MB`."""
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
