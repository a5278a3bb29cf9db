"""Words of scripts that ask for a sound, in English and Chinese.

A phrase stands for an ambience (`bed`) or an effect; what the action of performers says (steps) comes from the shots.
"""

from __future__ import annotations

from functools import cache

from tianmu.studio.planner.vocabulary import Finder, Hit, Sense, Token, sensible, tokens

_BEDS = {
    "rain": "rain; rains; raining; downpour; drizzle; rainstorm; storm; thunderstorm; 雨; 下雨; 大雨; 暴雨; 小雨; 雨声; 雨夜; 暴风雨",
    "wind": "wind; winds; gale; storm; gusts; blizzard; 风; 大风; 狂风; 风声; 寒风; 海风; 风暴; 暴风雨; 暴风雪",
    "sea": "waves; surf; tide; 海浪; 海浪声; 涛声; 浪; 潮水",
    "water": "stream; brook; waterfall; fountain; 溪水; 小溪; 瀑布; 喷泉; 水声; 流水",
    "fire": "campfire; bonfire; fireplace; flames; burns; burning; hearth; 火堆; 篝火; 壁炉; 火焰; 燃烧; 炉火",
    "crowd": "crowd; crowds; crowded; audience; applause; customers; passers-by; guests; 人群; 观众; 顾客; 人声; 掌声; 热闹; 众人; 行人",
    "crickets": "crickets; cicadas; fireflies; 蟋蟀; 蝉; 蝉鸣; 虫鸣; 萤火虫",
    "birds": "birdsong; birds sing; birds chirp; chirps; chirping; 鸟鸣; 鸟叫; 鸟儿",
    "engine": "generator; engine room; machinery; 发电机; 机舱; 机器声",
}
_EFFECTS = {
    "thunder": "thunder; lightning; thunderclap; 雷; 雷声; 打雷; 闪电; 雷鸣",
    "door": "door opens; opens the door; door closes; closes the door; shuts the door; door shuts; pushes the door; "
    "through the door; door swings; 推门; 开门; 关门; 门开; 推开门; 门关; 推门而入; 打开门; 关上门; 把门",
    "knock": "knock; knocks; knocking; raps; 敲门; 敲门声; 叩门",
    "impact": "bang; bangs; thud; thuds; crash; crashes; slam; slams; falls down; collapses; hits the ground; drops; bumps; "
    "砰; 撞; 撞上; 摔; 摔倒; 跌倒; 倒下; 倒地; 坠落; 撞击",
    "bell": "bell; bells; church bell; bell rings; bell tolls; gong; 钟声; 铃声; 铃响; 敲钟; 钟响; 锣",
    "phone": "phone rings; telephone rings; phone; telephone; ringtone; 电话响; 电话铃; 手机响; 电话铃响; 来电",
    "foghorn": "foghorn; horn; ship's horn; 汽笛; 雾笛; 号角; 雾号",
    "siren": "siren; sirens; 警笛; 救护车; 消防车",
    "alarm": "alarm; alarms; alarm clock; buzzer; beeps; beeping; 警报; 闹钟; 警报声",
    "whistle": "whistle; whistles; whistling; 口哨; 哨声; 哨子; 吹哨",
    "splash": "splash; splashes; dives; dives into; plunges; jumps into the water; 水花; 跳进水; 落水; 跳入水; 溅",
    "glass": "glass breaks; glass shatters; shatters; smashes; breaking glass; 打碎; 玻璃碎; 碎了; 摔碎; 破碎",
    "shot": "gunshot; gunshots; shot rings out; shoots; fires; 枪声; 开枪; 枪响",
    "explosion": "explosion; explodes; blows up; fireworks; 爆炸; 爆炸声; 炸; 烟花; 鞭炮",
    "rocket": "takes off; lifts off; blasts off; rocket flies; rocket rises; launches; 起飞; 升空; 发射; 点火",
    "whoosh": "swoops; whoosh; whooshes; flashes past; darts; leaps; 掠过; 闪过; 嗖; 一跃; 俯冲",
    "passing": "drives past; drives off; drives away; drives by; speeds past; car passes; train passes; roars past; "
    "驶过; 开过; 开走; 驶去; 驶来; 飞驰",
    "ticking": "ticking; ticks; clock ticks; 滴答; 滴答声; 钟表",
    "creak": "creak; creaks; creaking; 吱呀; 嘎吱; 吱嘎",
    "flap": "flaps; flapping; flutters; wings beat; beats its wings; 扑翅; 扇动翅膀; 拍打翅膀; 振翅",
}


@cache
def _finder() -> Finder[tuple[Sense, ...]]:
    meanings: dict[str, list[Sense]] = {}
    for kind, listed in (("bed", _BEDS), ("effect", _EFFECTS)):
        for name, phrases in listed.items():
            for phrase in phrases.split(";"):
                meanings.setdefault(phrase.strip(), []).append(Sense(kind, name))
    return Finder((phrase, tuple(senses)) for phrase, senses in meanings.items())


def sounds_in(text: str) -> list[tuple[Hit[tuple[Sense, ...]], str]]:
    """What a text names that can be heard, with the words that name it; what is negated is left out."""
    words: list[Token] = tokens(text)
    return [(hit, text[hit.start : hit.end]) for hit in _finder().find(words) if sensible(words, hit)]
