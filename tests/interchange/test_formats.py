"""Which format a file is, the limits, and zip files that mean harm."""

import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from interchange.qti_samples import choices, declared, item, package
from interchange.specs import SPECS

from lms.interchange import (
    FORMATS,
    UnreadableFile,
    detect_format,
    from_spec,
    known_format,
    read_questions,
    write_questions,
)

WRITTEN = [name for name, one in FORMATS.items() if one.writes]
CHOICE = {
    **SPECS["single choice"],
    "options": [
        {"key": "a", "text": {"en": "A"}, "correct": True},
        {"key": "b", "text": {"en": "B"}},
    ],
}


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("file", ["", "bank.txt", "BANK.ZIP"])
def test_a_file_of_ours_is_known_by_what_is_in_it(name, file):
    question, _ = from_spec(CHOICE, language="en")
    content = write_questions([question], format=name, title="T").content

    expected = "qti" if name.startswith("qti") else name
    assert detect_format(content, file) == expected


@pytest.mark.parametrize(
    ("text", "name", "format"),
    [
        ("Q{T}", "a.gift", "gift"),
        ("Q{T}", "a.txt", "gift"),
        ("Is it?\nA. Yes\nB. No\nANSWER: A", "a.txt", "aiken"),
        ("Is it?\nA) Yes\nB) No\nANSWER: A", "", "aiken"),
        ("Is it?\nA. Yes\nB. No\nANSWER: A,B", "a.txt", "aiken"),
        ("Is it?\nA. Yes\nB. No\nANSWER: Yes {so}", "a.txt", "aiken"),
        ("Is it?\nA. Yes\n\nB. No\n\nAnd this?\nA) 1\nB) 2", "a.txt", "aiken"),
        ("Is it?\nA. Yes\nB. No\n{=A ~B}", "a.txt", "gift"),
        ("A. Both words\nstand here.", "a.txt", "gift"),
        ("<p>Is it?</p>{T}", "a.txt", "gift"),
        ("[html]<quiz>{T}", "a.gift", "gift"),
        ("\ufeff<?xml version='1.0'?><!-- x --><quiz/>", "a", "moodle_xml"),
        ("<x:assessmentItem xmlns:x='u'/>", "a.xml", "qti"),
        ("key: a\nlanguage: en\nquestions: []", "a.txt", "yaml"),
        ("text;type\nQ;essay", "a.txt", "csv"),
        ("anything", "a.CSV", "csv"),
        ("anything", "a.yml", "yaml"),
    ],
)
def test_a_file_of_others_is_known_by_content_and_name(text, name, format):
    assert detect_format(text.encode(), name) == format


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.gift"),
        (b" \n\t", "a.txt"),
        (b"\x89PNG\r\n", "a.png"),
        (b"Prose.", "a.doc"),
        (b"a{\x00}", "a.dat"),
        (b"a{\x00}", "a"),
    ],
)
def test_what_is_none_of_the_formats_is_refused(data, name):
    with pytest.raises(UnreadableFile):
        read_questions(data, name=name)


def zipped(*names: str) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "an old .xls or .doc file is not read"),
        (zipped("[Content_Types].xml", "word/document.xml"), "a Word document is not read"),
        (zipped("mimetype", "content.xml"), "an OpenDocument file is not read"),
    ],
)
def test_files_of_office_programs_are_refused_with_the_way_out(data, words):
    with pytest.raises(UnreadableFile, match=f"{words}; save it as"):
        read_questions(data, name="questions")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("GIFT", "gift"),
        ("moodle-xml", "moodle_xml"),
        ("MoodleXML", "moodle_xml"),
        ("QTI 3.0", "qti3"),
        ("qti2.2", "qti22"),
        ("qti2.0", "qti"),
        ("Excel", "xlsx"),
    ],
)
def test_names_of_formats_are_read_kindly(written, name):
    assert known_format(written) == name


def test_an_unknown_format_names_those_there_are():
    with pytest.raises(UnreadableFile, match="gift, moodle_xml, aiken"):
        read_questions(b"Q{T}", name="a", format="word")
    with pytest.raises(UnreadableFile, match="choose qti3, qti22 or qti21"):
        write_questions([], format="qti", title="")


@pytest.mark.parametrize("name", WRITTEN)
def test_an_empty_bank_is_a_file_of_its_format(name):
    written = write_questions([], format=name, title="")

    assert written.left_out == ()
    assert (written.extension, written.media_type) == (
        FORMATS[name].extension,
        FORMATS[name].media_type,
    )


def test_a_file_of_more_than_8_mib_is_refused():
    with pytest.raises(UnreadableFile, match="larger than 8 MiB"):
        read_questions(b"x" * (8 * 1024 * 1024 + 1), name="a.gift")


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("gift", "Q{}\n\n" * 20_001),
        ("aiken", "Q\nANSWER: A\n" * 20_001),
        ("csv", "type,text\n" + "essay,Q\n" * 20_001),
        ("moodle_xml", "<quiz>" + "<question/>" * 20_001 + "</quiz>"),
        ("moodle_xml", "<quiz>" + "<question/>" * 20_001),
        ("yaml", "key: k\nquestions:\n" + "- 1\n" * 20_001),
    ],
)
def test_a_file_of_more_than_20000_questions_is_refused(format, text):
    with pytest.raises(UnreadableFile, match="20,000 questions"):
        read_questions(text.encode(), name="", format=format)


def test_a_question_of_more_than_500_answers_is_told(read):
    for text in ("Q{" + "=a " * 501 + "~b}", "Q{" + "=a " * 501 + "}"):
        assert "more than 500 answers" in read(text, "gift").skipped[0].reason


def test_a_text_of_more_than_a_million_characters_is_told(read):
    result = read(f"A{{}}\n\n::Long::{'x' * 1_000_001}{{}}\n\nB{{}}", "gift")

    assert [question.name for question in result.questions] == ["A", "B"]
    assert [(one.line, one.name, one.reason) for one in result.skipped] == [
        (3, "Long", "a text of more than 1,000,000 characters")
    ]


GOOD = item(choices("a", "b", prompt="?"), declared("A"), rules="match_correct")


def zipped(**files: str) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name", ["../item.xml", "a/../../item.xml", "/item.xml", "..\\item.xml", "C:\\item.xml"]
)
def test_a_path_that_leads_out_of_a_zip_is_refused(name):
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr(ZipInfo("x" * len(name)), GOOD)
    data = buffer.getvalue().replace(b"x" * len(name), name.encode())

    with pytest.raises(UnreadableFile, match="leads out of it"):
        read_questions(data, name="p.zip")


def test_a_link_in_a_zip_is_refused():
    buffer = BytesIO()
    link = ZipInfo("item.xml")
    link.external_attr = 0o120777 << 16
    with ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/hostname")

    with pytest.raises(UnreadableFile, match="holds a link"):
        read_questions(buffer.getvalue(), name="p.zip")


def test_a_zip_of_more_than_2000_files_is_refused():
    data = zipped(**{f"{at}.xml": "" for at in range(2_001)})

    with pytest.raises(UnreadableFile, match="more than 2,000 files"):
        read_questions(data, name="p.zip")


def test_a_zip_bomb_is_refused():
    with pytest.raises(UnreadableFile, match="more than 64 MiB"):
        read_questions(zipped(**{"item.xml": "0" * (65 * 1024 * 1024)}), name="p.zip")


def test_a_zip_that_lies_about_its_sizes_gives_no_more_than_it_says():
    data = bytearray(zipped(**{"item.xml": "0" * (1024 * 1024)}))
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 10)

    result = read_questions(bytes(data), name="p.zip")

    assert result.questions == ()
    assert "cannot be read" in result.skipped[0].reason


def test_an_encrypted_zip_is_refused():
    data = bytearray(package({"a.xml": GOOD}))
    for sign, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.index(sign) + at
        data[place] |= 1

    with pytest.raises(UnreadableFile, match="encrypted"):
        read_questions(bytes(data), name="p.zip")


def test_external_entities_of_an_item_are_refused():
    text = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + GOOD.replace(">?<", ">&a;<")

    with pytest.raises(UnreadableFile):
        read_questions(text.encode(), name="a.xml")


@pytest.mark.slow
def test_a_package_holds_no_more_items_than_can_be_read():
    question, _ = from_spec(CHOICE, language="en")

    written = write_questions([question] * 2_001, format="qti3", title="")

    assert len(read_questions(written.content, name="p.zip").questions) == 1_999
    assert [one.reason for one in written.left_out] == ["a package holds at most 2,000 files"] * 2


def test_a_fault_in_aiken_is_told_with_its_line_and_no_question_is_made_up():
    text = "Which?\nA. One\nB. Two\nC. Three\nANSWER: A,C\n\nAnd?\nA. One\nB. Two\nANSWER: B\n"

    result = read_questions(text.encode(), name="a.txt")

    assert (result.format, [one.name for one in result.questions]) == ("aiken", ["And?"])
    assert [(one.line, one.name, one.reason) for one in result.skipped] == [
        (1, "Which?", "line 5: ANSWER: 'A,C' is not one of A, B, C; Aiken has one right answer")
    ]


def test_a_fault_of_xml_does_not_name_the_text_of_the_parser():
    with pytest.raises(UnreadableFile) as fault:
        read_questions(b"<assessmentItem", name="a.xml")

    assert "<string>" not in str(fault.value)
