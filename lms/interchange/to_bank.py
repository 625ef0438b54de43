"""From a file into a bank: an exchanged question as a spec (`lms.scoring.question`)."""

from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from lms.interchange.amounts import plain
from lms.interchange.bank_parts import Texts, mapping_of_type
from lms.interchange.bank_tags import LONGEST_TAG, is_key, key_of, no_explanation, told
from lms.interchange.parts import DEFAULT_PENALTY
from lms.interchange.questions import ExchangedQuestion, UnusableQuestion
from lms.scoring import SpecProblem, check_question

Spec = dict[str, Any]
#: What a question of a bank must say of itself, whatever its type.
NEEDED = ("competency", "level", "difficulty", "lesson")
MOST_TAGS = 20


def to_spec(
    question: ExchangedQuestion, *, language: str, defaults: Mapping[str, Any]
) -> tuple[Spec | None, list[str]]:
    """Return the question as a spec of a bank, or None, and what was left out of it.

    A question that comes from our own YAML keeps everything; of any other the texts become plain
    text in one language, the general feedback the explanation, the id the key, and tags such as
    ``competency:gov-01`` the fields of that name.

    Args:
        language: of the texts, such as ``en``.
        defaults: what a question that says nothing of it gets: ``competency``, ``level``,
            ``difficulty`` (1, 2 or 3), ``lesson``, ``use`` (default ``assessment``), ``explanation``
            (a text; default a sentence that none was given).
    Returns:
        Sentences for people. With None they say why; otherwise what of the question is missing.
    """
    lost: list[str] = []
    try:
        if question.spec is not None:
            spec: Spec = deepcopy(dict(question.spec))
            for name in (*NEEDED, "use"):
                if spec.get(name) is None and defaults.get(name) is not None:
                    spec[name] = defaults[name]
        else:
            spec = _built(question, Texts(language, lost), defaults)
    except UnusableQuestion as fault:
        return None, [str(fault)]
    faults = [f"it names no {name}" for name in NEEDED if not spec.get(name)]
    faults += [told_with_place(fault) for fault in check_question(spec)]
    if faults:
        return None, list(dict.fromkeys(faults))
    return spec, list(dict.fromkeys(lost))


def told_with_place(fault: SpecProblem) -> str:
    """Return a fault with the field in which it is, such as ``options.2.weight``; counted from 1."""
    steps = (str(step + 1 if isinstance(step, int) else step) for step in fault.where)
    place = ".".join(steps)
    return f"{place}: {fault.message}" if place else fault.message


def _built(question: ExchangedQuestion, texts: Texts, defaults: Mapping[str, Any]) -> Spec:
    fields, tags = told(question.tags)
    kind = fields.pop("type", question.type)
    key = key_of(question.id, question.name)
    spec: Spec = {"key": key, "type": kind, "use": fields.get("use") or defaults.get("use")}
    spec["use"] = "text" if kind == "description" else spec["use"] or "assessment"
    for name in NEEDED:
        spec[name] = fields.get(name) or defaults.get(name)
    if isinstance(spec["difficulty"], str):
        spec["difficulty"] = int(spec["difficulty"])
    if "source" in fields:
        spec["source"] = fields["source"]
    spec["text"] = texts.of(question.text, question.picture, question.name)
    spec |= texts.image(question.picture)
    spec |= _explanation(question, texts, defaults)
    spec |= mapping_of_type(kind, question, fields, texts)
    carried = _carried(question, texts)
    if "feedback_wrong" in spec and "feedback_wrong" in carried:
        texts.lost.append("the feedback for any other answer, beside that for a wrong one")
    spec |= carried
    tags += _kept_as_tags(question, fields, key)
    spec["tags"] = _allowed(tags, texts.lost)
    return {name: value for name, value in spec.items() if value not in (None, [], ())}


def _explanation(question: ExchangedQuestion, texts: Texts, defaults: Mapping[str, Any]) -> Spec:
    explained = texts.optional(question.general_feedback)
    if explained is None and question.type != "description":
        given = defaults.get("explanation") or no_explanation(texts.language)
        explained = {texts.language: given}
    return {"explanation": explained}


def _carried(question: ExchangedQuestion, texts: Texts) -> Spec:
    """Return what any question may carry beside its type."""
    carried: Spec = {"hints": [texts.of(hint) for hint in question.hints]}
    if len(carried["hints"]) > 10:
        texts.lost.append("hints after the tenth")
        carried["hints"] = carried["hints"][:10]
    if question.type != "true_false":
        for name in ("feedback_right", "feedback_partly", "feedback_wrong"):
            said = texts.optional(getattr(question, name))
            if said is not None:
                carried[name] = said
    if question.weight != 1 and question.type != "description":
        carried["weight"] = plain(question.weight)
    return carried


def _kept_as_tags(question: ExchangedQuestion, fields: Mapping[str, str], key: str) -> list[str]:
    kept = []
    if question.id and question.id != key and not is_key(question.id):
        kept.append(f"id:{question.id}")
    if question.category:
        kept.append("category:" + "/".join(part.replace("/", "//") for part in question.category))
    elif "category" in fields:
        kept.append(f"category:{fields['category']}")
    usual = (None, Decimal(0), DEFAULT_PENALTY)
    if question.penalty not in (*usual, Decimal(1) if question.type == "true_false" else None):
        kept.append(f"penalty:{plain(question.penalty or Decimal(0))}")
    return kept


def _allowed(tags: list[str], lost: list[str]) -> list[str]:
    """Return the tags that a bank takes, and tell of the others."""
    kept = [tag for tag in dict.fromkeys(tags) if tag.strip() and len(tag) <= LONGEST_TAG]
    lost += [
        f"the tag {tag[:40]!r}…: a tag has at most {LONGEST_TAG} characters"
        for tag in dict.fromkeys(tags)
        if len(tag) > LONGEST_TAG
    ]
    lost += [
        f"the tag {tag!r}: a question has at most {MOST_TAGS} tags" for tag in kept[MOST_TAGS:]
    ]
    return kept[:MOST_TAGS]
