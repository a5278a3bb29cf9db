"""How many different things there are among some: Vendi scores of vectors, and vectors of pictures.

alike(vectors)                  how alike each two are, `[n n]`
vendi(K)                        the effective number of different ones, 1 to n
conditional(pictures, prompts)  which part of it the prompts do not account for
describe_picture(frame)         a vector of where colours lie and where edges run
"""

from tianmu.governance.diversity.picture import PICTURE_WIDTH, describe_picture
from tianmu.governance.diversity.score import (
    TEXT_WIDTH,
    Given,
    Pair,
    alike,
    conditional,
    nearest_pairs,
    vendi,
)

__all__ = [
    "PICTURE_WIDTH",
    "TEXT_WIDTH",
    "Given",
    "Pair",
    "alike",
    "conditional",
    "describe_picture",
    "nearest_pairs",
    "vendi",
]
