"""The page of an explanation: one HTML file that opens anywhere and fetches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.core.files import write_text
from tianmu.core.settings import settings
from tianmu.core.text import listed, say
from tianmu.studio.explain.attribution import GOAL, Agreement, Fitted
from tianmu.studio.explain.strips import heat_strip, phrase_film, picture_uri, row_of
from tianmu.studio.explain.terms import fact_name, how_name

if TYPE_CHECKING:
    from tianmu.engines.protocol import Frames
    from tianmu.studio.explain.explanation import Explanation

_STYLE = """
body{background:#121214;color:#dcdce0;font:16px/1.5 system-ui,"Noto Sans SC",sans-serif;max-width:68rem;
margin:2rem auto;padding:0 1rem}h1,h2{font-weight:600}h2{margin-top:2.5rem}
img{margin-top:.3rem}img,video{max-width:100%;border-radius:4px;
display:block}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #333;
vertical-align:top}figure{margin:1.6rem 0}figcaption{margin-bottom:.4rem}.four{display:grid;
grid-template-columns:repeat(4,1fr);font-size:.8rem;color:#9a9aa2}.label{border:1px solid #777;padding:.2rem .6rem;
display:inline-block}.yes{color:#7fd88f}.no{color:#ff9f6b}code{word-break:break-all;color:#9a9aa2}
"""


def write_page(path: Path, told: Explanation, *, words: str, metadata: Mapping[str, str]) -> None:
    """Write the page; `words` are the label that it carries, `metadata` what it says of itself to programs.

    Raises:
        OutputError: it cannot be written.
    """
    title = say(f"How {told.name} was made", f"{told.name} 是怎样做成的")
    metas = "".join(
        f'<meta name="{escape(name)}" content="{escape(value)}">' for name, value in sorted(metadata.items())
    )
    parts = [
        f'<!doctype html><html lang="{settings().language}"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f'<meta name="viewport" content="width=device-width">{metas}<style>{_STYLE}</style></head><body>',
        f'<p class="label">{escape(words)}</p>' if words else "",
        f"<h1>{escape(title)}</h1><p>{escape(told.recipe.request.prompt)}</p>",
        _agreement(told),
        _replay(told),
        _words(told),
        _phrases(told, metadata),
        _steps(told),
        _nearest(told),
        _recipe(told),
        "</body></html>\n",
    ]
    write_text(path, "\n".join(part for part in parts if part))


def verdicts(told: Explanation) -> tuple[str, str]:
    """Whether the map of attention, and that of single steps, may be believed for this take: a sentence each."""
    return (
        _said(told.agreement, say("The map of attention", "注意力图")),
        _said(told.knocked_agreement, say("The map of single steps", "单步图")),
    )


def _said(agreement: Agreement, what: str) -> str:
    if agreement.share is None or agreement.constant is None:
        return say(
            f"{what} could not be tested: no region of this take hangs on any one phrase.",
            f"{what}无法检验：此素材没有任何区域取决于某个短语。",
        )
    numbers_en = (
        f"in {agreement.share:.0%} of {agreement.regions} regions it names the phrase whose removal changes them most "
        f"(goal {GOAL:.0%}; naming one phrase everywhere: {agreement.constant:.0%})"
    )
    numbers_zh = (
        f"{agreement.regions} 个区域中，它指出的正是遮去后变化最大的短语的占 {agreement.share:.0%}"
        f"（目标 {GOAL:.0%}；处处都说同一个短语：{agreement.constant:.0%}）"
    )
    if not agreement.holds:
        return say(f"{what} does not hold for this take: {numbers_en}.", f"{what}在此素材上不成立：{numbers_zh}。")
    if agreement.share <= agreement.constant:
        return say(
            f"{what} says no more here than one phrase everywhere: {numbers_en}.",
            f"{what}在此并不比处处说同一个短语更多：{numbers_zh}。",
        )
    return say(f"{what} holds for this take: {numbers_en}.", f"{what}在此素材上成立：{numbers_zh}。")


def _agreement(told: Explanation) -> str:
    attention, single = (escape(said) for said in verdicts(told))
    note = say(
        "What certainly holds are the films without a phrase: they were made, with the same noise. A map is a shorter "
        "way to the same answer, and is tested against them. Attention says where the network looked. Single steps "
        "say how far what one step foresees moves when the words are masked in that step: a small ablation, not "
        "attention. It is what lies over the films below, because on other prompts it was right more often.",
        "可以确信的是遮去短语的影片：它们由同样的噪声实际生成。图只是通往同一答案的捷径，并以这些影片检验。"
        "注意力图说明网络看向何处；单步图说明在某一步遮去这些词时，该步的预见变动多少：这是小型消融，不是注意力。下面影片上叠加的是单步图，因为它在其他提示词上更常正确。",
    )
    heading = say("Can this be believed?", "可信吗？")
    return (
        f"<h2>{heading}</h2><p>{escape(note)}</p>"
        f'<p class="{_tone(told.agreement.holds)}">{attention}</p>'
        f'<p class="{_tone(told.knocked_agreement.holds)}">{single}</p>'
        f"<p>{escape(_overall(told.fitted))}</p>"
    )


def _overall(fitted: Fitted | None) -> str:
    """What holds for these weights over many prompts."""
    if fitted is None:
        return say(
            "How these maps are read was not fitted for these weights and steps, and their share over many prompts was "
            "not measured: all blocks and steps count alike.",
            "这两种图的读法不是为这组权重和步数拟合的，也未在多条提示词上测过比例：各层各步同等计算。",
        )
    shares = [lens.share or 0.0 for lens in (fitted.attention, fitted.knocked)]
    reach_en = ["reaches the goal" if share >= GOAL else "does not reach the goal" for share in shares]
    reach_zh = ["达到目标" if share >= GOAL else "未达到目标" for share in shares]
    return say(
        f"Over {fitted.prompts} prompts that had no part in choosing how the maps are read, attention is right in "
        f"{shares[0]:.0%} of {fitted.regions} regions ({reach_en[0]}), single steps in {shares[1]:.0%} "
        f"({reach_en[1]}), "
        f"one phrase everywhere in {fitted.constant:.0%}; weights {fitted.digest[:12]}.",
        f"在 {fitted.prompts} 条未参与选定读法的提示词、{fitted.regions} 个区域上，注意力图正确率 {shares[0]:.0%}"
        f"（{reach_zh[0]}），单步图 {shares[1]:.0%}（{reach_zh[1]}），处处说同一个短语 {fitted.constant:.0%}；"
        f"权重 {fitted.digest[:12]}。",
    )


def _replay(told: Explanation) -> str:
    replay = told.replay
    said = (
        say(
            "Made again here, every frame is the same: what this page shows is how the take was made.",
            "在此重做后每一帧都相同：本页展示的正是该素材的生成过程。",
        )
        if replay.same
        else say(
            f"Made again here, the frames differ ({'; '.join(replay.differences)}): this page shows how this machine "
            "makes the take now, and not how it was made then.",
            f"在此重做后画面不同（{'；'.join(replay.differences)}）：本页展示的是这台机器现在的生成过程，而非当时的。",
        )
    )
    heading = say("Made again", "重做")
    return f'<h2>{heading}</h2><p class="{_tone(replay.same)}">{escape(said)}</p><code>{replay.frames_sha256}</code>'


def _words(told: Explanation) -> str:
    rows: list[tuple[str, ...]] = []
    for word in told.words:
        facts = [fact for fact in word.decides if fact != "relation"]
        acts = [phrase.text for phrase in told.phrases if phrase.fact in facts]
        rows.append(
            (
                word.word,
                how_name(word.how, word.became),
                listed([fact_name(fact) for fact in word.decides]) if word.decides else "–",
                "; ".join(dict.fromkeys(acts)) or "–",
            )
        )
    head = say("word|how it was read|decides|in the caption as", "词|如何读取|决定|在描述中").split("|")
    note = say(
        "Each word was left out of the prompt and the prompt read again; what changes is what the word decides. The "
        f"network sees only the caption: “{told.insight.caption}”.",
        f"逐个去掉词后重新读取提示词，变化之处即该词所决定的内容。网络只看到这段描述：“{told.insight.caption}”。",
    )
    return f"<h2>{say('Words of the prompt', '提示词中的词')}</h2><p>{escape(note)}</p>{_table(head, rows)}"


def _phrases(told: Explanation, metadata: Mapping[str, str]) -> str:
    note = say(
        "Amber is much, dark is little. Every map is scaled to its own largest value; the number says how far the film "
        "changes without the phrase, of 255. The films have the network's own size and rate, before upscaling. The "
        "strips run through time: attention, single steps, change.",
        "琥珀色为多，暗色为少。每幅图按自身最大值缩放；数字是遮去该短语后影片的平均变化（满分 255）。"
        "影片为网络自身的尺寸与帧率，未经放大。各条带沿时间排列：注意力、单步、变化。",
    )
    panels = say(
        "what single steps say|the take|without these words|where that changed it", "单步所示|素材|遮去这些词|变化之处"
    )
    under = "".join(f"<span>{escape(panel)}</span>" for panel in panels.split("|"))
    figures: list[str] = []
    for place in sorted(range(len(told.phrases)), key=lambda place: -float(told.changes[place].mean())):
        phrase, attention, changes = told.phrases[place], told.attention[place], told.changes[place]
        single = told.knocked[place] / max(float(told.knocked[place].max()), 1e-9)
        heat, moved = attention / max(float(attention.max()), 1e-9), changes / max(float(changes.max()), 1.0)
        film = phrase_film(told.insight.frames, told.insight.without[place], single, moved, told.insight.fps, metadata)
        caption = f"<b>{escape(phrase.text)}</b> · {escape(fact_name(phrase.fact))} · {float(changes.mean()):.1f}"
        figures.append(
            f'<figure><figcaption>{caption}</figcaption><video src="{film}" autoplay loop muted playsinline controls>'
            f'</video><div class="four">{under}</div><img alt="{say("attention over time", "注意力随时间")}" '
            f'src="{picture_uri(heat_strip(heat))}"><img alt="{say("single steps", "单步")}" '
            f'src="{picture_uri(heat_strip(single))}"><img alt="{say("change over time", "变化随时间")}" '
            f'src="{picture_uri(heat_strip(moved))}"></figure>'
        )
    return f"<h2>{say('Phrases of the caption', '描述中的短语')}</h2><p>{escape(note)}</p>" + "\n".join(figures)


def _steps(told: Explanation) -> str:
    pictures = "".join(
        f'<figure><figcaption>{number}</figcaption><img alt="{number}" src="{picture_uri(row_of(frames))}"></figure>'
        for number, frames in _sampled(told.insight.steps)
    )
    note = say("What the network took the film to be after each step.", "网络在每一步之后所预见的影片。")
    return f"<h2>{say('Steps', '采样步骤')}</h2><p>{escape(note)}</p>{pictures}"


def _sampled(steps: tuple[Frames, ...], most: int = 8) -> list[tuple[int, Frames]]:
    """Some steps of many, evenly, with their numbers."""
    count = min(most, len(steps))
    places = {round(place * (len(steps) - 1) / max(count - 1, 1)) for place in range(count)}
    return [(place + 1, steps[place]) for place in sorted(places)]


def _nearest(told: Explanation) -> str:
    note = say(
        "The training clips are drawn at random from a generator and are not stored. So these are not clips that the "
        "model has seen, but scenes of the same generator, drawn now: those most like the take by colour and motion.",
        "训练片段由生成器随机绘制，并不保存。因此这些不是模型见过的片段，而是同一生成器现在画出的场景："
        "按颜色与运动与该素材最相近者。",
    )
    pictures = "".join(
        f"<figure><figcaption>{escape(each.caption)} · {each.distance:.1f}</figcaption>"
        f'<img alt="" src="{picture_uri(row_of(each.frames))}"></figure>'
        for each in told.nearest
    )
    heading = say("Nearest scenes of the training world", "训练世界中最相近的场景")
    return f"<h2>{heading}</h2><p>{escape(note)}</p>{pictures}"


def _recipe(told: Explanation) -> str:
    recipe = told.recipe
    request, marks = recipe.request, recipe.marks
    rows = [
        (say("engine", "引擎"), recipe.engine),
        (say("weights", "权重"), recipe.model_digest or "–"),
        (say("seed", "种子"), str(request.seed)),
        (
            say("frames", "画面"),
            f"{request.num_frames} × {request.width}×{request.height}, {request.fps} /s",
        ),
        *((name, str(value)) for name, value in recipe.effective.items()),
        (say("digest of the frames", "画面摘要"), recipe.frames_sha256),
        (say("number in its mark", "标识编号"), marks.mark if marks else "–"),
        (say("label for", "标识对象"), (marks.audience if marks else None) or "–"),
        (say("notes", "备注"), " ".join(recipe.notes) or "–"),
    ]
    return f"<h2>{say('Recipe', '配方')}</h2>{_table((), rows)}"


def _table(head: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{f'<tr>{top}</tr>' if top else ''}{body}</table>"


def _tone(good: bool) -> str:
    return "yes" if good else "no"
