"""FDX as Final Draft and its neighbours write it, and what is no FDX."""

from __future__ import annotations

import pytest

from tianmu.core.errors import InputError, MediaError
from tianmu.film.screenplay import Action, Line, Note, PageBreak, Section, Speech, Synopsis, Transition
from tianmu.studio.importers import parse_fdx, write_fdx

SCRIPT = """<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<FinalDraft DocumentType="Script" Template="No" Version="5">
  <Content>
    <Paragraph Type="New Act"><Text>ACT ONE</Text></Paragraph>
    <Paragraph Number="12A" Type="Scene Heading">
      <SceneProperties Length="3/8" Page="1" Title=""><Summary><Paragraph><Text>They meet.</Text></Paragraph></Summary>
      </SceneProperties>
      <Text>INT. CAFE </Text><Text Style="AllCaps">- night</Text>
    </Paragraph>
    <Paragraph Type="Action"><Text>He drops his </Text><Text Style="Bold+Underline">keys</Text><Text>, 5 * 3 * 2</Text>
    </Paragraph>
    <Paragraph Type="Action"><ScriptNote ID="1"><Paragraph><Text>Which keys?</Text></Paragraph></ScriptNote>
      <Text>Rain &amp; wind.</Text></Paragraph>
    <Paragraph Alignment="Center" Type="Action"><Text>One year later</Text></Paragraph>
    <Paragraph Type="Character"><Text>MARA (V.O.)</Text></Paragraph>
    <Paragraph Type="Parenthetical"><Text>(low)</Text></Paragraph>
    <Paragraph Type="Dialogue"><Text>No. </Text><Text Style="Italic">Never.</Text></Paragraph>
    <Paragraph Type="Singing"><Text>la la</Text></Paragraph>
    <Paragraph>
      <DualDialogue>
        <Paragraph Type="Character"><Text>MARA</Text></Paragraph>
        <Paragraph Type="Dialogue"><Text>Yes.</Text></Paragraph>
        <Paragraph Type="Character"><Text>老周</Text></Paragraph>
        <Paragraph Type="Dialogue"><Text>不。</Text></Paragraph>
      </DualDialogue>
    </Paragraph>
    <Paragraph Type="Shot"><Text>CLOSE ON: THE KEYS</Text></Paragraph>
    <Paragraph Type="Transition"><Text>CUT TO:</Text></Paragraph>
    <Paragraph Type="Scene Heading" Number="13"><OmittedScene><Paragraph Type="Scene Heading"><Text>INT. GONE</Text>
      </Paragraph></OmittedScene><Text>OMITTED</Text></Paragraph>
    <Paragraph Type="Outline 2 (Sequences)"><Text>The chase</Text></Paragraph>
    <Paragraph StartsNewPage="Yes" Type="Scene Heading"><Text>外景. 街道 - 日</Text></Paragraph>
    <Paragraph Type="Dialogue"><Text>Words of nobody.</Text></Paragraph>
    <Paragraph Type="Character"><Text>SILENT</Text></Paragraph>
  </Content>
  <TitlePage><Content>
    <Paragraph Alignment="Center"><Text></Text></Paragraph>
    <Paragraph Alignment="Center"><Text Style="Underline">The Keys</Text></Paragraph>
    <Paragraph Alignment="Center"><Text>Written by</Text></Paragraph>
    <Paragraph Alignment="Center"><Text>Mara Stone</Text></Paragraph>
    <Paragraph Alignment="Center"><Text>Based on a true story</Text></Paragraph>
    <Paragraph Alignment="Left"><Text>mara@example.org</Text></Paragraph>
  </Content></TitlePage>
</FinalDraft>
"""


def test_a_script_of_final_draft() -> None:
    script = parse_fdx(SCRIPT.encode())
    assert script.title_page == (
        ("Title", "_The Keys_"),
        ("Credit", "Written by"),
        ("Author", "Mara Stone"),
        ("Source", "Based on a true story"),
        ("Contact", "mara@example.org"),
    )
    assert script.opening == (Section(text="ACT ONE"),)
    first, second = script.scenes
    assert (first.number, first.numbered, first.heading.text, first.line) == ("12A", True, "INT. CAFE - NIGHT", 5)
    assert first.elements == (
        Synopsis(text="They meet."),
        Action(text="He drops his _**keys**_, 5 * 3 * 2"),
        Action(text="Rain & wind."),
        Note(text="Which keys?"),
        Action(text="One year later", centered=True),
        Speech(
            character="MARA",
            extensions=("V.O.",),
            lines=(
                Line(text="low", manner="parenthetical"),
                Line(text="No. *Never.*"),
                Line(text="la la", manner="lyrics"),
            ),
        ),
        Speech(character="MARA", lines=(Line(text="Yes."),)),
        Speech(character="老周", lines=(Line(text="不。"),), dual=True),
        Action(text="CLOSE ON: THE KEYS"),
        Transition(text="CUT TO:"),
        Section(text="The chase", level=2),
        PageBreak(),
    )
    assert (second.number, second.heading.place) == ("1", "街道")
    assert second.elements == (Action(text="Words of nobody."), Action(text="SILENT"))


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "iso-8859-1", "utf-8-sig"])
def test_other_encodings(encoding: str) -> None:
    script = SCRIPT.replace("老周", "ZHOU").replace("不。", "No.") if encoding.startswith("iso") else SCRIPT
    script = script.replace("外景. 街道 - 日", "EXT. X") if encoding.startswith("iso") else script
    named = script.replace("UTF-8", "UTF-8" if encoding == "utf-8-sig" else encoding)
    assert parse_fdx(named.encode(encoding)).title == "The Keys"


def test_a_group_of_speeches_without_a_paragraph_around_it() -> None:
    source = SCRIPT.replace("<Paragraph>\n      <DualDialogue>", "<DualDialogue>")
    source = source.replace("</DualDialogue>\n    </Paragraph>", "</DualDialogue>")
    assert [speech.dual for speech in parse_fdx(source.encode()).scenes[0].speeches] == [False, False, True]


def test_notes_that_are_listed_after_the_script_stand_where_they_point() -> None:
    source = """<FinalDraft><Content><Paragraph Type="Scene Heading"><Text>INT. A</Text></Paragraph>
    <Paragraph Type="Action"><Text>One.</Text></Paragraph>
    <Paragraph Type="Action"><Text>Two.</Text></Paragraph>
    </Content><ScriptNotes><ScriptNote Range="8,10"><Paragraph><Text>on one</Text></Paragraph></ScriptNote>
    <ScriptNote Range="12,14"><Paragraph><Text>on two</Text></Paragraph></ScriptNote>
    <ScriptNote Range="0,3"><Paragraph><Text>on the heading</Text></Paragraph></ScriptNote></ScriptNotes>
    </FinalDraft>"""
    (scene,) = parse_fdx(source.encode()).scenes
    assert scene.elements == (
        Note(text="on the heading"),
        Action(text="One."),
        Note(text="on one"),
        Action(text="Two."),
        Note(text="on two"),
    )


def test_what_is_written_is_plain_to_other_programs() -> None:
    written = write_fdx(parse_fdx(SCRIPT.encode())).decode()
    assert written.startswith('<?xml version="1.0" encoding="UTF-8"')
    for piece in ('Number="12A"', "<DualDialogue>", '<Text Style="Bold+Underline">keys</Text>', "(V.O.)", "外景. 街道"):
        assert piece in written
    assert "source=" not in written


def test_runs_that_another_program_changed_win_over_the_kept_source() -> None:
    source = SCRIPT.replace(
        '<Paragraph Type="Shot">', '<Paragraph xmlns:t="urn:tianmu:screenplay" t:source="old" Type="Shot">'
    )
    assert Action(text="CLOSE ON: THE KEYS") in parse_fdx(source.encode()).scenes[0].elements


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<FinalDraft><Content><Paragraph><Text>&b;</Text></Paragraph></Content></FinalDraft>"""
OUTSIDE = """<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<FinalDraft><Content><Paragraph><Text>&a;</Text></Paragraph></Content></FinalDraft>"""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "in line 1"),
        (b"INT. CAFE - NIGHT", "in line 1"),
        (SCRIPT.encode()[:1500], r"ends or breaks in line \d\d"),
        (b"<html>\n<body/></html>", "<html> in line 1"),
        (b"<FinalDraft/>", "Final Draft script was expected"),
        (BOMB.encode(), "defines entities"),
        (OUTSIDE.encode(), "defines entities or refers to other files in line 1"),
        (b"<FinalDraft>" + b"<a>" * 5000, "nested too deeply"),
        (b'<?xml version="1.0" encoding="klingon"?><FinalDraft/>', "unknown encoding"),
        (b"\xff\xfe\x00", "line"),
    ],
)
def test_what_is_no_fdx_is_refused_with_its_line(data: bytes, said: str) -> None:
    with pytest.raises(MediaError, match=said):
        parse_fdx(data)


def test_two_scenes_with_one_number_and_none_at_all() -> None:
    twice = SCRIPT.replace('StartsNewPage="Yes" Type="Scene Heading"', 'Number="12A" Type="Scene Heading"')
    with pytest.raises(InputError, match="12A, in lines 5 and 32"):
        parse_fdx(twice.encode())
    with pytest.raises(InputError, match="no scene"):
        parse_fdx(b"<FinalDraft><Content/></FinalDraft>")
