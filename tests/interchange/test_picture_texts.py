"""Pictures of questions in files: read, told, written, and back the same."""

import json
from base64 import b64encode
from io import BytesIO
from time import monotonic
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interchange.pictured import PICTURED, PLACE
from interchange.qti_samples import choices, declared, item

from factories.pictures import GATE, GATE_NAME, WELL, WELL_NAME, make_png, make_svg
from lms.interchange import (
    UnreadableFile,
    read_questions,
    to_json,
    to_spec,
    write_questions,
)
from lms.interchange.limits import MOST_PICTURE_BYTES
from lms.scoring import check_question

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CARRYING = ["moodle_xml", "qti3", "qti22", "qti21", "yaml"]


def base64(content: bytes) -> str:
    return b64encode(content).decode()


def moodle(text: str, *files: str, answers: str = "", kind: str = "essay") -> bytes:
    asked = f"<questiontext format='html'><text><![CDATA[{text}]]></text>{''.join(files)}</questiontext>"
    return (
        f"<quiz>\n<question type='{kind}'><name><text>Well</text></name>{asked}{answers}</question></quiz>"
    ).encode()


def file(name: str, content: bytes = WELL, path: str = "/") -> str:
    return f'<file name="{name}" path="{path}" encoding="base64">{base64(content)}</file>'


def only(data: bytes, name: str = "a.xml"):
    """The one question of a file, as JSON, with what was told of it."""
    result = read_questions(data, name=name)
    assert len(result.questions) == 1
    return result.questions[0], [one.reason for one in result.skipped]


# Moodle XML


def test_moodle_brings_the_picture_of_a_text():
    data = moodle(
        '<p>Which?</p><p><img src="@@PLUGINFILE@@/my%20well.png" alt="A  well"></p>',
        file("my well.png"),
    )

    question, told = only(data)

    assert told == []
    shown = to_json(question)
    assert shown["image"]["alt"] == "A well"
    assert shown["image"]["file"] == "my well.png"
    assert (shown["image"]["width"], shown["image"]["height"]) == (4, 3)
    assert (
        shown["text"]
        == '<p>Which?</p><p><img src="@@PLUGINFILE@@/my%20well.png" alt="A  well"></p>'
    )
    found, lost = to_spec(question, language="en", defaults=PLACE)
    assert lost == []
    assert found["text"] == {"en": "Which?"}
    assert found["image"] == {"file": WELL_NAME, "alt": {"en": "A well"}}


def test_moodle_brings_a_picture_out_of_a_folder_and_one_inside_the_text():
    inside = f'<img alt="B" src="data:image/png;base64,{base64(GATE)}">'

    for text, content in [
        ('?<img src="@@PLUGINFILE@@/maps/well.png" alt="B">', WELL),
        (f"?{inside}", GATE),
    ]:
        question, told = only(
            moodle(text, file("well.png", path="/maps/") if content is WELL else "")
        )
        assert told == []
        assert question.picture.content == content


def test_options_that_are_pictures_alone_are_called_what_they_show():
    answers = "".join(
        f"<answer fraction='{worth}' format='html'><text><![CDATA[<img src='@@PLUGINFILE@@/{name}'{alt}>]]>"
        f"</text>{file(name, content)}</answer>"
        for worth, name, alt, content in [
            (100, "a.png", " alt='Closed'", WELL),
            (0, "b.png", "", GATE),
        ]
    )

    question, told = only(moodle("Which?", answers=answers, kind="multichoice"))
    found, lost = to_spec(question, language="en", defaults=PLACE)

    assert [one["text"] for one in found["options"]] == [{"en": "Closed"}, {"en": "B"}]
    assert [one["image"] for one in found["options"]] == [
        {"file": WELL_NAME, "alt": {"en": "Closed"}},
        {"file": GATE_NAME},
    ]
    assert told == [
        "the alternative text of a picture 'b.png': the file has none; write it on the question's page"
    ]
    assert lost == []


def test_a_picture_within_a_sentence_leaves_its_word_there():
    data = moodle(
        '<p>Press <img src="@@PLUGINFILE@@/a.png" alt="green"> and wait.</p>', file("a.png")
    )

    question, told = only(data)
    found, _ = to_spec(question, language="en", defaults=PLACE)

    assert told == ["the place of a picture 'a.png' within a sentence: it is shown with the text"]
    assert found["text"] == {"en": "Press [green] and wait."}
    assert found["image"]["alt"] == {"en": "green"}


def test_a_second_picture_of_a_text_is_told_by_question_and_line():
    data = moodle(
        '?<img src="@@PLUGINFILE@@/a.png" alt="A"><img src="@@PLUGINFILE@@/b.png" alt="B">',
        file("a.png"),
        file("b.png", GATE),
    )

    result = read_questions(data, name="a.xml")

    (told,) = result.skipped
    assert (told.line, told.name, told.whole) == (2, "Well", False)
    assert told.reason.startswith("a picture 'b.png': it is not carried: another one")
    assert result.questions[0].picture.content == WELL


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        ('<file name="a.png" encoding="base64">%%%</file>', "its base64 is broken"),
        ('<file name="a.png" encoding="base64">YQ=</file>', "its base64 is broken"),
        ('<file name="a.png" encoding="hex">00</file>', "it is not written in base64"),
        ('<file name="a.png" encoding="base64"></file>', "its file is empty"),
        (file("a.png", b"%PDF-1.7"), "it is no picture"),
        (file("a.png", WELL + b"\0" * MOST_PICTURE_BYTES), "larger than 1 MiB"),
        (file("a.png", WELL + b"\0" * MOST_PICTURE_BYTES * 2), "larger than 1 MiB"),
        (file("a.png", make_svg("<script>x</script>")), "<script>"),
    ],
)
def test_a_faulty_picture_is_told_and_the_question_is_kept(picture, why):
    question, told = only(moodle('?<img src="@@PLUGINFILE@@/a.png" alt="A">', picture))

    assert question.picture is None
    (reason,) = told
    assert reason.startswith("a picture 'a.png': it is not carried: ")
    assert why in reason


def test_a_picture_of_feedback_or_of_nowhere_is_told():
    shown = "<![CDATA[<img src='@@PLUGINFILE@@/f.png'>]]>"
    feedback = f"<generalfeedback><text>See {shown}</text>{file('f.png')}</generalfeedback>"

    _, told = only(moodle("?", file("unused.png"), answers=feedback))

    assert told == [
        "a picture 'unused.png': it is not carried",
        "a picture 'f.png': it is not carried",
    ]


def test_the_picture_of_an_old_moodle_stands_beside_the_text():
    old = f"<image>old/well.png</image><image_base64>{base64(WELL)}</image_base64>"

    question, told = only(moodle("What is it?", answers=old))

    assert question.picture.content == WELL
    assert len(told) == 1
    assert told[0].startswith("the alternative text of a picture 'well.png'")


def test_moodle_to_qti_and_back_keeps_the_picture():
    data = moodle('<p>Which <b>one</b>?</p><img src="@@PLUGINFILE@@/a.png" alt="A">', file("a.png"))
    question, _ = only(data)

    package = write_questions([question], format="qti3", title="T")
    again, told = only(package.content, "a.zip")

    assert (package.left_out, told) == ((), [])
    assert (again.picture.content, again.picture.alt) == (WELL, "A")
    assert "img" not in again.text.text
    moodle_again = write_questions([question], format="moodle_xml", title="T")
    third, _ = only(moodle_again.content)
    assert third.text == question.text
    assert third.picture == question.picture


# QTI


def asked(image: str, prompt: str = "Where?") -> str:
    return item(
        f"<p>Look.</p>{image}{choices('a', 'b', prompt=prompt)}",
        declared("A"),
        rules="match_correct",
    )


def with_files(text: str, files: dict[str, bytes], name: str = "items/a.xml") -> bytes:
    """A package of one item, with files that its manifest does not name."""
    resource = f'<resource identifier="r" type="imsqti_item_xmlv2p1" href="{name}"/>'
    manifest = f"<manifest><resources>{resource}</resources></manifest>"
    return zipped({"imsmanifest.xml": manifest.encode(), name: text.encode(), **files})


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_package_brings_pictures_beside_the_item():
    data = with_files(
        asked("<p><img src='../img/my%20map.png' alt='Map'/></p>"), {"img/my map.png": WELL}
    )

    question, told = only(data, "a.zip")

    assert told == []
    assert (question.picture.content, question.picture.alt) == (WELL, "Map")
    assert "img" not in question.text.text


def test_an_item_cannot_reach_out_of_its_package():
    for address in (
        "../../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "http://example.org/a.png",
    ):
        question, told = only(
            with_files(asked(f"<img src='{address}' alt='x'/>"), {"etc/passwd.png": WELL}), "a.zip"
        )
        assert question.picture is None
        assert len(told) == 1
        assert "it is not carried" in told[0]


def test_a_zip_with_a_way_out_is_refused_with_its_pictures():
    with pytest.raises(UnreadableFile, match="leads out"):
        read_questions(with_files(asked(""), {"../a.png": WELL}), name="a.zip")


# YAML


def bank(*names: str) -> bytes:
    questions = [
        PICTURED["with the text"] | {"key": f"w-{at}", "image": {"file": name, "alt": {"en": "A"}}}
        for at, name in enumerate(names)
    ]
    head = {"key": "b", "language": "en", "title": {"en": "B"}}
    return json.dumps(head | {"questions": questions}).encode()


@pytest.mark.parametrize("folder", ["", "wells/"])
def test_a_zip_of_yaml_brings_the_files_of_its_media_folder(folder):
    data = zipped({f"{folder}bank.yaml": bank("well.png"), f"{folder}media/well.png": WELL})

    result = read_questions(data, name="a.zip")

    assert (result.format, result.skipped) == ("yaml", ())
    assert result.questions[0].spec["image"] == {"file": WELL_NAME, "alt": {"en": "A"}}
    assert result.questions[0].picture.content == WELL


def test_yaml_takes_pictures_beside_it_and_keeps_the_names_of_others():
    result = read_questions(
        bank("well.png", "gone.png"), name="b.yaml", files={"well.png": WELL}.get
    )

    assert [one.spec["image"]["file"] for one in result.questions] == [WELL_NAME, "gone.png"]
    assert result.questions[1].picture is None


def test_a_zip_without_a_bank_says_so():
    with pytest.raises(UnreadableFile, match="no question bank"):
        read_questions(zipped({"media/well.png": WELL}), name="a.zip", format="yaml")


def test_pictures_of_a_file_may_weigh_so_much_together(monkeypatch):
    monkeypatch.setattr("lms.interchange.picture_weight.MOST_PICTURES_BYTES", len(WELL) + 10)
    data = zipped(
        {"bank.yaml": bank("a.png", "a.png", "b.png"), "media/a.png": WELL, "media/b.png": GATE}
    )

    result = read_questions(data, name="a.zip")

    assert [one.picture is not None for one in result.questions] == [True, True, False]
    (told,) = result.skipped
    assert "together" in told.reason


PIECES = st.lists(
    st.sampled_from(
        [
            "<img src='@@PLUGINFILE@@/a.png' alt='A'>",
            "<img src='@@PLUGINFILE@@/b.png'>",
            "<img>",
            "<p>",
            "</p>",
            "x",
            "<img src='data:image/png;base64,AAAA'>",
            "<img src='data:,'>",
            "<img src='data:image/png;base64'>",
            "<img alt='>' src='@@PLUGINFILE@@/a.png'/>",
            "<br>",
            "<b>",
            "</b>",
            "<!-- <img src='a'> -->",
            "&amp;",
            "<img src=",
        ]
    ),
    max_size=12,
).map("".join)


@PATIENT
@given(
    text=PIECES,
    content=st.binary(max_size=60) | st.just(WELL),
    encoding=st.sampled_from(["base64", "", "x"]),
)
def test_any_text_with_pictures_gives_a_result(text, content, encoding):
    files = [
        f'<file name="{name}" path="/" encoding="{encoding}">{base64(content)}</file>'
        for name in ("a.png", "b.png")
    ]
    data = moodle(f"Q{text}", *files)

    result = read_questions(data, name="a.xml")
    for question in result.questions:
        found, _ = to_spec(question, language="en", defaults=PLACE)
        assert found is None or check_question(found) == []
        for format in ("moodle_xml", "qti22", "yaml", "gift"):
            written = write_questions([question], format=format, title="T")
            read_questions(written.content, name=f"a.{written.extension}")


@PATIENT
@given(
    address=st.text(max_size=20),
    name=st.sampled_from(["a.png", "m/a.png", "items/a.png"]),
    content=st.binary(max_size=30),
)
def test_any_address_in_a_package_gives_a_result(address, name, content):
    from html import escape

    safe = "".join(sign for sign in address if sign.isprintable())
    image = f"<img src='{escape(safe)}' alt='A'/>"
    result = read_questions(with_files(asked(image), {name: content or make_png()}), name="a.zip")

    assert len(result.questions) == 1


def test_texts_of_gift_and_sheets_may_hold_pictures_themselves():
    address = f"data:image/png;base64,{base64(WELL)}"
    gift = f'::Well::[html]Which?<img src="{address}" alt="A">{{T}}'
    gift = gift.replace("=", "\\=").replace(":image", "\\:image")
    sheet = f"type,text,text_format,correct\ntrue_false,\"Which?<img src='{address}'>\",html,true\n"

    from_gift, told = only(gift.encode(), "a.gift")
    from_sheet, of_sheet = only(sheet.encode(), "a.csv")

    assert (from_gift.picture.content, from_gift.picture.alt, told) == (WELL, "A", [])
    assert from_sheet.picture.content == WELL
    assert of_sheet[0].startswith("the alternative text of a picture")
    assert to_spec(from_gift, language="en", defaults=PLACE)[0]["text"] == {"en": "Which?"}


def test_thousands_of_pictures_in_a_text_are_told_in_good_time():
    names = "".join(f"<img src='@@PLUGINFILE@@/{at}.png'>" for at in range(5_000))
    started = monotonic()

    question, told = only(moodle(f"Q{names}", file("3.png")))
    _, lost = to_spec(question, language="en", defaults=PLACE)
    only(with_files(asked(names.replace("'>", "' alt=''/>")), {}), "a.zip")

    assert question.picture.content == WELL
    assert len({*told, *lost}) >= 4_999
    assert monotonic() - started < 5
