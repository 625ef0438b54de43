"""Pictures of a bank: out in a format and in again, the same."""

from copy import deepcopy
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interchange.pictured import ALL, PICTURED, back
from interchange.specs import option, spec
from interchange.test_round_trips import normal

from factories.pictures import GATE_NAME, WELL_NAME
from lms.interchange import from_spec, write_questions
from lms.scoring import check_question

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CARRYING = ["moodle_xml", "qti3", "qti22", "qti21", "yaml"]


@pytest.mark.parametrize("name", PICTURED)
def test_the_examples_are_questions(name):
    assert check_question(PICTURED[name]) == []


@pytest.mark.parametrize("name", PICTURED)
@pytest.mark.parametrize("format", CARRYING)
def test_a_picture_comes_back_with_its_text(format, name):
    specs, told, again = back([PICTURED[name]], format)

    assert told == []
    assert [normal(one) for one in specs] == [normal(PICTURED[name])]
    held = {
        one.name: one.content for question in again.questions for one in [question.picture] if one
    }
    assert all(content in ALL.values() for content in held.values())


@pytest.mark.parametrize("format", CARRYING)
def test_a_whole_bank_comes_back_with_its_pictures(format):
    bank = [one | {"key": f"w-{at}"} for at, one in enumerate(PICTURED.values())]

    specs, told, _ = back(bank, format)

    assert told == []
    assert [normal(one) for one in specs] == [normal(one) for one in bank]


@pytest.mark.parametrize("format", CARRYING)
def test_the_picture_of_a_scenario_comes_back(format):
    child = PICTURED["with options"] | {"key": "w-in"}
    scenario = spec(
        "scenario_set", image={"file": GATE_NAME, "alt": {"en": "A gate"}}, questions=[child]
    )
    del scenario["explanation"]

    (found,), told, _ = back([scenario], format)

    assert told == []
    assert found["image"] == scenario["image"]
    assert normal(found["questions"][0])["options"] == normal(child)["options"]


@pytest.mark.parametrize("format", ["qti3", "qti22", "qti21"])
def test_an_item_by_itself_holds_its_pictures(format):
    specs, _, again = back([PICTURED["with options"]], format, as_item=True)

    assert normal(specs[0])["options"] == normal(PICTURED["with options"])["options"]
    assert again.format == format


@pytest.mark.parametrize("format", ["gift", "csv", "xlsx", "aiken"])
def test_a_format_without_pictures_says_so_by_question(format):
    asked = from_spec(PICTURED["with options"], language="en", files=ALL.get)[0]

    written = write_questions([asked], format=format, title="T")

    told = [(one.name, one.reason, one.whole) for one in written.left_out]
    for name in (WELL_NAME, GATE_NAME):
        assert ("Which?", f"a picture {name!r}: it is not carried", False) in told


@pytest.mark.parametrize("format", ["moodle_xml", "qti22", "yaml"])
def test_the_same_bank_gives_the_same_bytes(format):
    asked = [from_spec(one, language="en", files=ALL.get)[0] for one in PICTURED.values()]

    first = write_questions(asked, format=format, title="T").content

    assert write_questions(deepcopy(asked), format=format, title="T").content == first


def test_a_picture_shown_twice_is_in_a_package_once():
    asked = from_spec(PICTURED["with several"], language="en", files=ALL.get)[0]
    written = write_questions([asked], format="qti22", title="T")

    with ZipFile(BytesIO(written.content)) as archive:
        names = archive.namelist()
        manifest = archive.read("imsmanifest.xml").decode()

    assert sorted(names) == sorted(
        ["imsmanifest.xml", f"media/{GATE_NAME}", f"media/{WELL_NAME}", f"items/{asked.id}.xml"]
    )
    assert f'<file href="media/{WELL_NAME}"/>' in manifest


# Spaces


@pytest.mark.parametrize("format", ["qti3", "qti22", "moodle_xml"])
@pytest.mark.parametrize(
    "text", ["two  spaces", "a\n  set in\n  b", "end \nof line", "a     b  c", "a & b  <c>"]
)
def test_spaces_that_count_come_back(format, text):
    plain = spec("true_false", answer=True, text={"en": text}, explanation={"en": text})
    pictured = plain | {"image": {"file": WELL_NAME, "alt": {"en": "A"}}}

    for one in (plain, pictured):
        (found,), told, _ = back([one], format)
        assert told == []
        assert found == one


WORDS = (
    st.text(st.sampled_from(list("abé <>&\"'=-.1 \n")), min_size=1, max_size=25)
    .map(lambda text: "\n".join(line for line in text.strip().split("\n") if line.strip()).strip())
    .filter(bool)
)


@PATIENT
@given(
    text=WORDS,
    alt=WORDS,
    options=st.lists(WORDS, min_size=2, max_size=3),
    format=st.sampled_from(CARRYING),
)
def test_whatever_the_texts_a_pictured_question_comes_back(text, alt, options, format):
    alt = " ".join(alt.split())
    image = {"file": WELL_NAME, "alt": {"en": alt}}
    made = spec(
        "single_choice",
        text={"en": text},
        image=image,
        options=[
            option(key, said, key == "a", image=image)
            for key, said in zip("abc", options, strict=False)
        ],
    )

    specs, told, _ = back([made], format)

    assert told == []
    assert [normal(one) for one in specs] == [normal(made)]
