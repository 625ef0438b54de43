"""QTI as it is written: each release in its own words, packages and single items."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from interchange.specs import SPECS
from lxml import etree

from lms.interchange import UnreadableFile, from_spec, read_questions, to_json, write_questions

RELEASES = ["qti21", "qti22", "qti3"]


def written(name: str, format: str, **more):
    question, _ = from_spec(SPECS[name], language="en")
    return write_questions([question], format=format, title="T", **more)


@pytest.mark.parametrize(
    ("format", "namespace", "schema"),
    [
        ("qti21", "http://www.imsglobal.org/xsd/imsqti_v2p1", "QTIv2.1 Package"),
        ("qti22", "http://www.imsglobal.org/xsd/imsqti_v2p2", "QTIv2.2 Package"),
        ("qti3", "http://www.imsglobal.org/xsd/imsqtiasi_v3p0", "QTI Package"),
    ],
)
def test_each_release_says_which_one_it_is(format, namespace, schema):
    content = written("single choice", format).content

    archive = ZipFile(BytesIO(content))
    item = etree.fromstring(archive.read(archive.namelist()[1]))
    assert etree.QName(item).namespace == namespace
    assert schema in archive.read("imsmanifest.xml").decode()
    assert read_questions(content, name="").format == format


@pytest.mark.parametrize("format", RELEASES)
def test_one_question_can_be_an_item_by_itself(format):
    made = written("matching", format, as_item=True)
    again = read_questions(made.content, name="x.xml")

    assert (made.extension, made.media_type) == ("xml", "application/xml")
    assert (again.format, again.skipped) == (format, ())
    whole = read_questions(written("matching", format).content, name="").questions[0]
    assert to_json(again.questions[0])["pairs"] == to_json(whole)["pairs"]
    # Competency and the like travel in the manifest of a package alone.
    (lost,) = made.left_out
    assert "its keywords" in lost.reason
    assert "competency:wells-01" in lost.reason


def test_an_item_holds_one_question():
    questions = [from_spec(SPECS[name], language="en")[0] for name in ("matching", "number")]

    with pytest.raises(UnreadableFile, match="these are 2; write a package"):
        write_questions(questions, format="qti3", title="T", as_item=True)


@pytest.mark.parametrize("format", RELEASES)
def test_a_question_answered_with_a_file_is_an_upload(format):
    made = written("file", format, as_item=True)

    assert b"pload" in made.content
    question = to_json(read_questions(made.content, name="x.xml").questions[0])
    assert (question["attachments"], question["tags"]) == (1, ["type:file_upload"])
