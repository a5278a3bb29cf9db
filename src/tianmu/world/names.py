"""What the cast is called in many languages, from the names that every emoji has.

`build` reads the data of the npm package `emojibase-data` (MIT) and keeps the names of the cast, and of things that the
cast can stand in for ("moose" is played by the deer). Its result is `data/names.json`, which ships with the package:

    python -m tianmu.world.names PATH/TO/emojibase-data
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from tianmu.world.scene import cast

LANGUAGES = ("en", "zh", "ja", "ko", "es", "fr", "de", "ru", "pt", "it", "th", "nl", "pl", "sv", "uk")

_SAME: dict[str, str] = {
    "dog": "1f436 1f9ae 1f415-200d-1f9ba 1f429", "cat": "1f431", "tiger": "1f42f", "horse": "1f434 1f3c7",
    "cow": "1f42e", "pig": "1f437 1f43d", "mouse": "1f42d 1f400 1f439", "rabbit": "1f430", "camel": "1f42a",
    "chick": "1f425 1f423", "rooster": "1f414", "dragon": "1f432", "whale": "1f40b", "fish": "1f41f",
    "bird": "1f426-200d-2b1b", "bear": "1f43b-200d-2744", "monkey": "1f435", "astronaut": "1f468-200d-1f680 1f469-200d-1f680",
    "firefighter": "1f468-200d-1f692 1f469-200d-1f692", "farmer": "1f468-200d-1f33e 1f469-200d-1f33e",
    "cook": "1f468-200d-1f373 1f469-200d-1f373", "scientist": "1f468-200d-1f52c 1f469-200d-1f52c",
    "walking_woman": "1f469 1f467 1f475", "walking_man": "1f468 1f466 1f474 1f6b6 1f9cd 1f9d1 1f9d2", "dancer": "1f9d1-200d-1fa70",
    "cyclist": "1f6b5", "car": "1f698 1f699 1f6fb", "taxi": "1f696", "bus": "1f68d 1f68e 1f690", "truck": "1f69b",
    "locomotive": "1f686 1f683 1f684 1f685 1f689 1f69d 1f69e 1f687 1f688", "speedboat": "1f6e5", "airplane": "2708 1f6eb 1f6ec",
    "snowman": "2603", "motorcycle": "1f6f5", "pumpkin": "1fadc",
}  # fmt: skip
"""Emoji that show a cast member in another way; only the picture counts, their labels speak of faces and the like."""

_STAND_INS: dict[str, str] = {
    "deer": "moose", "ox": "bison;water buffalo", "horse": "donkey;unicorn", "rhinoceros": "hippopotamus;boar", "sheep": "ram",
    "gorilla": "orangutan;hairy creature;troll", "wolf": "raccoon;badger;skunk", "mouse": "chipmunk;beaver;otter", "bear": "polar bear;koala;sloth",
    "rooster": "turkey;chicken;dodo", "bird": "dove;black bird", "duck": "goose;seal", "eagle": "phoenix", "turtle": "frog;lizard;snake;crocodile",
    "whale": "orca", "fish": "fish;blowfish", "octopus": "squid", "crab": "lobster;shrimp;oyster;scorpion", "snail": "spiral shell;worm",
    "ladybug": "bug;ant;beetle;cricket;cockroach;spider", "bee": "mosquito;fly", "sunflower": "rose;tulip;hibiscus;cherry blossom;hyacinth;blossom;bouquet;lotus",
    "cactus": "potted plant;palm tree;evergreen tree;deciduous tree", "mushroom": "brown mushroom", "pumpkin": "melon;watermelon;tangerine;red apple;pear;peach;tomato",
    "basketball": "volleyball;tennis;baseball;softball;bowling;pool 8 ball;rugby football;american football", "gift": "package;treasure chest;birthday cake;luggage",
    "lantern": "candle;light bulb;diya lamp", "kite": "parachute;flying disc;carp streamer", "teddy_bear": "Japanese dolls;nesting dolls", "snowman": "Santa Claus",
    "walking_man": "teacher;student;office worker;judge;pilot;singer;artist;mechanic;prince;zombie;superhero;skier;snowboarder;person surfing;person swimming",
    "walking_woman": "health worker;Mrs. Claus", "ninja": "guard;person fencing;supervillain", "wizard": "genie;vampire", "fairy": "baby angel;merperson;elf",
    "builder": "factory worker", "police_officer": "judge", "juggler": "joker", "sailboat": "ship;passenger ship;ferry;canoe;anchor", "airplane": "satellite",
    "bicycle": "kick scooter;skateboard", "car": "sport utility vehicle;auto rickshaw", "ambulance": "police car", "bus": "tram;minibus;trolleybus",
    "motorcycle": "motor scooter", "rocket": "comet", "balloon": "droplet", "tractor": "sled",
}  # fmt: skip
"""By cast member: the labels of what it plays when the world lacks it."""

_FACTS: dict[str, str] = {
    "settings meadow": "1f33f 1f33e 1f33c 1f337 1f3de 1f331 1f340", "settings desert": "1f3dc", "settings snowfield": "2744 1f3d4 1f9ca 26f7 2603",
    "settings sea": "1f30a 1f3d6 1f3dd 2693", "settings city": "1f3d9 1f306 1f307 1f303 1f3e2 1f5fc 1f6e3", "settings forest": "1f332 1f333 1f334 1f38b",
    "settings lake": "26f0 1f5fb 1f3de", "settings room": "1f3e0 1f6cb 1f6cf 1f3e1 1f6aa", "settings stage": "1f3ad 1f3aa 1f3a4 1fa69",
    "settings moon": "1f311 1f30d 1f30e 1f30f 1fa90", "times dawn": "1f305 1f304", "times noon": "2600 1f31e", "times sunset": "1f307",
    "times dusk": "1f306", "times night": "1f303 1f319 1f31b 1f31c 1f30c 2b50 1f31f 1f320 1f315 1f31d 1f309", "weathers cloudy": "2601 26c5 1f325 1f324",
    "weathers rain": "1f327 2614 26c8 1f329 1f326 2602 1f4a7", "weathers snow": "1f328", "weathers fog": "1f32b 1f301",
    "weathers leaves": "1f342 1f341 1f343", "actions runs": "1f4a8", "actions floats": "1f3ca", "actions stands": "1f4a4 1f634",
    "actions spins": "1f300 1f4ab", "move left": "2b05 1f448", "move right": "27a1 1f449",
}  # fmt: skip
"""By section and key: the emoji that say a fact; one picture may say two (a city at dusk)."""

_ACTIVITIES = frozenset({"walking_woman", "walking_man", "runner", "cyclist", "juggler", "disco_dancer", "dancer"})
"""Cast members whose emoji label is a description ("woman walking") and not a name."""


@dataclass(frozen=True, kw_only=True)
class Names:
    """What the pictures and their labels mean."""

    pictures: dict[str, str]
    """Hexcode to cast member."""
    stand_ins: dict[str, str]
    """Hexcode of something the world lacks to the cast member that plays it."""
    facts: dict[str, list[str]]
    """Hexcode to facts, each `section key`."""
    labels: dict[str, dict[str, str]]
    """By language: hexcode to label."""


@cache
def names() -> Names:
    """The table that ships with the package."""
    return Names(**json.loads(files("tianmu.world").joinpath("data/names.json").read_text("utf-8")))


def build(folder: Path) -> Names:
    """Reads an unpacked `emojibase-data` package and keeps what the world needs of it."""
    english = {row["label"]: _plain(row["hexcode"]) for row in _rows(folder, "en")}
    pictures = {subject.hexcode: subject.key for subject in cast().values()}
    pictures |= {code: key for key, codes in _SAME.items() for code in codes.split()}
    stand_ins = {english[label]: key for key, labels in _STAND_INS.items() for label in labels.split(";")}
    stand_ins = {code: key for code, key in stand_ins.items() if code not in pictures}
    facts: dict[str, list[str]] = {}
    for fact, codes in _FACTS.items():
        for code in codes.split():
            facts.setdefault(code, []).append(fact)
    named = {subject.hexcode for subject in cast().values() if subject.key not in _ACTIVITIES} | set(stand_ins)
    labels = {
        language: {
            _plain(row["hexcode"]): row["label"] for row in _rows(folder, language) if _plain(row["hexcode"]) in named
        }
        for language in LANGUAGES
    }
    return Names(pictures=pictures, stand_ins=stand_ins, facts=facts, labels=labels)


def _rows(folder: Path, language: str) -> list[dict[str, str]]:
    return json.loads((folder / language / "data.json").read_text("utf-8"))


def _plain(hexcode: str) -> str:
    return hexcode.lower().replace("-fe0f", "")


def main() -> None:
    """Writes `data/names.json` from the folder named on the command line."""
    built = build(Path(sys.argv[1]))
    target = Path(__file__).parent / "data" / "names.json"
    target.write_text(json.dumps(vars(built), ensure_ascii=False, sort_keys=True, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
