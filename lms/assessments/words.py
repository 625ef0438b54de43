"""Refusals, faults of answers and rules in words."""

from flask_babel import lazy_gettext as _l

REFUSALS = {
    "attempt.none-left": _l("All %(allowed)s attempts at this assessment are used."),
    "attempt.too-soon": _l("The next attempt can start in %(minutes)s minutes."),
    "attempt.nowhere": _l("This needs an organisation to belong to; ask an administrator."),
    "attempt.over": _l(
        "The attempt is closed: it was submitted, or its time is up. Answers saved before count."
    ),
    "attempt.foreign-question": _l(
        "The answer is for a question that this attempt does not hold. Nothing was kept."
    ),
    "assessment.bank-too-small": _l(
        "The bank %(bank)s has too few questions for this assessment; the author must add some."
    ),
    "observation.own": _l("You cannot observe your own task; ask a colleague."),
    "observation.future": _l("The day %(day)s lies in the future."),
    "observation.unrated": _l("Rate each criterion; %(count)s are still open."),
    "observation.level": _l("Choose one of the levels offered."),
}
FAULTS = {
    "answer.not-an-option": _l("Choose one of the options shown."),
    "answer.more-than-one": _l("Give one answer only."),
    "answer.not-in-question": _l("This is no part of the question."),
    "answer.not-a-number": _l("Write a number, such as 12 or 12.5."),
    "answer.too-long": _l("Write a shorter answer."),
}
GRADING = {
    "best": _l("the best attempt counts"),
    "last": _l("the last attempt counts"),
    "first": _l("the first attempt counts"),
    "average": _l("the average of all attempts counts"),
}
#: How partial credit is given; quoted on the page so that nobody has to guess.
FORMULAS = {
    "multiple_choice": _l(
        "Several answers may be right. Each right one you choose adds to the mark, each wrong one takes away; "
        "never below zero."
    ),
    "matching": _l("Each pair that is right earns its share of the mark."),
    "numeric": _l("Write a number; a comma or a point both work."),
    "short_text": _l("A word or a few; capitals and accents do not matter."),
}
RUBRIC_LEVELS = {"not-yet": _l("not yet"), "partly": _l("partly"), "meets": _l("meets")}
