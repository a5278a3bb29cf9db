"""The page of who did what, and its data: one HTML file that opens offline and prints well, signed, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Final

from tianmu.core.files import write_text
from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.governance.identity import open_identity
from tianmu.governance.people import say_role
from tianmu.governance.provenance import Claim, sign_file
from tianmu.studio.authorship import ABOUT, Authorship, Deed, ShotDeeds, read_authorship
from tianmu.studio.claims import LONGEST_TITLE
from tianmu.studio.events import details, kind_words, who
from tianmu.studio.output import make_folder, refuse_existing
from tianmu.studio.store import Project

_STYLE: Final = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#111;
background:#fff}
h1{font-size:1.5em}h2{font-size:1.15em;border-bottom:1px solid #999;margin-top:2em;break-after:avoid}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25em .6em .25em 0}
tr{break-inside:avoid}td:first-child,time{white-space:nowrap;font-variant-numeric:tabular-nums}
tr.machine td{color:#444;font-style:italic}ins{background:#d5f0d5;text-decoration:none}del{background:#f6d5d5}
code{font-size:.85em;word-break:break-all}.gap{border-left:4px solid #a00;padding-left:.6em}
@page{margin:18mm}@media print{body{margin:0;max-width:none;font-size:10pt}}
"""


def write_credits(project: Project, folder: Path, *, overwrite: bool = False) -> tuple[Path, Path, Path]:
    """Write the page, the manifest that signs it and the data into a folder, and say where they lie.

    Raises:
        InputError: there is no film yet.
        OutputError: a file is there already, or cannot be written.
    """
    home = settings().home
    page, data = folder / f"{project.name}.credits.html", folder / f"{project.name}.credits.json"
    make_folder(folder)
    for path in (page, data):
        refuse_existing(path, overwrite=overwrite)
    found = read_authorship(project, home)
    text = json.dumps(found.as_row(), ensure_ascii=False, indent=1) + "\n"
    beside = sha256(text.encode()).hexdigest()
    write_text(data, text)
    write_text(page, write_page(found, data.name, beside))
    head = found.proof.head
    facts = {"json_sha256": beside, "ledger": {name: head[name] for name in ("log", "size", "root")}}
    title = f"{found.title[: LONGEST_TITLE - 10]}: credits"
    claim = Claim(title=title, kind="document", trained=False, engine="ledger", facts=facts)
    sign_file(page, claim, open_identity(home))
    return page, page.with_name(page.name + ".c2pa"), data


def write_page(found: Authorship, data: str, beside: str) -> str:
    """The page as HTML; `data` is the name of the JSON that lies beside it, and `beside` its SHA-256."""
    language = settings().language
    return "\n".join(
        (
            f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{escape(found.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
            f"<h1>{escape(found.title)}: {say('who did what', '何人做了什么')}</h1>",
            *_people(found),
            *(line for shot in found.shots for line in _shot(shot)),
            *_section(say("The film as a whole", "影片整体"), found.whole),
            *_section(say("Shots that are not in the cut", "未用于成片的镜头"), found.elsewhere),
            f"<h2>{say('What this is evidence of, and what not', '本页能证明什么，不能证明什么')}</h2>",
            f'<p lang="en">{escape(ABOUT[0])}</p>\n<p lang="zh">{escape(ABOUT[1])}</p>',
            f"<p>{_check(found, data)}</p>",
            f"<p>{say('More on this', '延伸阅读')}: <code>tianmu learn authorship</code></p>",
            f"<p>{say('Film', '影片')} SHA-256 <code>{found.film}</code><br>{escape(data)} SHA-256 "
            f"<code>{beside}</code></p>",
            "</body>\n</html>\n",
        )
    )


def _check(found: Authorship, data: str) -> str:
    head, name = found.proof.head, escape(data)
    return say(
        f"The numbers are those of the ledger of {head['size']} entries with the root <code>{head['root']}</code>. "
        f"Whoever has Tianmu checks all of them offline: <code>tianmu ledger check {name}</code>.",
        f"编号为账本条目编号；账本共 {head['size']} 条，根值 <code>{head['root']}</code>。"
        f"任何人可用天幕离线核验：<code>tianmu ledger check {name}</code>。",
    )


def _people(found: Authorship) -> Iterator[str]:
    yield f"<h2>{say('People', '人员')}</h2>\n<table>"
    for person in found.people:
        roles = say(", ", "、").join(say_role(role) for role in person["roles"])
        key = f"<code>{person['key_sha256']}</code>" if person["key_sha256"] else say("the studio", "工作室")
        yield f"<tr><td>{escape(person['name'])}</td><td>{escape(roles)}</td><td>{key}</td></tr>"
    yield "</table>"


def _shot(shot: ShotDeeds) -> Iterator[str]:
    yield f"<h2>{say('Shot', '镜头')} {escape(shot.slate)}</h2>"
    for words, number in shot.words:
        yield f"<p>“{escape(words)}” <small>{_number(number)}</small></p>"
    assets = [f"{escape(id)} {version} {_number(number)}".strip() for id, version, number in shot.assets]
    if assets:
        yield f"<p><small>{say('Shows', '出现')}: {'; '.join(assets)}</small></p>"
    if shot.made is None:
        gap = say(
            "The take that is seen here was not written down when it was made; nothing was entered afterwards.",
            "此处所用素材在制作时未写入账本；事后也未补记。",
        )
        yield f'<p class="gap">{gap}</p>'
    else:
        yield f"<p>{say('Seen in the film', '成片所用')}: {_number(shot.made)}</p>"
    yield from _table(shot.deeds)


def _section(title: str, deeds: tuple[Deed, ...]) -> Iterator[str]:
    if deeds:
        yield f"<h2>{title}</h2>"
        yield from _table(deeds)


def _table(deeds: Iterable[Deed]) -> Iterator[str]:
    yield "<table>"
    for deed in deeds:
        entry = deed.entry
        time = f"<time>{escape(entry.at[:10])} {escape(entry.at[11:19])} UTC</time>"
        by = "" if deed.human else ' class="machine"'
        what = f"{escape(kind_words(entry.kind))}: {escape(details(entry))}{_machine(deed)}"
        yield f'<tr id="e{deed.number}"{by}><td>{deed.number}</td><td>{time}</td><td>{escape(who(entry))}</td>'
        yield f"<td>{what}</td></tr>"
    yield "</table>"


def _machine(deed: Deed) -> str:
    """What a person may want to see of the machine's part: the model, and what changed in the prompt."""
    facts = deed.entry.facts
    if deed.entry.kind == "script":
        new = "".join(f"<br><ins>{escape(str(line))}</ins>" for line in facts.get("added", ()))
        return new + "".join(f"<br><del>{escape(str(line))}</del>" for line in facts.get("removed", ()))
    if deed.entry.kind != "take":
        return ""
    model = f"<br>{say('model', '模型')} <code>{escape(str(facts['model']))}</code>" if facts.get("model") else ""
    tags = {"=": ("", ""), "+": ("<ins>", "</ins>"), "-": ("<del>", "</del>")}
    if all(sign == "=" for sign, _ in deed.prompt_diff):
        return model
    changed = "".join(tags[sign][0] + escape(words) + tags[sign][1] for sign, words in deed.prompt_diff)
    return f"{model}<br>{say('against the take before', '与前一条相比')}: {changed}"


def _number(number: int | None) -> str:
    return "" if number is None else f'<a href="#e{number}">#{number}</a>'
