"""Questions with pictures, and the way out of a bank and in again."""

from interchange.specs import SPECS, option, spec

from factories.pictures import FILES, GATE_NAME, WELL_NAME, make_svg
from lms.interchange import from_spec, join_scenarios, read_questions, to_spec, write_questions
from lms.interchange.pictures import kept_name

PLACE = {
    "competency": "wells-01",
    "level": "awareness",
    "difficulty": 2,
    "lesson": "01-why-wells-fail",
}


PICTURED = {
    "with the text": spec(
        "true_false",
        answer=True,
        image={"file": WELL_NAME, "alt": {"en": 'A "deep" <well> & a > b'}},
    ),
    "with options": spec(
        "single_choice",
        options=[
            option("a", "This", True, image={"file": WELL_NAME, "alt": {"en": "Closed"}}),
            option("b", "That", image={"file": GATE_NAME, "alt": {"en": "Open"}}),
            option("c", "None"),
        ],
    ),
    "with several": spec(
        "multiple_choice",
        text={"en": "Which  ones?\n   Say  it."},
        image={"file": GATE_NAME, "alt": {"en": "Gates"}},
        options=[
            option("a", "**This**", True, image={"file": WELL_NAME, "alt": {"en": "Closed"}}),
            option("b", "- That"),
            option("c", "&amp;", True, image={"file": WELL_NAME, "alt": {"en": "Closed"}}),
        ],
    ),
    "with a drawing": spec(
        "numeric", value="3", tolerance="0", image={"file": "", "alt": {"en": "Three"}}
    ),
    "with gaps": spec(
        "cloze",
        text={"en": "The _____ holds _____  keys & <more>."},
        image={"file": WELL_NAME, "alt": {"en": "Keys"}},
        gaps=[
            {"kind": "choice", "options": [option("a", "a < b", True), option("b", "mayor")]},
            {"kind": "text", "accepted": {"en": ["two", "2 & 2"]}},
        ],
    ),
    "with pairs": SPECS["matching"] | {"image": {"file": WELL_NAME, "alt": {"en": "Parts"}}},
    "with an order": SPECS["exact ordering"]
    | {"image": {"file": WELL_NAME, "alt": {"en": "Steps"}}},
    "with words": SPECS["word"] | {"image": {"file": WELL_NAME, "alt": {"en": "Whose key?"}}},
    "with an essay": spec("essay", image={"file": WELL_NAME, "alt": {"en": "A well"}}),
    "with judgements": SPECS["judgement"] | {"image": {"file": WELL_NAME, "alt": {"en": "A well"}}}
    if "judgement" in SPECS
    else spec("true_false", answer=False, image={"file": WELL_NAME, "alt": {"en": "A well"}}),
}
DRAWING = make_svg()


def all_files() -> dict[str, bytes]:

    PICTURED["with a drawing"]["image"]["file"] = kept_name(DRAWING)
    return FILES | {kept_name(DRAWING): DRAWING}


ALL = all_files()


def back(questions, format, **more):
    """Out in a format and in again: the specs, and what was told on the way."""
    asked = [from_spec(one, language="en", files=ALL.get)[0] for one in questions]
    written = write_questions(asked, format=format, title="Wells", **more)
    again = read_questions(written.content, name=f"a.{written.extension}")
    specs, told = [], [one.reason for one in (*written.left_out, *again.skipped)]
    for question in again.questions:
        found, lost = to_spec(question, language="en", defaults=PLACE)
        told += lost
        specs.append(found)
    return join_scenarios(specs), told, again
