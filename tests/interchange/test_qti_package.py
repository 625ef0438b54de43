"""Packages of QTI items: the manifest, addresses, what is missing, broken or from elsewhere."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from interchange.qti_samples import choices, declared, item, package

from lms.interchange import UnreadableFile, read_questions

DATA = Path(__file__).parent / "data"


def read(text: str):
    return read_questions(text.encode(), name="item.xml")


ONE = declared("A")


def good(name: str) -> str:
    text = item(choices("a", "b", prompt="Which?"), ONE, rules="match_correct")
    return text.replace("item-1", name).replace("Title", name)


def test_a_package_gives_its_items_in_the_order_of_its_manifest():
    data = package({"z.xml": good("z"), "a/b.xml": good("b"), "bad.xml": "<assessmentItem>"})

    result = read_questions(data, name="p.zip")

    assert [question.id for question in result.questions] == ["z", "b"]
    assert [one.name for one in result.skipped] == ["bad.xml"]


RESOURCE = '<resource identifier="r" type="imsqti_item_xmlv2p1" {}</resource>'


@pytest.mark.parametrize(
    ("resources", "file"),
    [
        (RESOURCE.format('href="items\\a.xml">'), "items/a.xml"),
        (RESOURCE.format('href="./items/a%20b.xml">'), "items/a b.xml"),
        (RESOURCE.format('><file href="a.xml"/>'), "a.xml"),
        (RESOURCE.format('xml:base="a/" href="b.xml">'), "items/a/b.xml"),
    ],
)
def test_an_item_is_found_however_its_address_is_written(resources, file):
    base = ' xml:base="items/"' if "xml:base" in resources else ""

    manifest = f"<manifest><resources{base}>{resources}</resources></manifest>"
    found = read_questions(package({file: good("Q")}, manifest), name="p.zip")

    assert [question.name for question in found.questions] == ["Q"]
    assert found.skipped == ()


def test_an_item_that_no_manifest_names_is_told_or_read_where_none_is_named():
    one = RESOURCE.format('href="a.xml">')
    items = {"a.xml": good("A"), "b.xml": good("B"), "notes.xml": "<notes/>"}

    some = read_questions(
        package(items, f"<manifest><resources>{one}</resources></manifest>"), name="p.zip"
    )
    none = read_questions(package(items, "<manifest><resources/></manifest>"), name="p.zip")

    assert [question.name for question in some.questions] == ["A"]
    assert [(skip.name, skip.reason) for skip in some.skipped] == [
        ("B", "b.xml: the manifest does not name it as an item")
    ]
    assert [question.name for question in none.questions] == ["A", "B"]
    assert none.skipped == ()


def test_what_a_mac_puts_into_a_zip_is_no_item():
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("a.xml", good("A"))
        archive.writestr("__MACOSX/._a.xml", b"\x00\x05\x16\x07")

    found = read_questions(buffer.getvalue(), name="p.zip")

    assert [question.name for question in found.questions] == ["A"]
    assert found.skipped == ()


def test_a_package_that_names_a_missing_file_says_so_and_goes_on():
    manifest = (
        "<manifest>\n<resources>\n<resource type='imsqti_item_xmlv3p0' href='gone.xml'/>\n"
        "<resource type='imsqti_item_xmlv3p0' href='a%20b.xml'/>\n"
        "<resource type='webcontent' href='style.css'/></resources></manifest>"
    )

    result = read_questions(package({"a b.xml": good("x")}, manifest), name="p.zip")

    assert [question.id for question in result.questions] == ["x"]
    assert [(one.line, one.name) for one in result.skipped] == [(3, "gone.xml")]
    assert "is not in the zip" in result.skipped[0].reason


def test_a_zip_without_a_manifest_gives_the_items_that_are_in_it():
    data = package({"x.xml": good("x")}).replace(b"imsmanifest.xml", b"somethings.xml.")

    assert [one.id for one in read_questions(data, name="p.zip").questions] == ["x"]


def test_a_package_whose_manifest_is_broken_gives_its_items_all_the_same():
    result = read_questions(package({"x.xml": good("x")}, "<manifest"), name="p.zip")

    assert [question.id for question in result.questions] == ["x"]
    assert [(one.name, one.whole) for one in result.skipped] == [("imsmanifest.xml", False)]


def test_a_common_cartridge_has_questions_of_an_older_qti():
    folder = DATA / "common-cartridge/all-question-types"
    files = {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.xml")
    }
    manifest = files.pop("imsmanifest.xml")

    result = read_questions(package(files, manifest), name="p.imscc")

    assert [(one.name, one.reason) for one in result.skipped] == [
        ("iaa8f9f400b29e514ea8d28fd7ed067f4", "not supported: QTI 1")
    ]


def test_a_cartridge_without_questions_is_refused():
    data = (DATA / "common-cartridge/canvas_cc_gem_course.imscc").read_bytes()

    with pytest.raises(UnreadableFile, match="no QTI item"):
        read_questions(data, name="course.imscc")


@pytest.mark.parametrize("root", ["manifest", "assessmentTest", "questestinterop"])
def test_parts_of_a_package_alone_are_refused_with_a_word(root):
    with pytest.raises(UnreadableFile, match=r"holds no question|not supported"):
        read_questions(f"<{root}/>".encode(), name="a.xml")


def test_entries_of_a_package_name_the_file_in_which_the_line_is():
    picture = good("y").replace("Which?", "<img src='m.png' alt='M'/>Which?")
    broken = good("z").replace("responseIdentifier", "nothing")
    data = package({"a/x.xml": broken, "a/y.xml": picture, "b/w.xml": "<assessmentItem>"})

    result = read_questions(data, name="p.zip")

    assert [one.reason for one in result.skipped][:2] == [
        "a/x.xml: the response of an interaction is not declared",
        "a/y.xml: a picture 'm.png': it is not carried",
    ]
    assert result.skipped[2].reason.startswith("b/w.xml: the XML cannot be read")
    assert [(one.file, one.place) for one in result.questions] == [("a/y.xml", 2)]
