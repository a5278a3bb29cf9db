"""The implicit label: to the letter when it is written, tolerant when it is read, never silent about a broken one."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tianmu.core.errors import InputError, MediaError
from tianmu.governance.aigc import AIGC_KEY, Aigc, aigc_in, find_aigc, first_write, parse_aigc, read_aigc
from tianmu.media.image import write_png
from tianmu.media.metadata import Entry, Metadata
from tianmu.media.video import FORMATS, Format, write_video

PRODUCER = "tianmu-0123456789abcdef"
FIELDS = ["Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"]
LAWFUL = st.text(st.sampled_from([chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"\\']), min_size=1)
ANYTHING: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(producer=LAWFUL, mark=st.integers(0, 2**64 - 1))
def test_what_is_written_is_read_and_keeps_to_the_standard(producer: str, mark: int) -> None:
    made = first_write(producer, mark)
    text = made.to_json()
    fields = json.loads(text)
    assert list(fields) == FIELDS
    assert all(isinstance(value, str) and all(0x21 <= ord(char) <= 0x7E for char in value) for value in fields.values())
    assert not any('"' in value or "\\" in value for value in fields.values())
    assert fields["ContentProducer"] == fields["ContentPropagator"] == producer
    assert fields["ProduceID"] == fields["PropagateID"] == f"{mark:016x}"
    assert fields["Label"] == "1"
    assert Aigc.from_json(text) == made
    assert parse_aigc(text).state == "valid"


@pytest.mark.parametrize("producer", ["", "two words", "天幕", 'a"b', "a\\b", "a\n", "a\x7f"])
def test_what_the_standard_does_not_allow_is_not_written(producer: str) -> None:
    with pytest.raises(InputError, match="The AIGC field ContentProducer"):
        first_write(producer, 1)


@pytest.mark.parametrize("mark", [-1, 2**64])
def test_a_mark_has_64_bits(mark: int) -> None:
    with pytest.raises(InputError, match="a number of 64 bits"):
        first_write(PRODUCER, mark)


@pytest.mark.parametrize("format", FORMATS)
def test_a_film_carries_it(tmp_path: Path, format: Format) -> None:
    label = first_write(PRODUCER, 77)
    path = tmp_path / ("film" if format == "png" else f"film.{format}")
    frames = [np.full((32, 32, 3), 40 * index, dtype=np.uint8) for index in range(3)]
    write_video(path, frames, Fraction(12), metadata={AIGC_KEY: label.to_json()})
    reading = find_aigc(path)
    assert (reading.state, reading.aigc, reading.problems, dict(reading.extra)) == ("valid", label, (), {})
    assert read_aigc(path) == label


def test_absent_broken_and_missing_are_three_things(tmp_path: Path) -> None:
    frame = np.zeros((8, 8, 3), dtype=np.uint8)
    write_png(tmp_path / "plain.png", frame)
    write_png(tmp_path / "broken.png", frame, metadata={"AIGC": '{"Label":"1",'})
    assert (find_aigc(tmp_path / "plain.png").state, read_aigc(tmp_path / "plain.png")) == ("absent", None)
    broken = find_aigc(tmp_path / "broken.png")
    assert (broken.state, broken.aigc) == ("broken", None)
    assert "cannot be read as JSON" in broken.problems[0]
    (tmp_path / "cut.png").write_bytes((tmp_path / "plain.png").read_bytes()[:40])
    assert "structure is damaged" in find_aigc(tmp_path / "cut.png").problems[0]
    with pytest.raises(MediaError, match="cannot be opened"):
        read_aigc(tmp_path / "nowhere.png")


TEXT = first_write(PRODUCER, 77).to_json()


@pytest.mark.parametrize(
    "text",
    [
        f'{{"AIGC":{TEXT}}}',
        json.dumps({"AIGC": TEXT}),
        json.dumps({"aigc": json.dumps({"AIGC": TEXT})}),
        f"AIGC: {TEXT}",
        f"AIGC{TEXT}",
        json.dumps(json.loads(TEXT), indent=2, sort_keys=True),
    ],
)
def test_labels_of_others_are_read_in_any_wrapping(text: str) -> None:
    reading = parse_aigc(text)
    assert (reading.state, reading.aigc) == ("valid", first_write(PRODUCER, 77))


def test_other_keys_are_kept_aside_and_strict_reading_refuses_them() -> None:
    text = json.dumps({"Extra": {"a": 1}, **json.loads(TEXT)})
    reading = parse_aigc(text)
    assert (reading.state, dict(reading.extra)) == ("valid", {"Extra": '{"a": 1}'})
    with pytest.raises(InputError, match="nothing else; this one does not: Extra"):
        Aigc.from_json(text)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"Label": 1}, "is to be a string"),
        ({"Label": "9"}, "Label is 1, 2 or 3"),
        ({"ContentProducer": "某公司"}, "printable ASCII"),
        ({"ProduceID": ""}, "ProduceID is missing or empty"),
    ],
)
def test_what_is_not_to_the_letter_is_read_and_said(change: dict[str, Any], problem: str) -> None:
    text = json.dumps({**json.loads(TEXT), **change}, ensure_ascii=False)
    reading = parse_aigc(text)
    assert reading.state == "loose"
    assert reading.aigc is not None
    assert problem in reading.problems[0]
    with pytest.raises(InputError, match="this one does not"):
        Aigc.from_json(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        "1",
        "null",
        '{"Label":""}',
        '{"Label":"1","Label":"2"}',
        "[" * 100_000,
        "9" * 5000,
        '{"a":' * 9000,
        '{"AIGC":' * 5 + "1" + "}" * 5,
        "x" * 100_000,
        '{"Label":"\\ud800"',
    ],
)
def test_broken_is_broken(text: str) -> None:
    reading = parse_aigc(text)
    assert (reading.state, reading.aigc) == ("broken", None)
    assert reading.problems


@hypothesis_settings(max_examples=40)
@given(content=ANYTHING)
def test_no_json_raises(content: Any) -> None:
    parse_aigc(json.dumps(content))
    parse_aigc(json.dumps({"Label": content, "ContentProducer": content}))


def metadata(*entries: tuple[str, str]) -> Metadata:
    found = tuple(Entry(key=key, value=value, where=f"place {number}") for number, (key, value) in enumerate(entries))
    return Metadata(format="mp4", entries=found, whole=True)


def test_a_label_is_found_under_any_key_that_holds_the_word_and_in_comments() -> None:
    for key in ("AIGC", "aigc", "com.example.AIGC", "TC260:AIGC"):
        assert aigc_in(metadata(("title", "x"), (key, TEXT))).state == "valid"
    assert aigc_in(metadata(("comment", TEXT))).where == "place 0"
    assert aigc_in(metadata(("comment", "a film about AIGC"))).state == "absent"


def test_of_several_labels_the_best_is_taken_and_a_difference_is_said() -> None:
    same = aigc_in(metadata(("AIGC", TEXT), ("XMP-AIGC", TEXT)))
    assert (same.state, same.problems) == ("valid", ())
    other = first_write(PRODUCER, 78).to_json()
    for entries in ([("AIGC", "{"), ("AIGC", TEXT)], [("AIGC", TEXT), ("AIGC", other)]):
        reading = aigc_in(metadata(*entries))
        assert (reading.state, reading.aigc) == ("loose", first_write(PRODUCER, 77))
        assert "several AIGC labels" in reading.problems[0]
