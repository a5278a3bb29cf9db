"""The page of an audit: one HTML file that opens anywhere and fetches nothing, with every picture that was drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from tianmu.core.files import write_text
from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.studio.audit.prompts import LANGUAGES, read_prompts
from tianmu.studio.audit.survey import Sight
from tianmu.studio.audit.table import Table, lesson, tables
from tianmu.studio.audit.terms import term
from tianmu.studio.explain.strips import picture_uri

_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#111;
background:#fff}h1{font-size:1.5em}h2{font-size:1.15em;border-bottom:1px solid #999;margin-top:2em}
table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.2em .9em .2em 0}
td{border-top:1px solid #ddd}.label{border:1px solid #777;padding:.2rem .6rem;display:inline-block}
.sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1rem}figure{margin:0}
img{width:100%;border-radius:4px;display:block;background:#eee}figcaption{font-size:.85rem}
.shown{color:#176b2c}.silent,.split{color:#a00;font-weight:600}.replaced,.left,.unknown{color:#8a5a00}
"""


def write_page(
    path: Path,
    report: Mapping[str, Any],
    sights: Sequence[Sight],
    sentences: Sequence[str],
    *,
    words: str,
    metadata: Mapping[str, str],
) -> None:
    """Write the page; `words` are the label that it carries, `metadata` what it says of itself to programs.

    Raises:
        OutputError: it cannot be written.
    """
    title = say(f"An audit of the engine {report['engine']}", f"引擎 {report['engine']} 的审计")
    metas = "".join(
        f'<meta name="{escape(name)}" content="{escape(value)}">' for name, value in sorted(metadata.items())
    )
    asked = report["prompts"]
    about = say(
        f"{asked['asked']} fixed prompts (version {asked['version']}, {asked['sha256'][:12]}), in English and Chinese, "
        f"seed {report['seed']}; Tianmu {report['tianmu']}, weights {report['model_digest'] or 'none'}.",
        f"{asked['asked']} 条固定提示词（第 {asked['version']} 版，{asked['sha256'][:12]}），中英文各一遍，"
        f"种子 {report['seed']}；天幕 {report['tianmu']}，权重 {report['model_digest'] or '无'}。",
    )
    parts = [
        f'<!doctype html><html lang="{settings().language}"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f'<meta name="viewport" content="width=device-width">{metas}<style>{_STYLE}</style></head><body>',
        f'<p class="label">{escape(words)}</p>' if words else "",
        f"<h1>{escape(title)}</h1><p>{escape(about)}</p>",
        *(_table(table) for table in tables(report)),
        f"<h2>{say('What this does not know', '本审计不知道的')}</h2>",
        "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in sentences) + "</ul>",
        f"<p>{escape(lesson())}</p>",
        *_sheet(sights),
        "</body></html>\n",
    ]
    write_text(path, "\n".join(part for part in parts if part))


def _table(table: Table) -> str:
    said = "".join(f"<p>{escape(line)}</p>" for line in table.said)
    rows = "".join(
        "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>"
        for row, tag in zip(table.rows, ("th", *("td",) * len(table.rows)), strict=False)
    )
    return f"<h2>{escape(table.title)}</h2>{said}" + (f"<table>{rows}</table>" if rows else "")


def _sheet(sights: Sequence[Sight]) -> Iterator[str]:
    groups = read_prompts().groups
    for name, title in groups.items():
        shown = [sight for sight in sights if sight.prompt.group == name]
        if shown:
            yield f'<h2>{escape(say(*title))}</h2><div class="sheet">'
            yield from (_figure(sight) for sight in shown)
            yield "</div>"


def _figure(sight: Sight) -> str:
    picture = f'<img alt="{escape(sight.words)}" src="{picture_uri(sight.frame)}">' if sight.frame is not None else ""
    fates = ", ".join(
        f'<span class="{found.fate.split()[0]}">{escape(found.words)}: {escape(term(found.fate))}'
        f"{f' ({escape(found.used)})' if found.used else ''}</span>"
        for found in sight.found
    )
    stopped = "" if sight.decision == "allow" else f" [{sight.decision}: {', '.join(sight.rules)}]"
    nothing = say("nothing was drawn", "没有画面") if sight.frame is None else ""
    tag = LANGUAGES[sight.language]
    return (
        f'<figure lang="{tag}">{picture}<figcaption><b>{escape(sight.words)}</b>{escape(stopped)}<br>{fates}'
        f"{nothing}</figcaption></figure>"
    )
