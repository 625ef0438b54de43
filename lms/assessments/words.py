"""Refusals, faults of answers, labels, states and rules in words."""

from flask_babel import lazy_gettext as _l

from lms.web.questions import ANSWER_FAULTS

REFUSALS = {
    "attempt.none-left": _l("All %(allowed)s attempts at this assessment are used."),
    "attempt.too-soon": _l("The next attempt can start in %(minutes)s minutes."),
    "attempt.nowhere": _l("This needs an organisation to belong to; ask an administrator."),
    "attempt.over": _l(
        "The attempt is closed: it was submitted, or its time is up. Answers saved before count."
    ),
    "attempt.foreign-question": _l("This attempt does not hold that question."),
    "attempt.page-passed": _l(
        "In this assessment one goes forward only; that page does not open again."
    ),
    "attempt.no-check": _l("In this assessment answers are not checked before it is handed in."),
    "attempt.unanswered": _l("Answer the question first; then it can be checked."),
    "attempt.void-reason": _l("Say why the attempt is void; the reason stays on the record."),
    "attempt.void-already": _l("The attempt is void already."),
    "attempt.void-own": _l("You cannot declare your own attempt void; ask a colleague."),
    "assessment.not-open": _l("The assessment opens at %(moment)s."),
    "assessment.closed": _l("The assessment closed at %(moment)s."),
    "sitting.needed": _l(
        "This assessment is supervised: type the code that the supervisor reads out."
    ),
    "sitting.code": _l(
        "No sitting of this assessment is open under that code. Ask the supervisor."
    ),
    "sitting.order": _l("A sitting ends after it begins, and not in the past."),
    "sitting.long": _l("A sitting lasts 24 hours at most."),
    "override.whom": _l("Choose one person or one cohort."),
    "override.own": _l("You cannot grant yourself an override; ask a colleague."),
    "override.reason": _l("Say why; the reason stays on the record."),
    "override.nothing": _l(
        "Nothing is changed yet: give more time, another attempt or other days."
    ),
    "override.no-time-limit": _l(
        "This assessment has no time limit: more minutes would change nothing. Leave them empty."
    ),
    "override.unlimited": _l(
        "This assessment may be sat as often as one likes: more attempts would change nothing. Leave them empty."
    ),
    "override.no-opening": _l(
        "This assessment has no day of opening: another one would change nothing. Leave it empty."
    ),
    "override.no-closing": _l(
        "This assessment has no day of closing: another one would change nothing. Leave it empty."
    ),
    "override.much": _l("At most %(minutes)s minutes and %(attempts)s attempts can be given."),
    "override.order": _l("It closes before it opens; check the two days."),
    "override.withdrawn": _l("This override was withdrawn before."),
    "paper.nobody": _l("Choose at least one person."),
    "paper.on-screen": _l("%(name)s has begun this assessment on a screen; it is finished there."),
    "paper.code": _l("No paper has that code, or it was entered and handed in already."),
    "paper.day": _l("The day on which it was sat lies in the future."),
    "question-type.taken": _l("The question type %(name)s exists already."),
    "question-type.incomplete": _l("The question type %(name)s lacks %(lacking)s."),
    "marking.unrated": _l("Rate each criterion first: %(criteria)s."),
    "marking.unknown-level": _l("Choose one of the levels offered for %(criterion)s."),
    "marking.bad-credit": _l("Give a share from 0 to 1, such as 0.75."),
    "assessment.bank-too-small": _l(
        "The bank %(bank)s has too few questions for this assessment; the author must add some."
    ),
    "observation.own": _l("You cannot observe your own task; ask a colleague."),
    "observation.future": _l("The day %(day)s lies in the future."),
    "observation.unrated": _l("Rate each criterion; %(count)s are still open."),
    "observation.level": _l("Choose one of the levels offered."),
}
FAULTS = {
    **ANSWER_FAULTS,
    "answer.foreign-question": _l("An answer was for a question that this attempt does not hold."),
    "answer.closed": _l("This answer can no longer be changed; it stays as it was."),
    "answer.not-a-letter": _l("Write the letters that stand before the answers."),
    "answer.not-a-place": _l("Write the place as a number: 1 for the first, 2 for the second."),
}
#: What an assessment of a domain is for, by its role.
ROLES = {
    "baseline": _l(
        "It shows what you know before you begin, so that it can be seen afterwards what the courses gave. "
        "Nobody is judged by it."
    ),
    "end": _l("It shows what you know after the courses of this domain."),
}
STATES = {
    "in-progress": _l("in progress"),
    "overdue": _l("overdue"),
    "submitted": _l("waits to be marked"),
    "marked": _l("marked"),
    "abandoned": _l("abandoned"),
    "voided": _l("void"),
}
TIME_UP = {
    "submit": _l("When time is up, what was saved is handed in."),
    "grace": _l(
        "When time is up, it can be handed in for a short while, with what was saved until then."
    ),
    "abandon": _l("What is not handed in when time is up counts for nothing."),
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
    "multiple_choice.exact": _l(
        "Several answers may be right. Only all right ones together, and no other, earn the mark."
    ),
    "matching.exact": _l("Only all pairs right together earn the mark."),
    "cloze.exact": _l("Only all gaps right together earn the mark."),
    "matching": _l("Each pair that is right earns its share of the mark."),
    "numeric": _l("Write a number; a comma or a point both work."),
    "short_text": _l("A word or a few; capitals and accents do not matter."),
    "short_text.case": _l("A word or a few; capitals and small letters matter."),
    "single_choice.credits": _l("Choose the best answer; others may earn a part of the mark."),
    "multiple_choice.weights": _l(
        "Several answers may be right. Each adds or takes away the share its author gave it; never below zero."
    ),
    "numeric.units": _l("Write a number with its unit, such as 12 km."),
    "ordering": _l(
        "Give each its place. The mark is the pairs in right order less those in wrong order, as a share of all "
        "pairs; never below zero."
    ),
    "ordering.exact": _l("Give each its place. Only the whole order right earns the mark."),
    "cloze": _l("Each gap that is right earns its share of the mark."),
    "situational_judgement": _l(
        "Choose what you would do. Answers are worth more or less, as practitioners judged them."
    ),
    "essay": _l("Marked by a person, who gives a part of the mark for the whole."),
    "essay.criteria": _l("Marked by a person, by the criteria shown here; all weigh the same."),
    "file_upload": _l("Marked by a person, who gives a part of the mark for the whole."),
    "file_upload.criteria": _l(
        "Marked by a person, by the criteria shown here; all weigh the same."
    ),
}
RUBRIC_LEVELS = {"not-yet": _l("not yet"), "partly": _l("partly"), "meets": _l("meets")}
CONFIRMATION_REFUSALS = {
    "confirmation.own": _l("Nobody confirms their own work; ask the person who supervises you."),
    "confirmation.future": _l(
        "The day %(day)s lies in the future; choose today or an earlier day."
    ),
    "confirmation.seen": _l("Say in a sentence or two what you saw."),
    "confirmation.competency": _l("There is no competency %(key)s."),
}
