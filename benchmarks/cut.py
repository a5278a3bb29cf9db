"""A minute of 1280 x 720 film cut and encoded: by Tianmu, by the ffmpeg command line, and by moviepy; and its memory.

    python benchmarks/cut.py [--runs 3] [--minutes 1 --minutes 30] [--takes FOLDER]

The cut is the same for all: a title card of two seconds, then twelve trimmed pieces of six takes, with a dissolve of
half a second between two of them and one at half speed. All encode with x264, veryfast, crf 18, on two threads and
without macroblock trees. Each case runs in a process of its own, one after the other in every run, and its file is
checked for its frames; time is that of the whole process, start included, with its children.

`floor` decodes as many frames and encodes them, and knows no cuts. `bare` is Tianmu's cut and encoding; `marked` lays
label and watermark on; `whole` speaks, mixes, masters, subtitles and signs too: all that `tianmu film` does with takes
that are there. `rich` is `bare` with a 3D look on every clip, a dissolve at every cut, lower thirds and credits.

`--minutes` prints the memory of `whole` for a film of that length, of the same pieces again and again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil

from tianmu.film.cut import Clip, Cut, Dialogue, Gap, Item, Join, Title, TitleLine, Track

WIDTH, HEIGHT, FPS = 1280, 720, Fraction(24)
NUM_TAKES, TAKE_FRAMES, TITLE_FRAMES = 6, 144, 48
PIECE, HANDLE, DISSOLVE = 116, 6, 12
SLOW, JOINED = 8, 4
"""Which piece is at half speed, and before which there is the dissolve."""
PROMPTS = (
    "a fox walks across a snowfield at dusk, slow pan left",
    "a detective stands in a street at night in the rain",
    "a red car drives along a beach, the camera follows",
    "two children dance in a park in the morning",
    "a robot walks through a forest in the fog",
    "a sailboat floats on the sea at sunset",
)
LINES = (
    "The light comes later every day. I have counted.",
    "Then count again. Yesterday you were asleep.",
    "Nobody has come this way for a hundred winters.",
    "I left the lamp burning. You will find your way.",
)
CASES = ("floor", "ffmpeg", "moviepy", "bare", "marked", "whole", "rich")
ENCODING = ("-preset", "veryfast", "-crf", "18", "-x264-params", "mbtree=0", "-pix_fmt", "yuv420p")


def minutes_cut(minutes: int = 1, *, rich: bool = False) -> Cut:
    """The cut: title and twelve pieces a minute, or the rich one."""
    items: list[Item] = []
    joins: list[Join] = []
    over: list[Item] = []
    said: list[Item] = []
    for minute in range(minutes):
        items.append(Title(lines=(TitleLine(text="The Lighthouse 灯塔", role="title"),), num_frames=TITLE_FRAMES))
        over.append(Gap(num_frames=TITLE_FRAMES))
        said.append(Gap(num_frames=TITLE_FRAMES))
        for index in range(12):
            if rich or index == JOINED:
                joins.append(Join(at=len(items), style="dissolve", num_frames=DISSOLVE))
            items.append(_piece(index, look=str(index % 2) if rich else None))
            line = TitleLine(text=f"Speaker {index}"), TitleLine(text="灯塔看守人")
            third = Title(lines=line, num_frames=PIECE, style="lower_third")
            over.append(third if index % 2 else Gap(num_frames=PIECE))
            spoken = Dialogue(
                character="EMBER", asset=None, text=LINES[(index + minute) % len(LINES)], num_frames=PIECE
            )
            said.append(spoken if index % 2 == 0 else Gap(num_frames=PIECE))
    if rich:
        names = tuple(TitleLine(text=f"Part {index}\tName {index}") for index in range(40))
        items.append(Title(lines=names, num_frames=240, style="credits"))
    tracks = [Track(name="V1", items=tuple(items), joins=tuple(joins))]
    if rich:
        tracks.append(Track(name="V2", items=tuple(over)))
    tracks.append(Track(name="A1", kind="audio", items=tuple(said)))
    return Cut(name="benchmark", fps=FPS, width=WIDTH, height=HEIGHT, tracks=tuple(tracks))


def _piece(index: int, *, look: str | None = None) -> Clip:
    return Clip(
        slate=str(index + 1),
        take=f"take{index % NUM_TAKES}",
        film=str(index % NUM_TAKES),
        start=HANDLE + 5 * (index % 3),
        num_frames=PIECE,
        available=TAKE_FRAMES,
        speed=Fraction(1, 2) if index == SLOW else Fraction(1),
        look=look,
    )


def run_floor(folder: Path, path: Path) -> None:
    """As many frames, decoded and encoded as they are."""
    from tianmu.media.planes import Planes, planes_of
    from tianmu.media.video import write_video

    def frames() -> Iterator[Planes]:
        while True:
            for index in range(NUM_TAKES):
                with av.open(str(folder / f"{index}.mp4")) as container:
                    for picture in islice(container.decode(video=0), PIECE):
                        planes = planes_of(picture)
                        assert planes is not None
                        yield planes

    write_video(path, islice(frames(), minutes_cut().num_frames), FPS)


def run_ffmpeg(folder: Path, path: Path) -> None:
    """The command line: trims as inputs, holds, a cross fade, and all of it put in a row."""
    import imageio_ffmpeg

    inputs = ["-loop", "1", "-framerate", str(FPS), "-t", str(float(TITLE_FRAMES / FPS)), "-i", f"{folder}/title.png"]
    graph = ["[0:v]scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1[v0]"]
    names = ["[v0]"]
    for index in range(12):
        clip = _piece(index)
        before = HANDLE if index == JOINED else 0
        after = HANDLE if index == JOINED - 1 else 0
        first, end = clip.start - before, clip.start + int(PIECE * clip.speed) + after
        inputs += ["-t", f"{float(end / FPS):.6f}", "-i", f"{folder}/{clip.film}.mp4"]
        slower = f"setpts={1 / clip.speed}*PTS,fps={FPS}," if clip.speed != 1 else ""
        graph.append(
            f"[{index + 1}:v]trim=start_frame={first}:end_frame={end},setpts=PTS-STARTPTS,{slower}"
            f"format=yuv420p,setsar=1,settb=1/{FPS}[v{index + 1}]"
        )
        names.append(f"[v{index + 1}]")
    offset = float((PIECE - HANDLE) / FPS)
    graph.append(
        f"[v{JOINED}][v{JOINED + 1}]xfade=transition=fade:duration={float(DISSOLVE / FPS)}:offset={offset:.6f}[x]"
    )
    names[JOINED : JOINED + 2] = ["[x]"]
    graph.append(f"{''.join(names)}concat=n={len(names)}:v=1[out]")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *inputs, "-filter_complex", ";".join(graph)]
    command += ["-map", "[out]", "-r", str(FPS), "-c:v", "libx264", *ENCODING, "-threads", "2"]
    os.execv(command[0], [*command, "-movflags", "+faststart", str(path)])


def run_moviepy(folder: Path, path: Path) -> None:
    """What moviepy 1 offers for each of it."""
    import warnings

    warnings.simplefilter("ignore")
    moviepy: Any = import_module("moviepy.editor")  # of the extra `bench`, and without types
    speedx: Any = import_module("moviepy.video.fx.speedx").speedx

    fps = float(FPS)
    shown: list[Any] = [moviepy.ImageClip(str(folder / "title.png")).set_duration(TITLE_FRAMES / fps)]
    for index in range(12):
        clip = _piece(index)
        before = HANDLE if index == JOINED else 0
        after = HANDLE if index == JOINED - 1 else 0
        first, end = clip.start - before, clip.start + int(PIECE * clip.speed) + after
        part = moviepy.VideoFileClip(str(folder / f"{clip.film}.mp4"), audio=False).subclip(first / fps, end / fps)
        shown.append(speedx(part, float(clip.speed)) if clip.speed != 1 else part)
    later = shown[JOINED + 1].set_start((PIECE - HANDLE) / fps).crossfadein(DISSOLVE / fps)
    shown[JOINED : JOINED + 2] = [moviepy.CompositeVideoClip([shown[JOINED], later])]
    film = moviepy.concatenate_videoclips(shown, method="chain")
    film.write_videofile(
        str(path),
        fps=fps,
        codec="libx264",
        preset="veryfast",
        threads=2,
        audio=False,
        logger=None,
        ffmpeg_params=["-crf", "18", "-x264-params", "mbtree=0", "-pix_fmt", "yuv420p", "-movflags", "+faststart"],
    )


def run_tianmu(folder: Path, path: Path, case: str) -> None:
    """Cut and encoded, with label and watermark where it is `marked`."""
    from tianmu.media.video import write_video
    from tianmu.studio.edit import cut_pictures

    cut = minutes_cut(rich=case == "rich")
    pictures = cut_pictures(cut, lambda digest: folder / f"{digest}.mp4", lambda digest: folder / f"{digest}.cube")
    if case == "marked":
        from tianmu.studio.claims import mark_of_cut
        from tianmu.studio.marking import Leave, Marking

        pictures = Marking(mark_of_cut(cut), Leave(audience="all")).pictures(pictures, cut)
    write_video(path, pictures, cut.fps)


def run_whole(folder: Path, path: Path, minutes: int) -> None:
    """From takes in a store to a film that may leave."""
    from tianmu.core.memory import give_back_memory
    from tianmu.film.sound import MusicCue, SoundCue
    from tianmu.film.subtitle import make_cues
    from tianmu.governance.footprint import Footprint
    from tianmu.studio.marking import Leave, settle
    from tianmu.studio.prints import deliver, print_cut
    from tianmu.studio.render import silent
    from tianmu.studio.sound.mix import find_voice, make_sound
    from tianmu.studio.sound.voices.engine import ToneVoice
    from tianmu.studio.soundtrack import Soundtrack, VoiceShelf
    from tianmu.studio.store import Store

    home, leave, nothing = path.with_suffix(".home"), settle(Leave(audience="all")), "estimate: not measured"
    with Store.open(home) as store:
        project = store.create_project("benchmark")
        films = {str(index): store.media.put(folder / f"{index}.mp4") for index in range(NUM_TAKES)}
        cut = minutes_cut(minutes)
        shown = [
            replace(item, film=films[item.film]) if isinstance(item, Clip) else item for item in cut.tracks[0].items
        ]
        cut = replace(cut, tracks=(replace(cut.tracks[0], items=tuple(shown)), *cut.tracks[1:]))
        sound = make_sound(cut, (), {}, engine=find_voice()[0] or ToneVoice(), shelf=VoiceShelf(home / "voices"))
        give_back_memory()
        places = range(0, cut.num_frames, 240)
        beds = ("rain", "wind", "sea", "city")
        cues = [
            SoundCue(sound=beds[at // 240 % 4], start=at, num_frames=240, gain=-8.0, seed=at, kind="ambience")
            for at in places
        ]
        music = [
            MusicCue(start=at, num_frames=1440, mood="wonder", seed=at, gain=-6.0)
            for at in range(0, cut.num_frames, 1440)
        ]
        track = Soundtrack(
            sound=replace(sound, cues=tuple(cues), music=tuple(music)),
            subtitles=make_cues(cut),
            fps=cut.fps,
            target="ebu",
            footprint=Footprint(energy_kwh=0.0, carbon_kg=0.0, method=nothing),
        )
        deliver(project, print_cut(project, cut, track, "benchmark", leave, silent), cut, path, leave)


def run_case(case: str, folder: Path, path: Path, minutes: int) -> None:
    """One case, in the process that it has for itself."""
    match case:
        case "floor":
            run_floor(folder, path)
        case "ffmpeg":
            run_ffmpeg(folder, path)
        case "moviepy":
            run_moviepy(folder, path)
        case "whole":
            run_whole(folder, path, minutes)
        case _:
            run_tianmu(folder, path, case)


def measure(case: str, folder: Path, minutes: int = 1) -> dict[str, float]:
    """Run a case in a process of its own: seconds by the clock and of CPU, and peak MB, with all its children."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / f"{case}.mp4"
        command = [sys.executable, __file__, "--case", case, "--takes", str(folder), "--minutes", str(minutes)]
        began = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--output", str(path)], env={**os.environ, "TIANMU_HOME": f"{place}/home", "TIANMU_LANG": "en"}
        )
        peak, usage = 0.0, None
        while usage is None:
            peak = max(peak, _resident(process.pid))
            found, status, taken = os.wait4(process.pid, os.WNOHANG)
            if found:
                usage = taken
                process.returncode = os.waitstatus_to_exitcode(status)
            else:
                time.sleep(0.05)
        wall = time.perf_counter() - began
        if process.returncode:
            raise SystemExit(f"{case} ended with {process.returncode}")
        with av.open(str(path)) as container:
            counted = sum(1 for packet in container.demux(video=0) if packet.size)
        expected = minutes_cut(minutes, rich=case == "rich").num_frames
        # moviepy counts in seconds of floating point, and may be a frame off.
        if abs(counted - expected) > (case == "moviepy"):
            raise SystemExit(f"{case} wrote {counted} frames and not {expected}")
        size = path.stat().st_size / 1e6
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak": peak, "frames": counted, "size": size}


def _resident(pid: int) -> float:
    """MB of a process and its children, now."""
    total = 0
    try:
        whole = psutil.Process(pid)
        for process in (whole, *whole.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.Error:  # it has just ended
        return 0.0
    return total / 2**20


def make_takes(folder: Path) -> None:
    """Six takes, the title as a picture for those who cannot letter, and two looks; what is there stays."""
    from tianmu.media.image import write_png
    from tianmu.studio.edit import cut_frames

    for index, prompt in enumerate(PROMPTS):
        if not (folder / f"{index}.mp4").is_file():
            shot = [sys.executable, "-m", "tianmu", "shot", prompt, "--engine", "animatic", "--seed", str(index)]
            size = ["--size", f"{WIDTH}x{HEIGHT}", "--seconds", str(TAKE_FRAMES // 24), "--fps", str(FPS)]
            subprocess.run([*shot, *size, "-o", str(folder / f"{index}.mp4")], check=True, stdout=subprocess.DEVNULL)
    write_png(folder / "title.png", next(cut_frames(minutes_cut(), lambda digest: folder / f"{digest}.mp4")))
    line = np.linspace(0, 1, 33)
    for index, warm in enumerate((0.06, -0.06)):
        rows = [
            f"{red + warm * red * (1 - red):.6f} {green:.6f} {blue - warm * blue * (1 - blue):.6f}"
            for blue in line
            for green in line
            for red in line
        ]
        (folder / f"{index}.cube").write_text("\n".join(["LUT_3D_SIZE 33", *rows, ""]), encoding="utf-8")


def told(found: Sequence[dict[str, float]], what: str) -> str:
    """Median, and the least and the most."""
    values = [one[what] for one in found]
    return f"{statistics.median(values):6.1f} ({min(values):.1f} to {max(values):.1f})"


def compare(folder: Path, runs: int, cases: Sequence[str]) -> None:
    """The table of all cases, and their ratios to ffmpeg within each run."""
    found: dict[str, list[dict[str, float]]] = {case: [] for case in cases}
    for _ in range(runs):
        for case in cases:
            found[case].append(measure(case, folder))
            print(f"    {case}: {json.dumps(found[case][-1])}", file=sys.stderr, flush=True)
    print(f"a minute of film, median of {runs} runs (least to most); ratios of CPU time, run by run")
    for case in cases:
        against = "ffmpeg" if "ffmpeg" in cases else cases[0]
        ratio = statistics.median(
            one["cpu"] / other["cpu"] for one, other in zip(found[case], found[against], strict=True)
        )
        print(
            f"  {case:7} {told(found[case], 'wall')} s by the clock  {told(found[case], 'cpu')} s of CPU  "
            f"{ratio:5.2f} of {against}  peak {max(one['peak'] for one in found[case]):5.0f} MB  "
            f"{found[case][0]['size']:5.1f} MB written"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="how long a film takes to cut, beside ffmpeg and moviepy")
    parser.add_argument("--runs", type=int, default=3, help="of each case (default: 3); 0 leaves them out")
    parser.add_argument("--minutes", type=int, action="append", default=[], help="print the memory of such a film")
    parser.add_argument("--cases", default=",".join(CASES), help="those that are compared (default: all)")
    parser.add_argument("--takes", type=Path, help="a folder for the takes, to be used again")
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    parser.add_argument("--output", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        run_case(arguments.case, arguments.takes, arguments.output, arguments.minutes[0])
        return
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{platform.machine()}, {cores} cores, Python {platform.python_version()}; {WIDTH} x {HEIGHT} at {FPS}")
    print(f"load average before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = arguments.takes or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        make_takes(folder)
        if arguments.runs:
            compare(folder, arguments.runs, arguments.cases.split(","))
        for minutes in arguments.minutes:
            film = measure("whole", folder, minutes)
            print(
                f"  {minutes} minutes, whole: peak {film['peak']:.0f} MB (wanted: under 1024), "
                f"{film['wall'] / minutes:.0f} s by the clock and {film['cpu'] / minutes:.0f} s of CPU a minute of film"
            )


if __name__ == "__main__":
    main()
