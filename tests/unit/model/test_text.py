"""The tokenizer: every caption of the world is in its words, and what is not is said."""

import random

from tianmu.model.text import EMPTY, MAX_WORDS, PAD, UNKNOWN, Tokenizer
from tianmu.training.data import draw_scene
from tianmu.world.captions import caption, long_caption, vocabulary


def test_no_caption_of_the_world_has_an_unknown_word() -> None:
    tokenizer = Tokenizer([*vocabulary("en"), *vocabulary("zh")])
    rng = random.Random(0)
    for _ in range(150):
        scene = draw_scene(rng, crowd=0.3)
        for language in ("en", "zh"):
            for text in (long_caption(scene, language), caption(scene, language=language, rng=rng)):
                assert tokenizer.unknown(text) == []
                assert UNKNOWN not in tokenizer.encode([text])


def test_short_empty_unknown_and_endless_captions() -> None:
    tokenizer = Tokenizer(["fox", "walks"])
    ids = tokenizer.encode(["fox walks", "", "a fox", "fox " * 500])
    assert ids.shape == (4, MAX_WORDS)
    assert ids[0, :3].tolist() == [3, 4, PAD]
    assert ids[1, :2].tolist() == [EMPTY, PAD]
    assert ids[2, :2].tolist() == [UNKNOWN, 3]
    assert (ids[3] == 3).all()
    assert tokenizer.unknown("a fox") == ["a"]
