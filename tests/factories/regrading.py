"""Questions with pairs, items and gaps, and what the form of a new key sends for them."""

from typing import Any

from factories.questions import SPECS, Spec
from lms.assessments.regrade_keys import key_of, shown
from lms.scoring import filled_in, question_type
from lms.scoring.types.matching import side_id

PAIRS = {**SPECS["matching"], "key": "p-1", "competency": "gov-01"}
ITEMS = {**SPECS["ordering"], "key": "i-1", "competency": "gov-01"}
GAPS = {**SPECS["cloze"], "key": "g-1", "competency": "gov-01"}
ONE, TWO, THREE, FOUR, FIVE = (
    side_id({"en": text}) for text in ("one", "two", "three", "four", "five")
)


def fields_of(spec: Spec, **changed: str) -> dict[str, list[str]]:
    """What the form sends, but for these."""
    form = shown(spec, spec)
    fields = {name: [value] for name, _text, value in form.parts}
    for number, gap in enumerate(form.gaps, 1):
        fields |= {f"gap-{number}-{name}": [value] for name, value in (gap.fields or {}).items()}
        fields |= {f"gap-{number}-right": [key] for key, _t, right, _w in gap.options if right}
        fields |= {f"gap-{number}-{name}": sent for name, sent in answer_fields(gap).items()}
    fields |= answer_fields(form)
    return fields | {name.replace("_", "-"): [value] for name, value in changed.items()}


def answer_fields(form: Any) -> dict[str, list[str]]:
    """What the form sends of the answers with a share, where nobody changed anything."""
    return {
        f"{one.name}-{part}": [value]
        for one in form.answers
        for part, value in {**one.fields, "share": one.share}.items()
    }


def keyed(spec: Spec, **changed: str) -> dict[str, Any]:
    """The key that the form makes of them."""
    return key_of(spec, spec, fields_of(spec, **changed))


def answers(spec: Spec, **more: str) -> dict[str, list[str]]:
    """The right answer as a form sends it, but for these fields."""
    kind = question_type(spec["type"])
    fields = filled_in(kind.present(spec, {}, kind.right_answer(spec)))
    return fields | {name: [value] for name, value in more.items()}


def in_order(spec: Spec, keys: str) -> dict[str, list[str]]:
    """Items put into this order, as a form sends it."""
    return filled_in(
        question_type("ordering").present(
            spec, {}, {"places": {key: place for place, key in enumerate(keys, 1)}}
        )
    )


CASES = [
    # What is asked, what somebody answered who is right by the new key, and the fields of the new key.
    (PAIRS, answers(PAIRS, **{"left-0": TWO, "left-1": ONE}), {"left_1": TWO, "left_2": ONE}),
    (ITEMS, in_order(ITEMS, "bacd"), {"place_a": "2", "place_b": "1"}),
    (GAPS, answers(GAPS, **{"gap-1": "a teller"}), {"gap_2_accepted_en": "the clerk\na teller"}),
]
