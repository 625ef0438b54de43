"""Kinds, states and refusals in words."""

from flask_babel import lazy_gettext as _l

from lms.level_records.rules import RecordKind, State

KIND_NAMES = {
    RecordKind.SURVEY: _l("Partner survey"),
    RecordKind.COACHING: _l("Coaching"),
    RecordKind.IMPROVEMENT: _l("Improvement"),
}
STATE_NAMES = {
    State.WAITING: _l("waits for confirmation"),
    State.CONFIRMED: _l("confirmed"),
    State.WITHDRAWN: _l("withdrawn"),
}
#: Kinds of tag beside the words, so that state is never told by colour alone.
STATE_TAGS = {State.WAITING: "turn", State.CONFIRMED: "good", State.WITHDRAWN: ""}
REFUSALS = {
    "level-record.own": _l("You cannot record a survey about yourself."),
    "level-record.not-linked": _l("This survey item is not linked with the competency."),
    "level-record.partner": _l(
        "The answers must come from another organisation than the person's own."
    ),
    "level-record.days": _l("The last day (%(ends_on)s) lies before the first (%(starts_on)s)."),
    "level-record.future": _l("%(day)s is still to come: record it afterwards."),
    "level-record.few": _l(
        "A survey counts from %(least)s answers on: with fewer, somebody's own answer could be guessed."
    ),
    "level-record.mean": _l("A mean of answers from 1 to 5 lies between 1 and 5."),
    "level-record.mean-impossible": _l(
        "%(answered)s answers from 1 to 5 cannot have the mean %(mean)s; check both numbers."
    ),
    "level-record.coached-self": _l(
        "You cannot coach yourself: write the other person's sign-in name."
    ),
    "level-record.coachee-unknown": _l(
        "Nobody here has this sign-in name. Ask the person you coached for it."
    ),
    "level-record.coached-twice": _l(
        "You recorded already that you coached this person in this competency. It counts once."
    ),
    "level-record.described": _l("Say in a sentence or two what was done."),
    "level-record.title": _l("Give the improvement a title."),
    "level-record.uses": _l("At least %(least)s organisations use it: tick them."),
    "level-record.competency": _l("The framework has no competency %(key)s."),
    "level-record.nowhere": _l(
        "The person belongs to no organisation; an administrator adds them to one first."
    ),
    "level-record.state": _l("This record was confirmed or withdrawn before."),
    "level-record.confirm-own": _l("Nobody confirms a record about themselves."),
    "level-record.confirm-alone": _l(
        "Somebody of another organisation than the author's confirms an improvement."
    ),
    "level-record.minutes": _l("Say in which minutes the joint committee's decision stands."),
    "level-record.decided": _l(
        "The committee's day lies between %(day)s, since when it is used, and today."
    ),
    "level-record.withdrawn": _l("This record was withdrawn before."),
    "level-record.reason": _l("Say why the record is withdrawn."),
}
