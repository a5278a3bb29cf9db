"""`tianmu ledger`: what was written down, whether it is as it was written, and proofs of it for others."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs, whole
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.governance.ledger import Entry

UNPROVEN = 1


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `ledger` and its own verbs."""
    parser = verbs.add_parser(
        "ledger", help=say("what was done, by whom, provably", "可证明的制作记录：何人何时做了什么")
    )
    add = parser.add_argument
    add("--project", metavar="NAME", help=say("only what is about this project", "只列出该项目的条目"))
    add("--last", type=whole("--last", 1, 1_000_000), metavar="N", help=say("only the last N", "只列出最后 N 条"))
    add("--json", action="store_true", help=say("print a JSON list", "输出 JSON 列表"))
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(metavar=say("ACTION", "操作"))
    heads = say("a head that was kept elsewhere", "他处保存的树头文件")

    verify = actions.add_parser("verify", help=say("find whatever was changed", "查找任何改动"))
    verify.add_argument("--head", type=Path, nargs="+", action="extend", default=[], metavar="FILE", help=heads)
    verify.add_argument("--json", action="store_true", help=say("print JSON", "输出 JSON"))
    verify.set_defaults(run=run_verify)

    head = actions.add_parser(
        "head", help=say("the newest signed head, for a second party", "最新的签名树头，交第三方保存")
    )
    head.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=say("the file", "输出文件"))
    head.add_argument("--recipient", default="", help=say("to whom it is given", "交给谁"))
    head.add_argument("--overwrite", action="store_true", help=say("replace a file that is there", "允许覆盖已有文件"))
    head.set_defaults(run=run_head)

    prove = actions.add_parser("prove", help=say("that an entry is in the ledger", "证明某条目在账本中"))
    prove.add_argument("number", type=whole("NUMBER", 0, 1 << 40), metavar="NUMBER", help=say("the entry", "条目编号"))
    prove.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=say("the file", "输出文件"))
    prove.add_argument("--head", type=Path, nargs="+", action="extend", default=[], metavar="FILE", help=heads)
    prove.add_argument("--overwrite", action="store_true", help=say("replace a file that is there", "允许覆盖已有文件"))
    prove.set_defaults(run=run_prove)

    check = actions.add_parser("check", help=say("check a proof, offline", "离线核验证明"))
    check.add_argument("proof", type=Path, metavar="PROOF", help=say("a proof, or credits", "证明文件或署名记录"))
    check.add_argument("--head", type=Path, nargs="+", action="extend", default=[], metavar="FILE", help=heads)
    check.add_argument("--json", action="store_true", help=say("print JSON", "输出 JSON"))
    check.set_defaults(run=run_check)


def run(arguments: argparse.Namespace) -> int:
    """List the entries: number, time, who, what."""
    import json
    from collections import deque

    from tianmu.studio.store import Store
    from tianmu.studio.store.ledger import read_ledger

    with Store.open() as store:
        found: deque[tuple[int, Entry]] = deque(maxlen=arguments.last)
        for row in read_ledger(store):
            entry = _entry(row.body, row.position)
            if arguments.project in (None, entry.project):
                found.append((row.position, entry))
    if arguments.json:
        print(
            json.dumps(
                [{"number": number, **json.loads(entry.encode())} for number, entry in found], ensure_ascii=False
            )
        )
        return 0
    for number, entry in found:
        print(line(number, entry))
    if not found:
        print(say("Nothing is written down yet.", "还没有记录。"))
    return 0


def run_verify(arguments: argparse.Namespace) -> int:
    """Compute every hash anew; 1 where anything is not as it was written."""
    import json
    from dataclasses import asdict

    from tianmu.core.settings import settings
    from tianmu.governance.identity import anchors
    from tianmu.studio.proofs import read_head
    from tianmu.studio.store import Store
    from tianmu.studio.store.ledger import Row, read_ledger, verify_ledger

    heads = [read_head(path) for path in arguments.head]
    seen = [0]

    def counted(row: Row) -> Row:
        seen[0] += 1
        return row

    with Store.open() as store:
        faults = verify_ledger(map(counted, read_ledger(store)), anchors(settings().home), heads)
    if arguments.json:
        print(json.dumps({"entries": seen[0], "faults": [asdict(fault) for fault in faults]}, ensure_ascii=False))
        return UNPROVEN if faults else 0
    for fault in faults:
        print(fault.text)
    if not faults:
        kept = say(f", and so say {len(heads)} heads kept elsewhere", f"，并与他处保存的 {len(heads)} 个树头相符")
        print(
            say(f"{seen[0]} entries, all as they were written", f"共 {seen[0]} 条，均与写入时一致")
            + (kept if heads else "")
            + say(".", "。")
        )
    return UNPROVEN if faults else 0


def run_head(arguments: argparse.Namespace) -> int:
    """Write the newest head, and write down that it was given."""
    import json

    from tianmu.core.files import write_text
    from tianmu.core.settings import settings
    from tianmu.governance.ledger import Entry
    from tianmu.governance.people import acting
    from tianmu.studio.output import refuse_existing
    from tianmu.studio.proofs import newest_head
    from tianmu.studio.store import Store
    from tianmu.studio.store.ledger import record_in

    output: Path = arguments.output
    refuse_existing(output, overwrite=arguments.overwrite)
    with Store.open() as store:
        head = newest_head(store)
        write_text(output, json.dumps(head, ensure_ascii=False, indent=2) + "\n")
        facts = {name: head[name] for name in ("size", "root")}
        subject = arguments.recipient or None
        record_in(store, Entry(kind="head", actor=acting(settings().home), subject=subject, facts=facts))
    print(
        say(
            f"{output}: the head of {head['size']} entries; give it to somebody you do not control, and note when.",
            f"{output}：{head['size']} 条的树头；请交给您无法控制的一方保存，并记下时间。",
        )
    )
    return 0


def run_prove(arguments: argparse.Namespace) -> int:
    """Write the proof of one entry."""
    import json

    from tianmu.core.errors import InputError
    from tianmu.core.files import write_text
    from tianmu.film.schema import to_row
    from tianmu.studio.output import refuse_existing
    from tianmu.studio.proofs import prove, read_head
    from tianmu.studio.store import Store

    output: Path = arguments.output
    refuse_existing(output, overwrite=arguments.overwrite)
    heads = [read_head(path) for path in arguments.head]
    with Store.open() as store:
        proof = prove(store, lambda number, entry: number == arguments.number, heads)
    if not proof.entries:
        size = proof.head["size"]
        raise InputError(
            say(
                f"There is no entry {arguments.number}; the ledger has 0 to {size - 1}.",
                f"没有第 {arguments.number} 条；账本有 0 到 {size - 1}。",
            )
        )
    write_text(output, json.dumps(to_row(proof), ensure_ascii=False, indent=2) + "\n")
    print(output)
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Check a proof without the store; 1 where something is not shown."""
    import json

    from tianmu.core.settings import settings
    from tianmu.governance.identity import anchors
    from tianmu.governance.ledger.proof import read_proof, verify_proof
    from tianmu.studio.proofs import read_head, read_text

    proof = read_proof(read_text(arguments.proof))
    heads = [read_head(path) for path in arguments.head]
    found = verify_proof(proof, anchors(settings().home), heads)
    if arguments.json:
        entries = [{"number": number, **json.loads(entry.encode())} for number, entry in found.entries]
        row = {"entries": entries, "size": found.size, "faults": found.faults, "known": found.known}
        print(json.dumps(row, ensure_ascii=False))
        return UNPROVEN if found.faults else 0
    for number, entry in found.entries:
        print(line(number, entry))
    for fault in found.faults:
        print(fault)
    if not found.faults:
        count = len(found.entries)
        print(
            say(
                f"Shown: {count} of the {found.size} entries that the ledger had, unchanged.",
                f"已证实：账本 {found.size} 条中的 {count} 条，未经改动。",
            )
        )
    if not found.known:
        print(
            say(
                "Nobody here knows the studio that signed it; put its root into the folder `trusted`.",
                "本机不认识签署它的工作室；请把其根证书放入 trusted 文件夹。",
            )
        )
    return UNPROVEN if found.faults else 0


def line(number: int, entry: Entry) -> str:
    """`12  2026-11-22 20:44:10 UTC  Li Wei (director)  a director's note on a shot  1A: “slower”`."""
    from tianmu.studio.events import details, kind_words, who

    time = f"{entry.at[:10]} {entry.at[11:19]} UTC"
    project = f"[{entry.project}] " if entry.project else ""
    return f"{number:>5}  {time}  {who(entry)}  {kind_words(entry.kind)}  {project}{details(entry)}".rstrip()


def _entry(body: str, number: int) -> Entry:
    from tianmu.core.errors import MediaError
    from tianmu.governance.ledger import Entry

    try:
        return Entry.decode(body)
    except ValueError as error:
        raise MediaError(
            say(
                f"Entry {number} of the ledger is damaged; run `tianmu ledger verify`.",
                f"账本第 {number} 条已损坏；请运行 `tianmu ledger verify`。",
            )
        ) from error
