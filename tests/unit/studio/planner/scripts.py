"""Screenplays for the planner's tests: a few by hand, many by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from tianmu.film.screenplay import Action, Element, Heading, Interior, Line, Screenplay, ScriptScene, Speech

NAMES = ("MARA", "ATLAS", "TOM", "老周", "阿铁", "OLD WOMAN")


def heading(interior: Interior, place: str, time: str) -> Heading:
    said = {"INT": "内景", "EXT": "外景"}.get(interior, interior) if not place.isascii() else interior
    return Heading(text=f"{said}. {place} - {time}", interior=interior, place=place, time=time)


def scene(number: int | str, where: Heading, *elements: Element, line: int = 0) -> ScriptScene:
    return ScriptScene(number=str(number), heading=where, elements=elements, line=line)


def says(name: str, *lines: str, extension: str = "", dual: bool = False) -> Speech:
    """A speech; a line in brackets is a parenthetical."""
    return Speech(
        character=name,
        extensions=(extension,) if extension else (),
        lines=tuple(
            Line(text=line[1:-1], manner="parenthetical") if line[0] in "(（" else Line(text=line) for line in lines
        ),
        dual=dual,
    )


def does(text: str) -> Action:
    return Action(text=text)


LAMP = Screenplay(
    title_page=(("Title", "The Lamp"), ("Style", "ink wash")),
    scenes=(
        scene(
            1,
            heading("EXT", "LIGHTHOUSE", "NIGHT"),
            does("Rain beats against the lighthouse. A BOAT drifts past the rocks. Thunder rolls."),
            does("MARA, an old lighthouse keeper, climbs the stairs with a red lantern. She looks back at the sea."),
        ),
        scene(
            2,
            heading("INT", "LIGHTHOUSE - LAMP ROOM", "CONTINUOUS"),
            does("Mara enters. ATLAS (a robot, rusty) waits by the lamp. The phone rings."),
            says("MARA", "You again."),
            says("ATLAS", "(beat)", "Me again. I never left."),
            says(
                "MARA",
                "They said you were gone. They said the sea took you, that the light went out, and that nobody would "
                "ever climb these stairs again. I did not believe them, not for one single night.",
            ),
            says("ATLAS", "Did you wait for me?"),
            says("MARA", "(whispers)", "Every night."),
            says("ATLAS", "Every night?"),
            says("MARA", "Yes."),
            does("She puts the lantern on the table. Atlas follows Mara to the left."),
            says("TOM", "Hello? Is anybody up there?", extension="O.S."),
            does("TOM, a young sailor, runs in. He stares at the robot."),
            says("TOM", "What is that?"),
            does("Mara leaves."),
        ),
        scene(
            3,
            heading("EXT", "BEACH", "DAWN"),
            does("A fox runs along the shore. Mara and Atlas walk away."),
            says("MARA", "Come."),
            says("ATLAS", "Coming!", dual=True),
        ),
    ),
)

CAFE = Screenplay(
    scenes=(
        scene(
            1,
            heading("INT", "咖啡馆", "夜"),
            does("窗外下着雨。老周，六十岁的侦探，坐在桌前，面前放着一盏灯笼。机器人阿铁走进来。"),
            says("老周", "你来晚了。"),
            says("阿铁", "（停顿）", "路上有雾，我走得很慢。"),
            says(
                "老周",
                "（轻声）",
                "没关系，我等了你三十年，再等一个晚上也不算什么，只要你还记得回来的路就好。灯一直亮着。",
            ),
            does("阿铁转身离开。小红跑进来，她哭了。"),
            says("小红", "爷爷！"),
        ),
        scene(2, heading("EXT", "街道", "日"), does("一辆出租车驶过。小红追着阿铁。")),
    )
)

_words = st.sampled_from(
    (
        *("I never wanted", "to come back here", "but the light kept calling me,", "every single night", "until dawn,"),
        *("Stop!", "Why?", "Because it rains.", "And yet we wait", "for the boat", "you know.", "I", "and"),
    )
)
_sentence = st.lists(_words, min_size=1, max_size=45).map(" ".join)
_chinese = st.lists(
    st.sampled_from(("我等了你三十年，", "灯还亮着。", "你来晚了！", "为什么？", "雨一直下", "海上有雾，")),
    min_size=1,
    max_size=9,
).map("".join)
_manner = st.sampled_from(("(beat)", "(whispers)", "(shouting)", "（停顿）", "（轻声）", "(to himself)"))
_deed = st.sampled_from(
    (
        "Mara walks to the window with a lantern.",
        "ATLAS (a robot) enters.",
        "Thunder rolls over the sea.",
        "Tom runs out. He falls.",
        "They look at each other.",
        "A fox and a taxi race past from left to right.",
        "Mara, Atlas and Tom dance.",
        "A balloon lies on a gift box beside a football and a kite.",
        "机器人阿铁走进来，拿着灯笼。",
        "老周转身离开。",
        "The old woman follows Tom. It snows.",
        "Mara and Tom meet.",
        "An owl flies up to the tower.",
    )
)


@st.composite
def _speeches(draw: st.DrawFn, names: tuple[str, ...] = NAMES) -> Speech:
    lines = [draw(_sentence | _chinese)]
    if draw(st.booleans()):
        lines.insert(0, draw(_manner))
    return says(
        draw(st.sampled_from(names)),
        *lines,
        extension=draw(st.sampled_from(("", "", "", "V.O.", "CONT'D"))),
        dual=draw(st.integers(0, 9)) == 0,
    )


_headings = st.builds(
    heading,
    st.sampled_from(("INT", "EXT", "INT/EXT", "")),
    st.sampled_from(
        ("LIGHTHOUSE", "CAFE", "BEACH", "FOREST", "THEATRE", "咖啡馆", "山顶", "雪地", "MOON BASE", "DESERT")
    ),
    st.sampled_from(("NIGHT", "DAY", "DAWN", "CONTINUOUS", "", "黄昏", "SUNSET")),
)


@st.composite
def screenplays(draw: st.DrawFn, *, scenes: int = 3, elements: int = 8) -> Screenplay:
    """Screenplays with action and speech in both languages."""
    kinds = _speeches() | _deed.map(does)
    return Screenplay(
        scenes=tuple(
            scene(number, draw(_headings), *draw(st.lists(kinds, min_size=1, max_size=elements)))
            for number in range(1, draw(st.integers(1, scenes)) + 1)
        )
    )


@st.composite
def dialogues(draw: st.DrawFn) -> Screenplay:
    """One scene of two to four people who talk, with some action between."""
    names = NAMES[: draw(st.integers(2, 4))]
    kinds = _speeches(names) | _speeches(names) | _speeches(names) | _deed.map(does)
    first = [says(name, "Here I am, and I am here to stay.") for name in names[:2]]
    return Screenplay(
        scenes=(scene(1, heading("INT", "CAFE", "DAY"), *first, *draw(st.lists(kinds, min_size=2, max_size=24))),)
    )
