"""Marking by hand, files and regrades in words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.errors import Refused
from lms.web.refusals import sentence

REFUSALS = {
    "marking.own": _l("You cannot mark your own answer; ask a colleague."),
    "marking.not-by-hand": _l("This question is marked by the site."),
    "marking.closed": _l("Only an attempt that was handed in, and is not void, is marked."),
    "marking.unanswered": _l("This question was not answered; there is nothing to mark."),
    "marking.regraded": _l(
        "A regrade gives this question the full mark or leaves it out; a mark would change nothing."
    ),
    "marking.given": _l("You have marked this answer already. Your mark stands as you gave it."),
    "marking.done": _l("This answer is marked already, by as many people as are asked for."),
    "marking.no-disagreement": _l("There is no disagreement to decide here."),
    "marking.third": _l("You are one of the two who differ; a third person decides."),
    "marking.reason": _l("Say why in a sentence; it stays on the record."),
    "marking.not-marked": _l("There is no mark to correct yet."),
    "marking.two": _l("Two people mark this answer; where they differ, a third decides."),
    "marking.corrected": _l("This mark was corrected before; a correction stands."),
    "marking.unrated": _l("Choose a level for every criterion."),
    "marking.unknown-level": _l("Choose one of the levels offered."),
    "marking.bad-credit": _l("Give a number from 0 to 100, such as 75."),
    "observation.not-yours": _l("Only the person who was observed signs an observation."),
    "observation.signed": _l("This observation is signed; a signature stays as it was given."),
    "observation.disagree": _l("Say in the remark what you see differently."),
    "regrade.reason": _l("Say why the question is marked anew; the reason stays on the record."),
    "regrade.foreign": _l(
        "Attempts of other organisations hold this question too: %(count)s. Only somebody who manages the "
        "assessments of all of them can mark it anew: ask the office above."
    ),
    "regrade.nothing-left": _l(
        "Attempts in which nothing would be left to mark: %(count)s. Give the full mark instead."
    ),
    "regrade.same": _l("This changes nothing: the question is marked that way already."),
    "regrade.moved": _l(
        "Attempts were handed in or marked since you looked. Here is what would change now; look again."
    ),
    "regrade.no-new-key": _l(
        "A question of this kind cannot be given a new key here: give the full mark or leave it out."
    ),
    "regrade.bad-key": _l("The new key cannot be used; check what is ticked or written."),
    "regrade.number": _l("“%(typed)s” is no number; write for instance 12 or 12.5."),
    "regrade.no-side": _l("Choose what belongs to left side %(number)s."),
    "regrade.no-place": _l("Give every item a place, from 1 to %(count)s."),
    "regrade.place": _l("“%(typed)s” is no place; give each item a number from 1 to %(count)s."),
    "regrade.place-twice": _l("Two items have the place %(place)s; give each a place of its own."),
    "regrade.other-options": _l("A new key keeps the parts of the question as they are."),
    "regrade.unknown-question": _l("No attempt holds this question."),
}
#: What is wrong with a new key, by the code of the question type; others are said by `regrade.bad-key` alone.
KEY_FAULTS = {
    "question.not-one-right-option": _l("Tick the option that is right."),
    "question.no-right-option": _l("Tick at least one option that is right."),
    "question.no-wrong-option": _l("Leave at least one option unticked."),
    "question.no-full-credit": _l("At least one option must be worth 100."),
    "question.weights-and-exact": _l(
        "Only the whole right answer earns the mark here; no option has a share of its own."
    ),
    "question.weights-not-one": _l("What the right options are worth must add up to 100."),
    "question.bad-credit": _l("An option is worth 0 to 100."),
    "question.bad-weight": _l("An option is worth -100 to 100."),
    "question.no-accepted": _l("Write at least one variant that is right."),
    "question.bad-accepted": _l(
        "A variant is a text of 200 characters at most, with a letter or digit."
    ),
    "question.bad-tolerance": _l("A tolerance is 0 or more."),
    "question.no-answers": _l("Give at least one answer that is right."),
    "question.bad-range": _l("A range goes from the smaller number to the larger one."),
    "question.one-right-side": _l("The same right side cannot belong to all of them."),
}
#: The same in a gap, where it is said otherwise.
GAP_FAULTS = {**KEY_FAULTS, "question.not-one-right-option": _l("Choose the option that is right.")}


def refusal_of_key(refused: Refused) -> str:
    """A refused regrade in the reader's words: what is wrong with the key, where that can be said."""
    if "gap" in refused.values:
        return _in_gap(refused.values["gap"], sentence(refused))
    told = []
    problems = refused.values.get("problems", ())
    for code, gap in zip(problems, refused.values.get("gaps", ()), strict=True):
        words = (GAP_FAULTS if gap else KEY_FAULTS).get(code)
        if words is not None:
            told.append(_in_gap(gap, str(words)) if gap else str(words))
    return " ".join(dict.fromkeys(told)) or sentence(refused)


def _in_gap(number: int, fault: str) -> str:
    return str(_("Gap %(number)s: %(fault)s", number=number, fault=fault))


#: Faults of files, beside those that the question type finds.
FILE_FAULTS = {
    "answer.file-content": _l(
        "The file is not what its name says; save it anew and choose it again."
    ),
    "answer.file-program": _l("The file carries a program or macros; save it without them."),
    "answer.too-many-files": _l("Too many files were sent for this question; the last one stands."),
}
#: What can be done with a question, as a heading says it, and what each means.
DEEDS = {
    "keep": (
        _l("Keep it as it is"),
        _l("The key is right. Nothing changes and nothing is logged."),
    ),
    "new-key": (
        _l("Give it a new key"),
        _l("Everybody is marked again by the key below; the texts that people read stay."),
    ),
    "full-credit": (
        _l("Give everybody the full mark"),
        _l("For a question that could not be answered fairly; also those who left it open get it."),
    ),
    "drop": (
        _l("Leave it out"),
        _l("It weighs nothing for anybody; those who were right lose what it brought them."),
    ),
}
#: The deeds in a table of those done.
KINDS = {
    "new-key": _l("new key"),
    "full-credit": _l("full mark for everybody"),
    "drop": _l("left out"),
}
