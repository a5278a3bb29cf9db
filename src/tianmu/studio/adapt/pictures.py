"""The two pictures of an adaptation: the network of characters, and the arc of tension."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tianmu.core.text import say
from tianmu.media.letters import width_of
from tianmu.studio.adapt.arc import Point
from tianmu.studio.adapt.drawing import BLUE, GREY, INK, ORANGE, PALE, QUIET, SKY, Drawing
from tianmu.studio.adapt.network import MOST_DRAWN, Network, Node, lay_out
from tianmu.studio.boards.lettering import one_line

_WIDTH, _HEIGHT = 1200, 900
_TOP, _SIDE, _FOOT = 110, 120, 110
_THINNEST, _THICKEST = 1.5, 11.0
_NAME_SIZE = 22
_MOST_LINES = 40
"""Lines of one kind in the network, the heaviest; all are in the list."""
_MOST_POINTS = 400
"""Points that are drawn as discs; beyond, the curve alone."""


def draw_network(network: Network, title: str) -> Drawing:
    """Characters as discs, larger with their mentions; grey: in one scene, blue: one speaks to the other."""
    sheet = Drawing(_WIDTH, _HEIGHT, say(f"Characters of {title}", f"{title}：人物关系"))
    nodes = network.nodes[:MOST_DRAWN]
    left_out = len(network.nodes) - len(nodes)
    more = (
        say(f"; the {left_out} least frequent are in characters.json", f"；其余 {left_out} 位见 characters.json")
        if left_out
        else ""
    )
    sheet.words(40, 52, one_line(sheet.title, 30, _WIDTH - 80), 30)
    sheet.words(40, 84, say("found by rules; counts are of words", "由规则找出；数字为词语计数") + more, 17, QUIET)
    if not nodes:
        sheet.words(_WIDTH / 2, _HEIGHT / 2, say("Nobody was found.", "没有找到人物。"), 24, QUIET, "middle")
        return sheet
    keys = [node.key for node in nodes]
    pulls = [(a, b, float(count)) for a, b, count in (*network.together, *network.speaks)]
    square = lay_out(keys, pulls)
    places = {
        key: (
            _SIDE + float(x) * (_WIDTH - 2 * _SIDE) if len(nodes) > 1 else _WIDTH / 2,
            _TOP + 50 + float(y) * (_HEIGHT - _TOP - _FOOT - 110) if len(nodes) > 1 else _HEIGHT / 2,
        )
        for key, (x, y) in zip(keys, square, strict=True)
    }
    places = _spread(places)
    radii = _radii(nodes)
    _draw_edges(sheet, network, places, radii)
    for node in nodes:
        x, y = places[node.key]
        sheet.disc(x, y, radii[node.key], SKY if not node.group else PALE, INK)
    for node in nodes:
        x, y = places[node.key]
        size = max(15, _NAME_SIZE - max(0, len(nodes) - 10) // 2)
        sheet.words(x, y + radii[node.key] + size + 3, f"{node.name} {node.mentions}", size, INK, "middle", halo=True)
    _draw_key(sheet)
    return sheet


def _spread(places: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """The same places, pushed apart where two are so near that their names would meet."""
    apart = min(210.0, 0.8 * math.sqrt(_WIDTH * _HEIGHT / len(places)))
    # A pixel aside, each in a direction of its own: who lies on one line with others can then leave it.
    points = {
        key: [x + math.cos(2.4 * number), y + math.sin(2.4 * number)]
        for number, (key, (x, y)) in enumerate(places.items())
    }
    keys = list(points)
    for _ in range(120):
        for number, a in enumerate(keys):
            for b in keys[number + 1 :]:
                dx, dy = points[b][0] - points[a][0], points[b][1] - points[a][1]
                distance = max(math.hypot(dx, dy), 1e-3)
                if distance < apart:
                    push = (apart - distance) / 2 / distance
                    points[a][0] -= dx * push
                    points[a][1] -= dy * push
                    points[b][0] += dx * push
                    points[b][1] += dy * push
        for point in points.values():
            point[0] = min(max(point[0], _SIDE), _WIDTH - _SIDE)
            point[1] = min(max(point[1], _TOP + 50), _HEIGHT - _FOOT - 60)
    return {key: (round(x, 2), round(y, 2)) for key, (x, y) in points.items()}


def _radii(nodes: Sequence[Node]) -> dict[str, float]:
    most = max(node.mentions + node.speeches for node in nodes) or 1
    return {node.key: 10 + 24 * math.sqrt((node.mentions + node.speeches) / most) for node in nodes}


def _draw_edges(
    sheet: Drawing, network: Network, places: dict[str, tuple[float, float]], radii: dict[str, float]
) -> None:
    for edges, color in ((network.together, GREY), (network.speaks, BLUE)):
        drawn = [edge for edge in edges if edge[0] in places and edge[1] in places and edge[0] != edge[1]]
        drawn = sorted(drawn, key=lambda edge: (-edge[2], edge[:2]))[:_MOST_LINES]
        most = max((count for _, _, count in drawn), default=1)
        for a, b, count in drawn:
            width = _THINNEST + (_THICKEST - _THINNEST) * (count - 1) / max(most - 1, 1)
            if color == GREY:
                sheet.line([places[a], places[b]], color, width)
            else:
                _arrow(sheet, places[a], places[b], radii[b], width)


def _arrow(sheet: Drawing, start: tuple[float, float], end: tuple[float, float], radius: float, width: float) -> None:
    """A curved arrow, bent to its left, so that two who speak to each other have two arrows."""
    (x1, y1), (x2, y2) = start, end
    length = max(math.hypot(x2 - x1, y2 - y1), 1e-6)
    bend = min(46.0, 0.16 * length)
    mx, my = (x1 + x2) / 2 - (y2 - y1) / length * bend, (y1 + y2) / 2 + (x2 - x1) / length * bend
    head = 9 + width
    reach = max(0.5, 1 - (radius + head) / length)
    steps = 24
    curve = [_bezier((x1, y1), (mx, my), (x2, y2), reach * step / steps) for step in range(steps + 1)]
    sheet.line(curve, BLUE, width)
    tip = _bezier((x1, y1), (mx, my), (x2, y2), max(0.55, 1 - radius / length))
    back = curve[-1]
    way = math.atan2(tip[1] - back[1], tip[0] - back[0])
    half = head * 0.62
    sheet.shape(
        [
            (back[0] + head * math.cos(way), back[1] + head * math.sin(way)),
            (back[0] - half * math.sin(way), back[1] + half * math.cos(way)),
            (back[0] + half * math.sin(way), back[1] - half * math.cos(way)),
        ],
        BLUE,
    )


def _bezier(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], t: float) -> tuple[float, float]:
    first, second, third = (1 - t) ** 2, 2 * t * (1 - t), t * t
    return first * a[0] + second * b[0] + third * c[0], first * a[1] + second * b[1] + third * c[1]


def _draw_key(sheet: Drawing) -> None:
    y = _HEIGHT - 40
    entries = (
        (GREY, say("in one scene", "同场")),
        (BLUE, say("speaks to", "对其说话")),
    )
    x = 40.0
    for color, words in entries:
        sheet.line([(x, y - 6), (x + 44, y - 6)], color, 5)
        sheet.words(x + 54, y, words, 18)
        x += 54 + width_of(words, 18) + 40
    for color, words in ((SKY, say("somebody", "人物")), (PALE, say("several", "群体"))):
        sheet.disc(x + 10, y - 6, 9, color)
        sheet.words(x + 28, y, words, 18)
        x += 28 + width_of(words, 18) + 40
    sheet.words(
        _WIDTH - 40,
        y,
        say(f"wider: more often (at most {_MOST_LINES} of a kind)", f"越粗越多（每类至多 {_MOST_LINES} 条）"),
        18,
        QUIET,
        "end",
    )


def draw_arc(points: Sequence[Point], title: str) -> Drawing:
    """The smoothed curve over the lines of the text, with the raw value of every scene as a disc."""
    sheet = Drawing(_WIDTH, 620, say(f"Tension in {title}", f"{title}：张力曲线"))
    sheet.words(40, 52, one_line(sheet.title, 30, _WIDTH - 80), 30)
    under = say(
        "a count of words and marks, not a reading; arc.json says of which",
        "只是词语和标点的计数，并非解读；明细见 arc.json",
    )
    sheet.words(40, 84, under, 17, QUIET)
    left, right, top, bottom = 90, _WIDTH - 50, 130, 500
    first, last = points[0].first, max(points[-1].last, points[0].first + 1)
    high = max(0.5, math.ceil(10 * max(max(point.raw, point.smooth) for point in points)) / 10)
    for step in range(round(high * 10) + 1):
        y = bottom - (bottom - top) * step / (high * 10)
        sheet.line([(left, y), (right, y)], PALE, 1)
        sheet.words(left - 12, y + 6, f"{step / 10:.1f}", 16, QUIET, "end")

    def place(point: Point, value: float) -> tuple[float, float]:
        middle = (point.first + point.last) / 2
        return left + (right - left) * (middle - first) / (last - first), bottom - (bottom - top) * value / high

    curve = [place(point, point.smooth) for point in points]
    sheet.shape([(curve[0][0], bottom), *curve, (curve[-1][0], bottom)], (230, 241, 250))
    sheet.line(curve, BLUE, 4)
    if len(points) <= _MOST_POINTS:
        for point in points:
            sheet.disc(*place(point, point.raw), 6 if len(points) < 60 else 3, ORANGE)
    _label_scenes(sheet, points, [x for x, _ in curve], bottom)
    sheet.line([(left, bottom), (right, bottom)], INK, 1.5)
    sheet.words(left, bottom + 62, say(f"line {first}", f"第 {first} 行"), 16, QUIET)
    sheet.words(right, bottom + 62, say(f"line {last}", f"第 {last} 行"), 16, QUIET, "end")
    sheet.words((left + right) / 2, bottom + 62, say("scene", "场"), 18, INK, "middle")
    sheet.line([(90, 594), (134, 594)], BLUE, 4)
    smooth = say("smoothed over neighbours", "与相邻场次平滑")
    sheet.words(144, 600, smooth, 17)
    x = 144 + width_of(smooth, 17) + 40
    sheet.disc(x, 594, 6, ORANGE)
    sheet.words(x + 16, 600, say("each scene", "各场"), 17)
    return sheet


def _label_scenes(sheet: Drawing, points: Sequence[Point], places: Sequence[float], bottom: float) -> None:
    """Scene numbers under the curve, as many as have room."""
    after = -1e9
    for point, x in zip(points, places, strict=True):
        if x - after >= 34:
            sheet.line([(x, bottom), (x, bottom + 6)], INK, 1)
            sheet.words(x, bottom + 28, str(point.scene), 17, INK, "middle")
            after = x
