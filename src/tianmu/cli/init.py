"""`tianmu init`: name the studio, make its keys or choose a certificate, and say what is there."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tianmu.cli.parser import Verbs
from tianmu.core.errors import InputError
from tianmu.core.settings import settings
from tianmu.core.text import listed, say

if TYPE_CHECKING:
    from tianmu.governance.identity import House, Identity


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `init` and its options."""
    parser = verbs.add_parser(
        "init",
        help=say("name the studio and make the keys that sign its works", "为工作室命名，并生成为作品签名的密钥"),
        description=say(
            "Everything works without it: keys are made when something is first signed. Run again, it changes only "
            "what is asked for, and prints what is there.",
            "不运行它也能使用：首次签名时会自动生成密钥。再次运行只改动所要求的内容，并显示现状。",
        ),
    )
    parser.add_argument("--name", help=say("what the studio is called in its certificate", "证书中的工作室名称"))
    parser.add_argument(
        "--for",
        dest="audience",
        metavar="AUDIENCE",
        help=say("whose rules label its works: all, cn, eu or us-ca", "作品按哪里的规则标识：all、cn、eu 或 us-ca"),
    )
    parser.add_argument(
        "--country",
        metavar="XXX",
        help=say("three letters (ISO 3166), for the carbon of its electricity", "三字母国家代码，用于估算用电碳排放"),
    )
    parser.add_argument(
        "--certificate",
        metavar="CHAIN.pem",
        type=Path,
        help=say("sign with this certificate chain, the leaf first", "改用此证书链签名（签名证书在前）"),
    )
    parser.add_argument(
        "--key",
        metavar="KEY.pem",
        type=Path,
        help=say("the private key of that certificate; it is never copied", "该证书的私钥；不会被复制"),
    )
    parser.add_argument(
        "--renew",
        action="store_true",
        help=say("make a new leaf under the root that is there", "在现有根证书下重新签发签名证书"),
    )
    parser.add_argument(
        "--private-watermark",
        action="store_true",
        help=say("mark works with a secret watermark key too", "同时使用工作室私有的水印密钥"),
    )
    parser.add_argument("--json", action="store_true", help=say("print one JSON object", "输出一个 JSON 对象"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked, in an order in which nothing is written before everything was found possible."""
    import json

    from tianmu.governance import identity

    home = settings().home
    before = identity.read_house(home)
    house = _asked(before, arguments)
    if arguments.renew and arguments.certificate is None:
        signer = identity.renew_identity(home, name=house.name)
    elif arguments.name is not None or arguments.certificate is not None or arguments.key is not None:
        signer = identity.make_identity(home, name=house.name, certificate=arguments.certificate, key=arguments.key)
    else:
        signer = identity.open_identity(home)
    if house != before or not (home / "studio.json").exists():
        identity.write_house(home, house)
    if arguments.private_watermark:
        identity.make_watermark_key(home)
    facts = _facts(home, house, signer)
    print(json.dumps(facts, ensure_ascii=False) if arguments.json else "\n".join(_lines(facts)))
    return 0


def _asked(house: House, arguments: argparse.Namespace) -> House:
    """The house with what the options change."""
    from tianmu.governance.machine import look_up
    from tianmu.governance.rules import AUDIENCES

    if arguments.name is not None:
        house = replace(house, name=" ".join(arguments.name.split()))
    if arguments.audience is not None:
        choices = tuple(each for each in AUDIENCES if each != "none")
        if arguments.audience not in choices:
            names = listed(choices)
            raise InputError(
                say(
                    f"--for takes one of {names} here, not {arguments.audience!r}; an unlabelled copy is asked for one "
                    "work at a time, with its recipient and reason.",
                    f"此处 --for 应为 {names} 之一，而不是 {arguments.audience!r}；"
                    "无标识副本须逐件申请，并写明接收方与理由。",
                )
            )
        house = replace(house, audience=arguments.audience)
    if arguments.country is not None:
        country = arguments.country.strip().upper()
        if not re.fullmatch(r"[A-Z]{3}", country):
            raise InputError(
                say(
                    f"--country takes three letters of ISO 3166, such as CHN or FRA, not {arguments.country[:20]!r}.",
                    f"--country 应为 ISO 3166 三字母代码，例如 CHN 或 FRA，而不是 {arguments.country[:20]!r}。",
                )
            )
        look_up().grams(country)  # a code that nobody knows would stop every later command
        house = replace(house, country=country)
    return house


def _facts(home: Path, house: House, signer: Identity) -> dict[str, Any]:
    from tianmu.governance.identity import anchors, watermark_key

    return {
        "name": house.name,
        "audience": house.audience,
        "country": house.country,
        "signs_as": signer.name,
        "producer": signer.producer,
        "fingerprint": signer.fingerprint,
        "valid_until": signer.valid_until,
        "keys": str(home / "keys"),
        "certificate": str(home / "keys" / "certificate.pem"),
        "own_certificate": not (home / "keys" / "chosen.json").exists(),
        "trusted": [_named(each) for each in anchors(home)],
        "trusted_folder": str(home / "trusted"),
        "private_watermark": watermark_key(home) is not None,
    }


def _named(anchor: bytes) -> str:
    from cryptography import x509

    from tianmu.governance.certificates import common_name

    return common_name(x509.load_pem_x509_certificate(anchor).subject)


def _lines(facts: dict[str, Any]) -> list[str]:
    """What is there, for a person."""
    own, nowhere = facts["own_certificate"], say("not said", "未填写")
    kind = say("made here", "本机生成") if own else say("chosen", "自选")
    trusted = listed(facts["trusted"])
    secret = (
        say("the public key and a secret one", "公开密钥和私有密钥")
        if facts["private_watermark"]
        else say("the public key", "公开密钥")
    )
    return [
        say(f"Studio: {facts['name']}", f"工作室：{facts['name']}"),
        say(f"Labels for: {facts['audience']}", f"标识规则：{facts['audience']}")
        + say(f"; country: {facts['country'] or nowhere}", f"；国家：{facts['country'] or nowhere}"),
        say(
            f"Signs as: {facts['signs_as']} ({kind}, valid until {facts['valid_until']})",
            f"签名者：{facts['signs_as']}（{kind}，有效期至 {facts['valid_until']}）",
        ),
        say(f"Producer: {facts['producer']}", f"制作者编号：{facts['producer']}"),
        say(f"Fingerprint: {facts['fingerprint']}", f"证书指纹：{facts['fingerprint']}"),
        say(
            f"Keys: {facts['keys']} (keep a copy of this folder where nobody else reads it)",
            f"密钥：{facts['keys']}（请在他人无法读取之处备份此文件夹）",
        ),
        say(
            f"Trusted: {trusted}; put certificates of others into {facts['trusted_folder']}",
            f"信任：{trusted}；可将他人的证书放入 {facts['trusted_folder']}",
        ),
        say(f"Watermark: {secret}", f"水印：{secret}"),
    ]
