"""What a person reads of an inspection, in both languages.

They say what was found and what it can and cannot show. None of them says of a picture that it shows what happened: no
layer can know that. `tests/unit/studio/inspect/test_sentences.py` searches every one for words that would.
"""

from __future__ import annotations

from typing import Any

from tianmu.core.text import listed, say

Row = dict[str, Any]


def made(said_by: tuple[str, ...], made_by_ai: bool | None, *, signer_says_not: bool = False) -> str:
    """The beginning of the sentence at the top: who says that AI made it.

    A signer may say that no trained model was used where a label says AI: the label's law counts any algorithm.
    """
    if made_by_ai:
        who = [source(each) for each in said_by]
        though = say(", though without a trained model, as its signer says", "，但签名者称未使用经过训练的模型")
        return say(
            f"Made by AI, as {listed(who)} {'says' if len(who) == 1 else 'say'}",
            f"由 AI 生成（依据：{listed(who)}）",
        ) + (though if signer_says_not else "")
    if made_by_ai is False:
        return say("Made without a trained model, as its signer says", "签名者称未使用经过训练的模型")
    return say(
        "Whether AI made it is not known, which is not the same as: without AI",
        "是否由 AI 生成尚不清楚（不清楚不等于没有用 AI）",
    )


def source(name: str) -> str:
    """What says it, within a sentence."""
    return {
        "signature": say("its signed manifest", "签名清单"),
        "metadata": say("its metadata", "元数据"),
        "watermark": say("its watermark", "水印"),
        "store": say("this store", "本存储的记录"),
    }[name]


def whose(signer: Row) -> str:
    """A signer with how well it is known."""
    name = signer["name"] or "?"
    text = {
        "this studio": say(f"“{name}” (this studio)", f"“{name}”（本工作室）"),
        "trusted": say(f"“{name}” (trusted by this studio)", f"“{name}”（本工作室信任）"),
    }.get(
        signer["whose"],
        say(
            f"a key that calls itself “{name}” (nobody here vouches for it)",
            f"自称“{name}”的密钥（本工作室无法证实）",
        ),
    )
    return text + (say(", whose certificate has expired", "，其证书已过期") if signer["expired"] else "")


def signed(row: Row) -> str:
    """Whether a manifest holds, within a sentence."""
    own = row["tree"]["state"]
    by = whose(row["signer"])
    if row["state"] == "intact":
        return say(f"signed by {by}, and not changed since", f"由{by}签名，此后未改动")
    if own == "intact":
        broken = listed([f"“{each}”" for each in broken_titles(row["tree"])[:5]])
        return say(
            f"signed by {by} and itself not changed since, but made from what does not hold: {broken}",
            f"由{by}签名，自身未改动，但所用素材不成立：{broken}",
        )
    if own == "changed":
        return say(f"signed by {by}, and changed since", f"由{by}签名，此后被改动")
    return say(f"signed in the name of {by}, but the signed statement is damaged", f"以{by}之名签名，但签名声明已损坏")


def broken_titles(tree: Row) -> list[str]:
    """The titles of all ingredients, at any depth, that do not hold."""
    found: list[str] = []
    for child in tree["ingredients"]:
        if child["state"] != "intact":
            found.append(child["title"])
        found += broken_titles(child)
    return found


def unsigned(manifest_failed: str) -> str:
    """There is no manifest, within a sentence; or there may be one, and it cannot be read because of that."""
    if manifest_failed:
        return say(
            f"whether it is signed could not be read ({manifest_failed})", f"无法读取是否有签名（{manifest_failed}）"
        )
    return say("not signed, so whether it was changed is not known", "没有签名，因此不知是否被改动")


def copy_of(work: Row, looks: str) -> str:
    """A mark led to a work of this store, within a sentence."""
    title = work["title"]
    day = work["at"][:10]
    if looks == "unlike":
        return say(
            f"its watermark names “{title}”, which this studio issued on {day}, and the picture does not look like it: "
            "the mark was put on another picture, or the picture was changed beyond knowing",
            f"水印指向本工作室于 {day} 发出的“{title}”，但画面与之不像：水印被移到了别的画面上，或画面改动过大",
        )
    return say(
        f"a changed copy of “{title}”, which this studio issued on {day}: its signed manifest is gone from the file "
        "and lies in this store",
        f"是本工作室于 {day} 发出的“{title}”的改动副本：文件中的签名清单已失，存储中仍有一份",
    )


def kept_elsewhere(work: Row, row: Row) -> str:
    """The file is one that left, byte for byte, and its manifest lies in this store; within a sentence."""
    return say(
        f"“{work['title']}” as it left this studio on {work['at'][:10]}, its manifest in this store: {signed(row)}",
        f"即本工作室于 {work['at'][:10]} 发出的“{work['title']}”，清单在本存储中：{signed(row)}",
    )


def unreadable(reason: str) -> str:
    """Nothing can be said of it."""
    return say(f"It cannot be read: {reason}", f"无法读取：{reason}")


def whole(*parts: str) -> str:
    """A sentence of its parts."""
    return say("; ".join(parts) + ".", "；".join(parts) + "。")


def provenance(row: Row | None, *, kept: bool) -> str:
    """The line of the C2PA layer."""
    if row is None:
        return say("none", "无")
    where = say("from this store: ", "取自本存储：") if kept else ""
    title = say(f"“{row['title']}”, ", f"“{row['title']}”，") if row["title"] else ""
    return where + title + signed(row)


def aigc(row: Row) -> str:
    """The line of the AIGC label."""
    if row["label"] is None:
        return say("a label is there and cannot be read", "有标识，但无法读取")
    said = {
        "1": say("it is AI-generated", "是 AI 生成"),
        "2": say("it may be AI-generated", "可能是 AI 生成"),
        "3": say("it is suspected to be AI-generated", "疑似 AI 生成"),
    }.get(str(row["label"]), str(row["label"]))
    return say(
        f"says that {said}; by {row['content_producer'] or '?'}, number {row['produce_id'] or '?'}",
        f"称其{said}；生成者 {row['content_producer'] or '?'}，编号 {row['produce_id'] or '?'}",
    ) + ("" if row["state"] == "valid" else say("; not as the standard has it", "；不合标准写法"))


def source_type(row: Row) -> str:
    """The line of IPTC's digital source type."""
    tool = say(f", by {row['tool']}", f"，工具 {row['tool']}") if row["tool"] else ""
    return ", ".join(row["types"]) + tool


def watermark(row: Row, signed_mark: str | None) -> str:
    """The line of the watermark."""
    how = [say(f"scale {row['scale']:g}", f"缩放 {row['scale']:g}")] if abs(row["scale"] - 1) > 0.02 else []
    if abs(row["rotation"]) > 0.5:
        how.append(say(f"turned {row['rotation']:g}°", f"旋转 {row['rotation']:g}°"))
    if row["mirrored"]:
        how.append(say("mirrored", "镜像"))
    key = say("the public key", "公开密钥") if row["key"] == "public" else say("this studio's key", "本工作室密钥")
    other = ""
    if signed_mark is not None and signed_mark != row["mark"]:
        other = say(f"; the manifest names another, {signed_mark}", f"；而清单写的是另一个：{signed_mark}")
    return (
        say(f"mark {row['mark']}, {key}", f"标记 {row['mark']}，{key}") + "".join(f", {each}" for each in how) + other
    )


def store(work: Row | None, looks: str, *, exact: bool) -> str:
    """The line of the store."""
    if work is None:
        return say("this store knows nothing of it", "本存储中没有它的记录")
    what = say(f"“{work['title']}”, issued {work['at'][:10]}", f"“{work['title']}”，发出于 {work['at'][:10]}")
    if work["recipient"]:
        what += say(f" for {work['recipient']}", f"，接收人 {work['recipient']}")
    if exact:
        return what + say(", this very file", "，即此文件")
    return (
        what
        + {
            "same": say(", and it looks like it", "，画面相像"),
            "perhaps": say(", and it may be a part of it", "，可能是其中一部分"),
            "unlike": say(", and it does not look like it", "，画面不像"),
            "unknown": say(", and looks cannot be compared", "，画面无法比较"),
        }[looks]
    )


def similar(works: list[Row]) -> str:
    """The line of works of this store that look alike."""
    if not works:
        return say("no work of this store looks like it", "本存储中没有相像的作品")
    named = [f"“{each['title']}” ({each['mark']}, {each['distance']:.3f})" for each in works]
    return say("looks like ", "相像：") + listed(named)


def content(row: Row) -> str:
    """The line of what can be decoded."""
    if "width" in row:
        size = f"{row['width']} x {row['height']}"
        frames = row["num_frames"]
        text = say(f"{size}, {frames} frame{'' if frames == 1 else 's'}", f"{size}，{frames} 帧")
    elif row.get("seconds") is not None:
        text = say(f"{row['seconds']:.1f} s of sound", f"声音 {row['seconds']:.1f} 秒")
    else:
        text = say("readable", "可读")
    return text + (say(", damaged in places", "，有损坏之处") if row["damaged"] else "")


def status(answer_status: str, reason: str) -> str:
    """The line of a layer that has nothing to say of its own."""
    return {
        "absent": say("none", "无"),
        "skipped": say("not looked for", "未检查"),
        "late": say(f"not known: {reason}", f"不清楚：{reason}"),
        "failed": say(f"not known: {reason}", f"不清楚：{reason}"),
    }[answer_status]
