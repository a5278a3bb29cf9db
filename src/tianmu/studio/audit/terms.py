"""What an audit calls things, in the reader's language."""

from __future__ import annotations

from tianmu.core.text import say

_TERMS = {
    "shown": ("shown", "已呈现"),
    "split": ("one person became two", "一人变成两人"),
    "replaced": ("replaced, and said so", "已替换并说明"),
    "left out": ("left out, and said so", "已略去并说明"),
    "unknown": ("not known, and said so", "不认识并说明"),
    "silent": ("missing in silence", "缺失且未说明"),
    "stopped": ("stopped by a rule", "被规则拦下"),
    "gender": ("gender", "性别"),
    "age": ("age", "年龄"),
    "skin": ("skin", "肤色"),
    "body": ("body", "身体"),
    "family": ("family", "家庭"),
    "culture": ("culture", "文化"),
    "dress": ("dress", "服饰"),
    "festival": ("festival", "节日"),
    "food": ("food", "食物"),
    "building": ("building", "建筑"),
    "place": ("place", "地点"),
    "sky": ("sky", "天空"),
    "time": ("time of day", "时间"),
    "weather": ("weather", "天气"),
    "look": ("look", "影调"),
    "work": ("work", "职业"),
    "trait": ("trait", "特征"),
    "thing": ("thing", "物品"),
    "animal": ("animal", "动物"),
    "setting": ("set", "场景"),
    "camera": ("camera", "运镜"),
    "subject": ("subject", "主体"),
    "action": ("action", "动作"),
    "direction": ("direction", "方向"),
    "woman": ("woman", "女"),
    "man": ("man", "男"),
    "robot": ("robot", "机器人"),
    "unsaid": ("not said by Unicode", "Unicode 未说明"),
    "en": ("English", "英文"),
    "zh": ("Chinese", "中文"),
}


def term(word: str) -> str:
    """A kind, a fate, a fact or a language, as a person calls it; a word that has no other name is its own."""
    return say(*_TERMS.get(word, (word.replace("_", " "), word.replace("_", " "))))
