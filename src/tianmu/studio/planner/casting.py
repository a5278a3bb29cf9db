"""Casting: a digital twin for every character, set and prop of a film, by what the script says of each.

1. Who is described as a member of the world's cast ("a robot", "机器人阿铁") or by a trade is played by that member.
2. Who is known to be a woman or a man is played by a free member of those.
3. Everybody else is played by a free member, chosen by the name, so that the same name is cast the same way.

Two characters never share a member while another person or animal of the cast is free. Notes tell a person what the
script left open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache

from tianmu.core.text import say
from tianmu.film.asset import Asset, AssetKind, AssetVersion
from tianmu.film.breakdown import Breakdown
from tianmu.film.screenplay import Screenplay
from tianmu.studio.planner.description import PLAYERS, Description, describe
from tianmu.studio.planner.mentions import folded, name_parts
from tianmu.studio.planner.places import Place, find_place, place_name
from tianmu.studio.planner.vocabulary import Finder, Sense, cast_phrases, sections, tokens

SEEDS = 2**31


def cast_assets(
    screenplay: Screenplay, breakdown: Breakdown, known: Sequence[Asset] = ()
) -> tuple[tuple[Asset, ...], tuple[str, ...]]:
    """The assets of a film, those that are `known` first and as they are, and notes for a person."""
    casting = _Casting(known)
    people = [item.name for item in breakdown.items if item.category == "cast"]
    descriptions = describe(screenplay, people)
    _cast_characters(casting, [name for name in people if not casting.has("character", name)], descriptions)
    for scene in screenplay.scenes:
        name = place_name(scene.heading)
        if not casting.has("set", name):
            place = find_place(scene.heading)
            casting.add(_set_asset(casting, name, place))
            _note_unknown(casting, name, place)
    for item in breakdown.items:
        if item.category in ("props", "vehicles", "animals") and not casting.has("prop", item.name):
            _cast_prop(casting, item.name)
    style = _style(screenplay)
    if style is not None and not any(asset.kind == "style" for asset in known):
        casting.add(_new(casting, "style", style[0], AssetVersion(number=1, words=style[1], en=style[1], zh=style[0])))
    return tuple(casting.assets), tuple(casting.notes)


class _Casting:
    """Assets while they are gathered: their names, their ids, who of the cast is taken."""

    def __init__(self, known: Iterable[Asset]) -> None:
        self.assets: list[Asset] = []
        self.notes: list[str] = []
        self.ids: set[str] = set()
        self.taken: dict[str, str] = {}
        self._named: set[tuple[AssetKind, str]] = set()
        for asset in known:
            self.add(asset)

    def has(self, kind: AssetKind, name: str) -> bool:
        return (kind, folded(name)) in self._named

    def add(self, asset: Asset) -> None:
        self.assets.append(asset)
        self.ids.add(asset.id)
        self._named.update((asset.kind, folded(name)) for name in (asset.name, *asset.aliases))
        if asset.kind == "character" and asset.now.subject is not None:
            self.taken.setdefault(asset.now.subject, asset.name)


def _cast_characters(casting: _Casting, names: Sequence[str], descriptions: dict[str, Description]) -> None:
    """First those whom the script describes as somebody of the cast, so that nobody takes their place."""
    chosen: dict[str, tuple[str, str, str]] = {}
    for name in names:
        key = descriptions[name].subject
        if key is not None and key not in casting.taken:
            casting.taken[key] = name
            words = descriptions[name].words
            chosen[name] = key, f"the script calls {name} “{words}”", f"剧本称{name}为“{words}”"
    for name in names:
        if name not in chosen:
            chosen[name] = _choose(casting, name, descriptions[name])
            casting.taken.setdefault(chosen[name][0], name)
    for name in names:
        key, en, zh = chosen[name]
        casting.add(_character(casting, name, key, descriptions[name], en, zh))


def _choose(casting: _Casting, name: str, description: Description) -> tuple[str, str, str]:
    """A free member of the cast for a character, and why, in both languages; notes what was left open."""
    kind = {"female": "women", "male": "men"}.get(description.gender or "")
    preferred: list[str] = [key.strip() for key in sections()[kind].split(";")] if kind else []
    free = [key for key in preferred if key not in casting.taken] or _free(casting)
    plain = preferred[0] if preferred and preferred[0] in free else None  # just a woman, just a man
    key = plain or _pick(free or sorted(_players()), name)
    en, zh = _noun(key)
    if description.subject is not None:
        other = casting.taken[description.subject]
        wanted_en, wanted_zh = _noun(description.subject)
        casting.notes.append(
            say(
                f"{name} would be {wanted_en}, but {other} is played so already: {en} plays {name}.",
                f"{name}本应由{wanted_zh}扮演，但{other}已是如此：{name}改由{zh}扮演。",
            )
        )
        return key, f"{other} is already {wanted_en}", f"{other}已由{wanted_zh}扮演"
    if not free:
        casting.notes.append(
            say(
                f"The cast is used up: {en} plays {name} too.",
                f"演员已全部用完：{name}也由{zh}扮演。",
            )
        )
        return key, "the cast is used up, so a member plays twice", "演员已用完，只能一人分饰两角"
    if not description.described:
        casting.notes.append(
            say(
                f"{name} is never described: {en} plays {name}.",
                f"剧本没有描写{name}：由{zh}扮演。",
            )
        )
        return key, f"the script never describes {name}; chosen by the name", f"剧本没有描写{name}，按名字选定"
    if description.gender is not None:
        word_en, word_zh = ("woman", "女性") if description.gender == "female" else ("man", "男性")
        return key, f"a {word_en}, and a free member of the cast", f"{word_zh}，选了尚未出演的演员"
    return key, "the words fit nobody of the cast; a free member", "描写与现有演员都不相符，选了尚未出演的一位"


@cache
def _players() -> dict[str, str]:
    """Members of the cast that can play a character, each with its group."""
    from tianmu.world.scene import cast

    return {key: subject.group for key, subject in cast().items() if subject.group in PLAYERS}


def _free(casting: _Casting) -> list[str]:
    """Who is free: people while there are any, then animals."""
    for group in PLAYERS:
        free = [key for key, own in _players().items() if own == group and key not in casting.taken]
        if free:
            return free
    return []


def _character(casting: _Casting, name: str, key: str, description: Description, en: str, zh: str) -> Asset:
    noun_en, noun_zh = _noun(key)
    version = AssetVersion(
        number=1,
        words=noun_en,
        en=f"{name}: {description.words or 'not described in the script'}; played by {noun_en}.",
        zh=f"{name}：{description.words or '剧本没有描写'}；由{noun_zh}扮演。",
        subject=key,
        seed=stable_seed("character", name),
        reason=f"Because {en}. / 因为{zh}。",
    )
    return _new(casting, "character", name, version)


def _set_asset(casting: _Casting, name: str, place: Place) -> Asset:
    version = AssetVersion(
        number=1,
        words=SET_WORDS[place.setting],
        en=f"{name}: painted as {SET_WORDS[place.setting]}.",
        zh=f"{name}：画成{SET_ZH[place.setting]}。",
        setting=place.setting,
        seed=stable_seed("set", name),
        reason=f"Because {place.en}. / 因为{place.zh}。",
    )
    return _new(casting, "set", name, version)


def _note_unknown(casting: _Casting, name: str, place: Place) -> None:
    if not place.known:
        casting.notes.append(
            say(
                f"Nothing is known of the place {name}: it is painted as {SET_WORDS[place.setting]}.",
                f"对地点{name}没有更多了解：画成{SET_ZH[place.setting]}。",
            )
        )


def _cast_prop(casting: _Casting, name: str) -> None:
    """An asset for a thing, a vehicle or an animal that is in the world's cast; others stay words."""
    hits = _things().find(tokens(name))
    if len(hits) != 1:
        return
    key = hits[0].value.key
    if any(asset.kind in ("prop", "character") and asset.versions[0].subject == key for asset in casting.assets):
        return  # "the fox" is Ju, who was introduced as one
    en, zh = _noun(key)
    version = AssetVersion(
        number=1,
        words=en,
        en=f"{name}: drawn as {en}.",
        zh=f"{name}：画成{zh}。",
        subject=key,
        seed=stable_seed("prop", name),
        reason=f"Because the script names it: “{name}”. / 因为剧本提到了“{name}”。",
    )
    casting.add(_new(casting, "prop", name, version))


@cache
def _things() -> Finder[Sense]:
    return Finder(cast_phrases())


def _style(screenplay: Screenplay) -> tuple[str, str] | None:
    """The look that the title page asks for, as written and as the world says it."""
    from tianmu.world.lexicon import wordings
    from tianmu.world.phrasebook import phrases

    for key, value in screenplay.title_page:
        if key.strip().lower() in ("style", "look", "风格", "画风"):
            said = " ".join(value.split())
            found = Finder(
                (phrase, look)
                for language in ("en", "zh")
                for look, listed in wordings(language)["looks"].items()
                for phrase in (*listed, *phrases()[language]["looks"][look].split(";"))
            ).find(tokens(said))
            if found:
                return said, wordings("en")["looks"][found[0].value][1]
    return None


def _noun(key: str) -> tuple[str, str]:
    """A member of the cast in English, with its article, and in Chinese."""
    from tianmu.world.lexicon import article, wordings

    noun: str = wordings("en")["subjects"][key][0]
    return f"{article(noun)} {noun}", wordings("zh")["subjects"][key][0]


def _new(casting: _Casting, kind: AssetKind, name: str, version: AssetVersion) -> Asset:
    base = f"{kind}-{_slug(name)}"
    number, chosen = 1, base
    while chosen in casting.ids:
        number += 1
        chosen = f"{base}-{number}"
    return Asset(id=chosen, kind=kind, name=name, aliases=name_parts(name), versions=(version,))


def _slug(name: str) -> str:
    """Letters and digits of any script in lower case, with hyphens between words; at most 48 of them."""
    words = "".join(letter if letter.isalnum() else " " for letter in name.casefold()).split()
    return "-".join(words)[:48].strip("-") or stable_name(name)


def stable_name(name: str) -> str:
    """Eight hexadecimal digits that stand for a name without letters."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def stable_seed(kind: str, name: str) -> int:
    """A seed from a name: the same on every machine and in every run."""
    return int.from_bytes(hashlib.sha256(f"{kind}/{folded(name)}".encode()).digest()[:8], "big") % SEEDS


def _pick(free: Sequence[str], name: str) -> str:
    return free[stable_seed("play", name) % len(free)]


SET_WORDS = {
    "meadow": "a green meadow",
    "desert": "the desert",
    "snowfield": "a snowfield",
    "sea": "the sea",
    "city": "a city street",
    "forest": "a forest",
    "lake": "a mountain lake",
    "room": "a room",
    "stage": "a stage",
    "moon": "the moon",
}
"""A painted set as a noun that the world's parser reads."""
SET_ZH = {
    "meadow": "草地",
    "desert": "沙漠",
    "snowfield": "雪原",
    "sea": "大海",
    "city": "城市街道",
    "forest": "森林",
    "lake": "山间湖泊",
    "room": "房间",
    "stage": "舞台",
    "moon": "月球",
}
