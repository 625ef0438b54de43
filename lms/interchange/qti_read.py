"""Reading one QTI item of version 2.0 to 3.0: choice, text entry, inline choice, match, order, gap
match, extended text. Anything else is told as ``not supported: <interaction>``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.interchange.amounts import rounded, shortened
from lms.interchange.bank_parts import letters
from lms.interchange.cloze_text import LONG_LINE
from lms.interchange.limits import MOST_PARTS
from lms.interchange.picture_texts import Files, no_files, stand_in
from lms.interchange.qti_body import is_for_candidates, item_text, rich_inside, shown_text
from lms.interchange.qti_declared import Declaration, declarations
from lms.interchange.qti_response import (
    Rules,
    points,
    rules,
    several_fractions,
    single_fractions,
    told_of_others,
    within,
)
from lms.interchange.qti_rules import Marking
from lms.interchange.qti_typed import numbers, words
from lms.interchange.qti_xml import attribute, first, inside, kind, parts
from lms.interchange.questions import (
    ExchangedQuestion,
    Gap,
    Option,
    Pair,
    Rich,
    UnusableQuestion,
)
from lms.interchange.safe_xml import Element, line_of, local_name
from lms.interchange.source_text import beginning_of, fault_in

#: Written by `qti_write` on an interaction whose part marks QTI's templates cannot say.
PART_MARKS = "part-marks"
#: The tag of a question that is answered with a file: of our banks and of nobody else's.
FILE_UPLOAD = "type:file_upload"
INLINE = ("textentryinteraction", "inlinechoiceinteraction")
#: Feedback by the identifier under which it is shown.
FEEDBACK = {
    "general": "general_feedback",
    "solution": "general_feedback",
    "right": "feedback_right",
    "correct": "feedback_right",
    "partly": "feedback_partly",
    "partial": "feedback_partly",
    "wrong": "feedback_wrong",
    "incorrect": "feedback_wrong",
}
Fields = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """An item being read."""

    root: Element
    body: Element
    declared: dict[str, Declaration]
    rules: Rules
    lost: list[str]
    files: Files = no_files

    def response(self, interaction: Element) -> Declaration:
        """Return the declaration of an interaction's response."""
        identifier = attribute(interaction, "responseidentifier")
        if identifier not in self.declared:
            raise UnusableQuestion(
                f"the response {identifier or 'of an interaction'} is not declared"
            )
        return self.declared[identifier]


def read_item(root: Element, lost: list[str], files: Files = no_files) -> ExchangedQuestion:
    """Return the question of an item; `lost` gets a sentence for each part that is not carried.

    Args:
        files: gives the bytes of a picture by the address that the item has for it.

    Raises:
        UnusableQuestion: an interaction that is not supported, no right answer, no text.
    """
    if attribute(root, "adaptive").lower() in ("true", "1"):
        raise UnusableQuestion("not supported: adaptive item")
    for name in ("templatedeclaration", "templateprocessing"):
        if parts(root, name):
            raise UnusableQuestion(f"not supported: {local_name(parts(root, name)[0])}")
    bodies = parts(root, "itembody")
    if not bodies:
        raise UnusableQuestion("the item has no body")
    if first(bodies[0], "printedvariable") is not None:
        raise UnusableQuestion("not supported: printedVariable")
    declared = declarations(root)
    item = Item(root, bodies[0], declared, rules(root, declared), lost, files)
    interactions = [found for found in bodies[0].iter() if kind(found).endswith("interaction")]
    if len(interactions) > MOST_PARTS:
        raise UnusableQuestion(f"more than {MOST_PARTS} interactions")
    text, picture = item_text(bodies[0], lost, files)
    if picture is not None and not text.text:
        text = Rich(stand_in(picture, _title(root)))
    fields = _fields(item, interactions)
    if fields["type"] == "cloze":
        text = _with_gaps(item, text)
    elif not text.text:
        raise UnusableQuestion("the item asks nothing")
    if interactions:
        lost += item.rules.notes
    lost += [
        f"the stimulus {attribute(one, 'href') or attribute(one, 'identifier')!r} in another file"
        for one in parts(root, "assessmentstimulusref")
    ]
    return _finished(item, text, fields | {"picture": picture})


def _title(root: Element) -> str:
    return " ".join(attribute(root, "title").split())


def _finished(item: Item, text: Rich, fields: Fields) -> ExchangedQuestion:
    title = _title(item.root)
    question = ExchangedQuestion(
        name=title or beginning_of(text) or "Question",
        text=text,
        line=line_of(item.root),
        id=attribute(item.root, "identifier") or None,
        **(_feedback(item) | fields),
    )
    for block in inside(item.body, "rubricblock"):
        views = attribute(block, "view").split()
        if "scorer" in views and question.type == "essay" and not question.grader_info:
            question = replace(question, grader_info=rich_inside(block, item.lost))
        elif not is_for_candidates(block):
            item.lost.append(f"a block of text for {', '.join(views)}")
    fault = fault_in(question.name + (question.id or ""))
    if fault:
        raise UnusableQuestion(fault)
    return question


def _feedback(item: Item) -> Fields:
    found: Fields = {}
    for block in parts(item.root, "modalfeedback"):
        name = FEEDBACK.get(attribute(block, "identifier").lower())
        if name is None or name in found:
            item.lost.append(f"the feedback {attribute(block, 'identifier')!r}")
        else:
            found[name] = rich_inside(block, item.lost)
        if first(block, "printedvariable") is not None:
            item.lost.append("a variable printed in the feedback")
    if first(item.body, "feedbackblock") is not None:
        item.lost.append("a block of feedback in the text")
    item.lost.extend(
        f"the feedback {attribute(block, 'identifier')!r} in the text"
        for block in inside(item.body, "feedbackinline")
        if not _is_of_a_choice(block)
    )
    return found


def _is_of_a_choice(feedback: Element) -> bool:
    """Whether feedback is the first that stands in an option of a choice: that is carried."""
    around = list(feedback.iterancestors())
    choice = next((one for one in around if kind(one) == "simplechoice"), None)
    is_choice = any(kind(one) == "choiceinteraction" for one in around)
    return choice is not None and is_choice and first(choice, "feedbackinline") is feedback


def _fields(item: Item, interactions: list[Element]) -> Fields:
    """Return the type that the interactions make, and its parts."""
    if not interactions:
        return {"type": "description"}
    names = [kind(interaction) for interaction in interactions]
    unknown = [local_name(one) for one in interactions if kind(one) not in (*READERS, *INLINE)]
    if unknown:
        raise UnusableQuestion(f"not supported: {', '.join(dict.fromkeys(unknown))}")
    if names == ["textentryinteraction"]:
        return _entry(item, interactions[0])
    if set(names) <= set(INLINE):
        return _gaps(item, interactions)
    if len(interactions) > 1:
        written = ", ".join(dict.fromkeys(local_name(one) for one in interactions))
        raise UnusableQuestion(f"not supported: several interactions in one item ({written})")
    return READERS[names[0]](item, interactions[0])


def _with_gaps(item: Item, text: Rich) -> Rich:
    """Return the text of a cloze, in which lines of underscores are gaps and nothing else."""
    wanted = sum(kind(found) in (*INLINE, "gap") for found in item.body.iter())
    if len(LONG_LINE.findall(text.text)) != wanted:
        raise UnusableQuestion("the text holds lines of underscores beside its gaps")
    return text


def _choice(item: Item, interaction: Element) -> Fields:
    declared = item.response(interaction)
    choices = _choices(interaction, "simplechoice")
    keys = [key for key, _ in choices]
    is_single = declared.cardinality == "single" or attribute(interaction, "maxchoices") == "1"
    marking = item.rules.marking(declared)
    share = single_fractions if is_single else several_fractions
    fractions = share(declared, keys, marking, item.lost)
    if is_single and sorted(key.lower() for key in keys) == ["false", "true"]:
        return _truth(item, choices, fractions)
    if len(choices) < 2:
        raise UnusableQuestion("a choice needs two options or more")
    options = tuple(
        _option(choice, letter.upper(), fraction, item)
        for (_, choice), fraction, letter in zip(choices, fractions, letters(), strict=False)
    )
    exact = None if is_single or marking.by == "mapping" else "exact"
    return {
        "type": "single_choice" if is_single else "multiple_choice",
        "options": options,
        "grading": exact,
    }


def _truth(item: Item, choices: list[tuple[str, Element]], fractions: list[Decimal]) -> Fields:
    said = {}
    for (_, choice), fraction in zip(choices, fractions, strict=True):
        said["feedback_right" if fraction == 1 else "feedback_wrong"] = _said(choice, item)
    correct = next(key for (key, _), won in zip(choices, fractions, strict=True) if won == 1)
    fields: Fields = {"type": "true_false", "correct": correct.lower() == "true"}
    return fields | {name: text for name, text in said.items() if text}


def _said(choice: Element, item: Item) -> Rich | None:
    block = first(choice, "feedbackinline")
    text = rich_inside(block, item.lost) if block is not None else None
    return text if text and text.text else None


def _option(choice: Element, letter: str, fraction: Decimal, item: Item) -> Option:
    """Return an option; one that is a picture alone is called what it shows, else by its letter."""
    text, picture = shown_text(choice, item.lost, item.files)
    text = text if text.text else Rich(stand_in(picture, letter))
    if not text.text:
        raise UnusableQuestion("an option has no text, and no picture that could be kept")
    return Option(text, fraction, _said(choice, item), picture)


def _named(element: Element, item: Item) -> Rich:
    text = rich_inside(element, item.lost)
    if not text.text:
        raise UnusableQuestion("a choice has no text; its picture is not carried")
    return text


def _choices(interaction: Element, *names: str) -> list[tuple[str, Element]]:
    found = [(attribute(one, "identifier"), one) for one in inside(interaction, *names)]
    if len(found) > MOST_PARTS:
        raise UnusableQuestion(f"more than {MOST_PARTS} options")
    keys = [key for key, _ in found]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise UnusableQuestion(f"two options have the identifier {shortened(twice)!r}")
    return found


def _entry(item: Item, interaction: Element) -> Fields:
    declared = item.response(interaction)
    if declared.base_type in ("integer", "float"):
        return {"type": "numeric", "answers": numbers(declared, item.rules, item.lost)}
    answers, case_sensitive = words(declared, item.rules, item.lost)
    return {"type": "short_text", "answers": answers, "case_sensitive": case_sensitive}


def _gaps(item: Item, interactions: list[Element]) -> Fields:
    """Return the parts of a cloze; what each gap counts is what its best answer earns."""
    responses = [item.response(one) for one in interactions]
    gaps = [_gap(item, one) for one in interactions]
    if item.rules.markings:
        earned = [points(one, item.rules.marking(one)) for one in responses]
    else:
        earned = [Fraction(1)] * len(gaps)
    exact = "exact" if item.rules.exact and len(gaps) > 1 else None
    return {"type": "cloze", "gaps": _weighed(gaps, earned), "grading": exact}


def _weighed(gaps: Sequence[Gap], earned: Sequence[Fraction]) -> tuple[Gap, ...]:
    least = min(earned)
    if least <= 0:
        raise UnusableQuestion("no right answer is declared")
    weights = [one / least for one in earned]
    return tuple(
        replace(gap, weight=rounded(Decimal(weight.numerator) / Decimal(weight.denominator)))
        for gap, weight in zip(gaps, weights, strict=True)
    )


def _gap(item: Item, interaction: Element) -> Gap:
    declared = item.response(interaction)
    if kind(interaction) == "inlinechoiceinteraction":
        choices = _choices(interaction, "inlinechoice")
        keys = [key for key, _ in choices]
        fractions = single_fractions(declared, keys, item.rules.marking(declared), item.lost)
        options = tuple(
            Option(_named(choice, item), fraction)
            for (_, choice), fraction in zip(choices, fractions, strict=True)
        )
        return Gap("choice", options=options)
    if declared.base_type in ("integer", "float"):
        return Gap("number", answers=numbers(declared, item.rules, item.lost))
    answers, case_sensitive = words(declared, item.rules, item.lost)
    return Gap("text", answers=answers, case_sensitive=case_sensitive)


def _order(item: Item, interaction: Element) -> Fields:
    declared = item.response(interaction)
    choices = dict(_choices(interaction, "simplechoice"))
    if len(choices) < 2 or sorted(declared.correct) != sorted(choices):
        raise UnusableQuestion("the declared order does not name each item once")
    items = tuple(_named(choices[key], item) for key in declared.correct)
    marking = item.rules.marking(declared)
    told_of_others(marking.otherwise, item.lost)
    if marking.by == "mapping":
        item.lost.append("what its mapping gives: the whole order counts")
    has_part_marks = PART_MARKS in attribute(interaction, "class").split()
    return {"type": "ordering", "items": items, "grading": None if has_part_marks else "exact"}


def _match(item: Item, interaction: Element) -> Fields:
    sets = parts(interaction, "simplematchset")
    if len(sets) != 2:
        raise UnusableQuestion("a match interaction has two sets of choices")
    lefts, rights = (dict(_choices(one, "simpleassociablechoice")) for one in sets)
    belongs: dict[str, str] = {}
    declared = item.response(interaction)
    for left, right in _directed(declared):
        if left not in lefts or right not in rights:
            raise UnusableQuestion("a declared pair names a choice that is not there")
        if belongs.setdefault(left, right) != right:
            raise UnusableQuestion("not supported: a left side with several right sides")
    if set(belongs) != set(lefts):
        raise UnusableQuestion("not supported: a left side without a right side")
    if len(lefts) < 2:
        raise UnusableQuestion("matching needs two pairs or more")
    pairs = [Pair(_named(lefts[one], item), _named(rights[belongs[one]], item)) for one in lefts]
    unused = [key for key in rights if key not in belongs.values()]
    pairs += [Pair(Rich(""), _named(rights[key], item)) for key in unused]
    marking = item.rules.marking(declared)
    told_of_others(marking.otherwise, item.lost)
    if marking.by != "mapping":
        return {"type": "matching", "pairs": tuple(pairs), "grading": "exact"}
    right_pairs = {f"{left} {right}" for left, right in belongs.items()}
    earned = {" ".join(key.split()): value for key, value in declared.mapped.items()}
    shares = {rounded(earned.get(pair, declared.default)) for pair in right_pairs}
    if len(shares) > 1:
        item.lost.append("its pairs earn differently; here each counts the same")
    if declared.default or any(earned[pair] for pair in set(earned) - right_pairs):
        item.lost.append("what wrong pairs earn or cost")
    return {"type": "matching", "pairs": tuple(pairs)}


def _directed(declared: Declaration) -> list[tuple[str, str]]:
    """Return the right pairs, out of the correct response or else the mapping."""
    written = list(declared.correct) or [one.key for one in declared.entries if one.value > 0]
    pairs = [tuple(pair.split()) for pair in written]
    if any(len(pair) != 2 for pair in pairs) or not pairs:
        raise UnusableQuestion("no right pairs are declared")
    return [(pair[0], pair[1]) for pair in pairs]


def _gap_match(item: Item, interaction: Element) -> Fields:
    if first(interaction, "gapimg") is not None:
        raise UnusableQuestion(f"not supported: {local_name(first(interaction, 'gapimg'))}")
    texts = _choices(interaction, "gaptext")
    places = [attribute(gap, "identifier") for gap in inside(interaction, "gap")]
    if len(texts) * len(places) > MOST_PARTS * 40:
        raise UnusableQuestion("too many gaps and choices")
    named = [(key, _named(text, item)) for key, text in texts]
    declared = item.response(interaction)
    marking = item.rules.marking(declared)
    earned = _earned_in_gaps(declared, marking)
    other = declared.default if marking.by == "mapping" else Decimal(0)
    gaps, best = [], []
    for place in places:
        values = [earned.get(f"{key} {place}", other) for key, _ in named]
        most = max(values, default=Decimal(0))
        if most <= 0:
            raise UnusableQuestion("a gap has no right answer")
        best.append(Fraction(most))
        options = [
            Option(text, within(value / most, item.lost))
            for (_, text), value in zip(named, values, strict=True)
        ]
        gaps.append(Gap("choice", options=tuple(options)))
    if not places:
        raise UnusableQuestion("a gap has no right answer")
    told_of_others(marking.otherwise, item.lost)
    exact = "exact" if marking.by != "mapping" and len(gaps) > 1 else None
    return {"type": "cloze", "gaps": _weighed(gaps, best), "grading": exact}


def _earned_in_gaps(declared: Declaration, marking: Marking) -> dict[str, Decimal]:
    """Return what a text earns in a gap, by ``TEXT GAP``."""
    if marking.by == "mapping":
        return {" ".join(one.key.split()): one.value for one in declared.entries}
    return {f"{text} {place}": Decimal(1) for text, place in _directed(declared)}


def _essay(item: Item, interaction: Element) -> Fields:
    declared = item.declared.get(attribute(interaction, "responseidentifier"))
    if declared is not None and declared.correct:
        item.lost.append("the model answer")
    if declared is not None and declared.entries:
        item.lost.append("what its mapping gives")
    return {"type": "essay"}


def _upload(item: Item, interaction: Element) -> Fields:
    wanted = attribute(interaction, "type")
    if wanted:
        item.lost.append(f"which kinds of file are taken ({wanted[:60]})")
    return {"type": "essay", "attachments": 1, "tags": (FILE_UPLOAD,)}


READERS: dict[str, Callable[[Item, Element], Fields]] = {
    "choiceinteraction": _choice,
    "orderinteraction": _order,
    "matchinteraction": _match,
    "gapmatchinteraction": _gap_match,
    "extendedtextinteraction": _essay,
    "uploadinteraction": _upload,
}
