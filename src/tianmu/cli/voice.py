"""`tianmu voice`: which voices there are, and what a line sounds like.

Which voice a character has is part of how it is: `tianmu asset NAME --voice VOICE`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `voice` and its options."""
    parser = verbs.add_parser("voice", help=say("list the voices, or hear one say a line", "列出嗓音，或试听一句台词"))
    add = parser.add_argument
    add("text", nargs="?", help=say("the line; without it, the voices are listed", "台词；省略则列出全部嗓音"))
    add("--voice", default="alpha", help=say("who says it (default alpha)", "由谁来说（默认 alpha）"))
    add("--manner", default="", help=say('how, as in a script: "whispers"', "怎么说，如剧本中的“轻声”"))
    add("-o", "--output", type=Path, default=Path("voice.wav"), help=say("a .wav file", "输出的 .wav 文件"))
    add("--overwrite", action="store_true", help=say("replace a file that is there", "覆盖已有的文件"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """List, or speak into a file."""
    from tianmu.studio.sound.voices.roster import ROSTER

    if arguments.text is None:
        from tianmu.studio.sound.mix import find_voice

        for voice in ROSTER:
            print(f"{voice.name:12} {say(voice.en, voice.zh)}")
        engine, why = find_voice()
        if engine is None:
            print(why)
        return 0
    from tianmu.studio.copies import speak_line
    from tianmu.studio.sound.voices.roster import voice_named

    voice = voice_named(arguments.voice)
    seconds = speak_line(arguments.text, arguments.manner, voice.name, arguments.output, overwrite=arguments.overwrite)
    print(f"{arguments.output}  {float(seconds):.1f} s  {voice.name}, {say(voice.en, voice.zh)}")
    return 0
