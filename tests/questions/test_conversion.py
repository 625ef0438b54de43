"""Files into what a bank keeps, and back."""

import pytest

from factories.questions import SPECS, make_options, make_question
from factories.questions_files import BROKEN_LINE, GIFT
from lms.interchange import UnreadableFile
from lms.questions.conversion import (
    UNPLACED,
    as_exported,
    hash_of,
    keys_of,
    read_file,
    settled,
    unplaced,
    words_of,
    write_file,
)

FORMATS = ("gift", "moodle_xml", "yaml", "csv", "xlsx", "qti3", "qti22", "qti21")


def read(text, **more):
    return read_file(text.encode(), name=more.pop("name", "a.gift"), **more)


def exported(specs, format):
    return write_file(specs, format=format, title="Meetings", language="en", key="meetings")


def test_a_file_gives_what_it_holds_and_what_it_does_not():
    reading = read(GIFT)

    assert [one.key for one in reading.incoming] == ["mtg-opens", "mtg-quorum", "mtg-notice"]
    assert [one.type for one in reading.found] == ["single_choice", "true_false", "numeric"]
    assert [(one.line, one.name) for one in reading.skipped] == [(BROKEN_LINE, "Broken")]


def test_a_question_from_elsewhere_leaves_its_place_open():
    (question, *_others) = read(GIFT).incoming

    assert not {"competency", "level", "difficulty", "lesson"} & question.spec.keys()
    assert question.spec["use"] == "assessment"


def test_what_is_asked_for_fills_the_places_that_a_file_leaves_open():
    reading = read(
        "// [tag:competency:gov-02]\nOne {T}\n\nTwo {F}", competency="gov-01", level="awareness"
    )

    assert [one.spec["competency"] for one in reading.incoming] == ["gov-02", "gov-01"]
    assert [one.spec["level"] for one in reading.incoming] == ["awareness", "awareness"]


def test_two_questions_of_one_name_get_keys_of_their_own():
    reading = read("::Q::One {T}\n\n::Q::Two {F}\n\n::Q::Three {T}")

    assert [one.key for one in reading.incoming] == ["q", "q-2", "q-3"]


def test_a_title_that_says_more_than_the_text_is_kept():
    reading = read("::Session 2, warm-up::A quorum is needed. {T}")
    written = exported([reading.incoming[0].spec], "gift").content.decode()

    assert reading.incoming[0].spec["tags"] == ["name:Session 2, warm-up"]
    assert "::Session 2, warm-up::" in written
    assert "name:" not in written


def test_a_title_that_fits_nowhere_is_told():
    title = "Words that stand nowhere in the question itself and go on and on"

    reading = read(f"::{title}::A quorum is needed. {{T}}")

    assert [(one.reason, one.whole) for one in reading.skipped] == [
        ("its title, which is too long for a tag", False)
    ]


def test_a_title_that_begins_the_text_is_no_loss():
    text = "A quorum is needed before the council may decide anything at all that binds"

    assert read(f"::{text[:70]}::{text}. {{T}}").skipped == ()


@pytest.mark.parametrize("format", FORMATS)
def test_a_bank_that_goes_out_comes_back_the_same(format):
    specs = [one.spec for one in read(GIFT).incoming]

    written = exported(specs, format)
    back = read_file(written.content, name=f"x.{written.extension}")

    assert written.left_out == ()
    assert [one.spec for one in back.incoming] == specs
    assert back.skipped == ()


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_our_own_yaml_keeps_every_type_word_for_word(spec):
    kept, _faults = settled(spec)
    assert kept is not None

    written = exported([kept], "yaml")
    back = read_file(written.content, name="bank.yaml")

    assert [one.spec for one in back.incoming] == [kept]
    assert back.incoming[0].content_hash == hash_of(kept)
    assert written.left_out == back.skipped == ()


@pytest.mark.parametrize("format", ["moodle_xml", "qti3", "csv", "xlsx"])
def test_a_scenario_goes_out_in_parts_and_comes_back_whole(format):
    kept, _faults = settled(SPECS["scenario_set"])

    written = exported([kept], format)
    back = read_file(written.content, name=f"x.{written.extension}")

    assert (written.total, written.carried, written.left_out) == (3, 3, ())
    assert len(back.found) == 3
    assert [one.spec for one in back.incoming] == [kept]


def test_an_open_place_stands_in_the_yaml_for_the_author_to_fill_in():
    spec, _faults = settled(SPECS["true_false"])

    text = exported([spec], "yaml").content.decode()

    assert text.count(UNPLACED) == 4


def test_the_order_of_fields_and_fields_that_say_nothing_make_no_difference():
    spec = SPECS["single_choice"]
    other = dict(reversed(spec.items())) | {"source": None}
    other["options"] = [{**one, "correct": one["key"] == "b"} for one in spec["options"]]

    assert hash_of(settled(spec)[0]) == hash_of(settled(other)[0])


def test_a_shape_that_no_bank_knows_is_a_fault_in_words():
    kept, faults = settled(
        make_question("true_false", answer=True, competency="Gov 01", colour="x")
    )

    assert kept is None
    assert any(fault.startswith("true_false.competency:") for fault in faults)
    assert any("colour" in fault for fault in faults)


def test_a_bank_keeps_a_question_as_the_content_folder_would():
    from lms.content.questions import TrueFalseQuestion

    spec = make_question(
        "true_false", answer=True, competency="gov-01", level="awareness", difficulty=1, lesson="x"
    )

    assert settled(spec)[0] == TrueFalseQuestion.model_validate(spec).spec
    assert hash_of(settled(spec)[0]) == TrueFalseQuestion.model_validate(spec).content_hash


def test_a_choice_of_one_among_several_right_ones_marks_as_it_did_elsewhere():
    from lms.scoring import question_type

    reading = read("Name a season. {=spring =summer ~easter}")
    (question,) = reading.incoming
    kind = question_type(question.spec["type"])

    assert reading.skipped == ()
    assert [str(kind.mark(question.spec, {"choice": key}).share) for key in "abc"] == [
        "1.000000",
        "1.000000",
        "0.000000",
    ]


def test_what_comes_back_from_an_export_has_the_hash_that_is_foretold():
    spec, _faults = settled(
        make_question("single_choice", options=make_options("b", "a"), text={"en": "X", "fr": "Y"})
    )

    told = as_exported([spec], format="gift", language="en")
    back = read_file(exported([spec], "gift").content, name="x.gift")

    assert told == {"q-1": back.incoming[0].content_hash}
    assert told["q-1"] != hash_of(spec)


def test_a_format_that_carries_nothing_of_a_bank_foretells_nothing():
    assert as_exported([settled(SPECS["cloze"])[0]], format="gift", language="en") == {}


def test_a_scenario_set_counts_and_is_searched_with_its_questions():
    spec, _faults = settled(SPECS["scenario_set"])

    assert list(keys_of(spec)) == ["q-1", "q-1-1", "q-1-2"]
    assert unplaced([spec]) == 2
    assert "which?" in words_of(spec)


def test_a_search_looks_past_case_accents_and_letters_that_are_written_either_way():
    spec = {"key": "k", "type": "description", "text": {"fr": "Réunion", "ar": "الحوكمة"}}

    assert "reunion" in words_of(spec)
    assert words_of(spec).endswith(words_of({**spec, "key": "", "text": {"ar": "الحوكمه"}}).strip())


def test_a_file_that_is_no_file_of_questions_is_refused():
    with pytest.raises(UnreadableFile):
        read("", name="a.gift")


def test_the_bank_of_the_demo_is_read_whole_and_names_known_competencies():
    from lms.content import load_library, shipped_roots
    from lms.demo.cohorts_story import MEETINGS

    reading = read(MEETINGS)
    known = load_library((), shipped_roots().assessments).competencies

    assert len(reading.incoming) == 8
    assert reading.skipped == ()
    assert {one.spec["competency"] for one in reading.incoming} <= set(known)


def reasons(text: str, name: str) -> list[str]:
    return [one.reason for one in read_file(text.encode(), name=name).skipped]


def test_every_picture_is_told_once_by_its_name():
    moodle = (
        "<quiz><question type='truefalse'><name><text>N</text></name><questiontext format='html'>"
        "<text><![CDATA[<p>Is it?<img src='@@PLUGINFILE@@/my%20well.png' alt='W'></p>]]></text>"
        "<file name='my well.png' encoding='base64'>AAAA</file></questiontext>"
        "<answer fraction='100'><text>true</text></answer>"
        "<answer fraction='0'><text>false</text></answer></question></quiz>"
    )

    assert reasons(moodle, "a.xml") == [
        "a picture 'my well.png': it is not carried: it is no picture that is taken here: "
        "PNG, JPEG, GIF, WebP or SVG"
    ]
    gift = "[markdown]![A well](well.png) Is it? {T}\n"
    assert reasons(gift, "a.gift") == ["a picture 'well.png': it is not carried"]


def test_our_own_yaml_brings_the_name_of_a_picture_alone():
    spec = {
        "key": "q", "type": "true_false", "use": "assessment", "answer": True,
        "text": {"en": "Is it?"}, "explanation": {"en": "Yes."},
        "image": {"file": "well.png", "alt": {"en": "A well"}},
    }  # fmt: skip
    written = write_file([spec], format="yaml", title="T", language="en", key="b")

    read = read_file(written.content, name="b.yaml")

    said = "a picture 'well.png': its name is kept, the file is not carried"
    assert [one.reason for one in written.left_out] == [said]
    assert [(one.reason, one.whole) for one in read.skipped] == [(said, False)]
    assert read.incoming[0].spec["image"]["file"] == "well.png"


def test_a_fault_in_yaml_names_its_field():
    text = (
        "key: b\nlanguage: en\nquestions:\n- key: q\n  type: true_false\n  use: assessment\n"
        "  competency: gov-01\n  level: awareness\n  difficulty: 1\n  lesson: a\n"
        "  text: {en: Is it?}\n  answer: true\n"
    )

    assert [one.partition(": give")[0] for one in reasons(text, "b.yaml")] == ["explanation"]


@pytest.mark.parametrize("text", ["// nothing\n", "$CATEGORY: a\n", "<quiz></quiz>", "type,text\n"])
def test_a_file_without_questions_says_so(text):
    with pytest.raises(UnreadableFile, match="no question is in it"):
        read_file(text.encode(), name="")
