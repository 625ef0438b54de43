"""What says what is right in a question, by type, and a new key laid over a question as it was shown. Pure.

The texts that people read stay, only what is right changes. Parts that have keys (options, items) are known by
them. Parts without (the sides of pairs, the text around gaps) are known by their texts, in the languages that both
wordings have: a translation that came later makes no other question of it.
"""

from collections.abc import Mapping
from typing import Any

from lms.errors import Refused
from lms.scoring import check_question
from lms.scoring.question import Spec
from lms.scoring.types.cloze import KINDS
from lms.scoring.types.matching import right_sides, side_id

#: What says what is right, by type: of the question, and of each of its options.
KEY_PARTS: dict[str, tuple[str, ...]] = {
    "single_choice": (),
    "multiple_choice": (),
    "situational_judgement": (),
    "true_false": ("answer",),
    "numeric": ("value", "tolerance", "answers", "units", "unit_required", "unit_penalty"),
    "short_text": ("accepted", "answers", "case_sensitive"),
    "matching": ("pairs", "distractors"),
    "ordering": ("items",),
    "cloze": ("gaps",),
}
OPTION_PARTS = ("correct", "credit", "weight")
#: Of a single choice with several right answers; both read a response of the same form.
SINGLE, JUDGED = "single_choice", "situational_judgement"


def check_new_key(shown: Spec, key: Spec) -> None:
    """Refuse a new key that the question as shown cannot take.

    Raises:
        Refused: `regrade.no-new-key` for a type whose key is not changed here, `regrade.other-options`,
            `regrade.bad-key` with the codes of the ``problems``, and in ``gaps`` the number of the gap that each
            is about, or None.
    """
    kinds = {shown["type"], key["type"]}
    if not kinds <= set(KEY_PARTS) or (len(kinds) > 1 and kinds != {SINGLE, JUDGED}):
        raise Refused("regrade.no-new-key")
    if not fits(shown, key):
        raise Refused("regrade.other-options")
    problems = check_question(corrected(shown, key))
    if problems:
        gaps = [
            one.where[1] + 1 if one.where[0] == "gaps" and isinstance(one.where[1], int) else None
            for one in problems
        ]
        raise Refused("regrade.bad-key", problems=[one.code for one in problems], gaps=gaps)


def fits(shown: Spec, key: Spec) -> bool:
    """Whether a key can be laid over a question: they have the same parts, in whatever wording.

    Both are of one type, or of the two that read the same responses.
    """
    if shown["type"] == "matching":
        return _same_lefts(shown, key) and _sides(shown, key) is not None
    if shown["type"] == "ordering":
        return _keys(shown, "items") == _keys(key, "items")
    if shown["type"] == "cloze":
        return _same_gaps(shown, key)
    return option_keys(shown) == option_keys(key)


def option_keys(spec: Spec) -> frozenset[str]:
    """The keys of a question's options; empty without options."""
    return _keys(spec, "options")


def _keys(spec: Spec, parts: str) -> frozenset[str]:
    return frozenset(part["key"] for part in spec.get(parts) or ())


def _same_lefts(shown: Spec, key: Spec) -> bool:
    return len(shown["pairs"]) == len(key["pairs"]) and all(
        _same_text(one["left"], other["left"])
        for one, other in zip(shown["pairs"], key["pairs"], strict=True)
    )


def _sides(shown: Spec, key: Spec) -> dict[str, Mapping[str, str]] | None:
    """For each right side of the key, by its id, the one of the question as shown that says the same.

    None where they are others, or where one may stand for two.
    """
    pool, found = right_sides(shown), {}
    for side, texts in right_sides(key).items():
        same = [one for one in pool.values() if _same_text(one, texts)]
        if side in pool:
            found[side] = pool[side]
        elif len(same) == 1:
            found[side] = same[0]
        else:
            return None
    ids = [side_id(texts) for texts in found.values()]
    return found if sorted(ids) == sorted(pool) else None


def _same_gaps(shown: Spec, key: Spec) -> bool:
    """Whether it is the same text with the same gaps: in another text a gap may stand for something else."""
    if not _same_text(shown["text"], key["text"]) or len(shown["gaps"]) != len(key["gaps"]):
        return False
    return all(
        one["kind"] == other["kind"] and option_keys(one) == option_keys(other)
        for one, other in zip(shown["gaps"], key["gaps"], strict=True)
    )


def _same_text(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two texts say the same in every language that both have; one at least."""
    shared = one.keys() & other.keys()
    return bool(shared) and all(one[language] == other[language] for language in shared)


def corrected(shown: Spec, key: Spec) -> dict[str, Any]:
    """The question as it was shown, with what is right taken from `key`, which `fits`."""
    made: dict[str, Any] = {**shown, "type": key["type"]}
    if key["type"] == "matching":
        return made | _paired(shown, key)
    if key["type"] == "ordering":
        items = {item["key"]: item for item in shown["items"]}
        return made | {"items": [items[item["key"]] for item in key["items"]]}
    if key["type"] == "cloze":
        gaps = zip(shown["gaps"], key["gaps"], strict=True)
        return made | {"gaps": [_gap(one, right) for one, right in gaps]}
    for part in KEY_PARTS[key["type"]]:
        made.pop(part, None)
        if part in key:
            made[part] = key[part]
    if shown.get("options"):
        by_key = {option["key"]: option for option in key["options"]}
        made["options"] = [
            _option(option, by_key[option["key"]], made) for option in shown["options"]
        ]
    return made


def _option(shown: Mapping[str, Any], key: Mapping[str, Any], spec: Spec) -> dict[str, Any]:
    made = {part: value for part, value in shown.items() if part not in OPTION_PARTS}
    made.update({part: key[part] for part in OPTION_PARTS if part in key})
    if spec["type"] == JUDGED and not made.get("explanation"):
        # Such a question gives a reason with each way to act; here it is the question's own.
        made["explanation"] = spec["explanation"]
    return made


def _paired(shown: Spec, key: Spec) -> dict[str, Any]:
    """Pairs put together anew. A right side that belongs to none now is a distractor: people could choose it."""
    sides = _sides(shown, key) or {}
    rights = [sides[side_id(pair["right"])] for pair in key["pairs"]]
    used = {side_id(texts) for texts in rights}
    return {
        "pairs": [
            {**pair, "right": right} for pair, right in zip(shown["pairs"], rights, strict=True)
        ],
        "distractors": [texts for side, texts in right_sides(shown).items() if side not in used],
    }


def _gap(shown: Mapping[str, Any], key: Mapping[str, Any]) -> dict[str, Any]:
    """A gap, which is written as a question of its kind."""
    kind = KINDS[shown["kind"]].name
    made = corrected({**shown, "type": kind}, {**key, "type": kind})
    del made["type"]
    return made
