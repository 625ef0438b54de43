"""Marking by hand, files and regrades in words."""

from flask_babel import lazy_gettext as _l

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
    "regrade.reason": _l("Say why the question is marked anew; the reason stays on the record."),
    "regrade.foreign": _l(
        "%(count)s attempts of other organisations hold this question. Only somebody who manages the assessments "
        "of all of them can mark it anew: ask the office above."
    ),
    "regrade.nothing-left": _l(
        "In %(count)s attempts nothing would be left to mark. Give the full mark instead."
    ),
    "regrade.same": _l("This changes nothing: the question is marked that way already."),
    "regrade.moved": _l(
        "Attempts were handed in or marked since you looked. Here is what would change now; look again."
    ),
    "regrade.no-new-key": _l(
        "A question of this kind cannot be given a new key here: give the full mark or leave it out."
    ),
    "regrade.bad-key": _l("The new key cannot be used: %(problems)s."),
    "regrade.other-options": _l("A new key keeps the options of the question as they are."),
    "regrade.unknown-question": _l("No attempt holds this question."),
}
#: Faults of files, beside those that the question type finds.
FILE_FAULTS = {
    "answer.file-content": _l(
        "The file is not what its name says; save it anew and choose it again."
    ),
    "answer.file-program": _l("The file carries a program or macros; save it without them."),
    "answer.too-many-files": _l("Too many files were sent for this question; the last one stands."),
}
