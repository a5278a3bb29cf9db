"""What a parenthetical asks of a voice: `(whispers)`, `(shouting)`, `（轻声）`, `(slowly)`, `(beat)`."""

from __future__ import annotations

from fractions import Fraction

from tianmu.film.sound import Manner
from tianmu.studio.planner.timing import pause_seconds
from tianmu.studio.planner.vocabulary import Finder, tokens

_WORDS: dict[str, str] = {
    "whisper": "whispers; whispering; whisper; whispered; under her breath; under his breath; under their breath; "
    "into her ear; into his ear; 耳语; 悄声; 低语; 悄悄; 小声嘀咕; 压低声音",
    "soft": "softly; soft; quietly; quiet; gently; tenderly; low; murmurs; murmuring; mutters; muttering; hushed; to herself; "
    "to himself; to themselves; to itself; sadly; weakly; 轻声; 小声; 低声; 温柔; 柔声; 喃喃; 自言自语; 轻轻; 虚弱; 哽咽",
    "shout": "shouting; shouts; shout; yelling; yells; screaming; screams; calling; calls; calling out; calling back; "
    "loudly; loud; bellows; roars; angrily; angry; furious; over the noise; over the wind; 大喊; 喊; 吼; 怒吼; 高声; 大声; "
    "叫; 叫道; 尖叫; 怒; 愤怒; 生气; 厉声; 呼喊; 喊道",
    "fast": "quickly; fast; hurried; hurriedly; rapidly; breathless; breathlessly; excited; excitedly; urgent; urgently; "
    "in a rush; nervously; panicking; 急; 急切; 急忙; 匆匆; 快; 飞快; 兴奋; 激动; 气喘吁吁; 慌张; 紧张",
    "slow": "slowly; slow; carefully; haltingly; hesitant; hesitantly; tired; tiredly; wearily; sleepily; drawling; "
    "solemnly; gravely; thoughtfully; 慢; 慢慢; 缓缓; 缓慢; 一字一顿; 迟疑; 疲惫; 郑重; 若有所思; 犹豫",
}
_FINDER = Finder((phrase.strip(), kind) for kind, listed in _WORDS.items() for phrase in listed.split(";"))
_RATES = {"whisper": Fraction(19, 20), "soft": Fraction(19, 20), "shout": Fraction(1), "fast": Fraction(6, 5), "slow": Fraction(4, 5)}
_GAINS = {"whisper": -7.0, "soft": -4.0, "shout": 4.0}


def read_manner(parenthetical: str) -> Manner:
    """How a line with this parenthetical is spoken; plainly where it says nothing of that."""
    if not parenthetical.strip():
        return Manner()
    found = [hit.value for hit in _FINDER.find(tokens(parenthetical))]
    rate = Fraction(1)
    for kind in dict.fromkeys(found):
        rate *= _RATES[kind]
    colour = next((kind for kind in ("whisper", "shout", "soft") if kind in found), "plain")
    return Manner(
        rate=max(Fraction(3, 4), min(rate, Fraction(5, 4))),
        gain=_GAINS.get(colour, 0.0),
        colour=colour,
        pause=pause_seconds(parenthetical),
    )
