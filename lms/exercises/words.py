"""Kinds, states, roles, ratings and refusals in words."""

from flask_babel import lazy_gettext as _l

from lms.exercises.rules import NOT_OBSERVED, ActionState, Answer, ExerciseRole, State

KIND_NAMES = {
    "seminar": _l("seminar"),
    "workshop": _l("workshop"),
    "tabletop": _l("tabletop exercise"),
    "game": _l("game"),
    "drill": _l("drill"),
    "functional": _l("functional exercise"),
    "full-scale": _l("full-scale exercise"),
}
STATE_NAMES = {
    State.PLANNED: _l("planned"),
    State.RUNNING: _l("running"),
    State.EVALUATING: _l("being evaluated"),
    State.CLOSED: _l("closed"),
    State.CANCELLED: _l("cancelled"),
}
STATE_TAGS = {
    State.PLANNED: "",
    State.RUNNING: "turn",
    State.EVALUATING: "turn",
    State.CLOSED: "good",
    State.CANCELLED: "wrong",
}
ROLE_NAMES = {
    ExerciseRole.PLAYER: _l("player"),
    ExerciseRole.LEADING_PLAYER: _l("leading player"),
    ExerciseRole.CONTROLLER: _l("controller"),
    ExerciseRole.OBSERVER: _l("observer"),
    ExerciseRole.PLANNER: _l("planner"),
}
EVALUATOR = _l("evaluator")
ANSWER_NAMES = {
    Answer.INVITED: _l("not answered yet"),
    Answer.ACCEPTED: _l("takes part"),
    Answer.DECLINED: _l("cannot take part"),
}
ANSWER_TAGS = {Answer.INVITED: "turn", Answer.ACCEPTED: "good", Answer.DECLINED: ""}
ACTION_NAMES = {
    ActionState.OPEN: _l("open"),
    ActionState.DONE: _l("done"),
    ActionState.DROPPED: _l("dropped"),
}
CHANNEL_NAMES = {
    "phone": _l("by phone"),
    "radio": _l("by radio"),
    "message": _l("by message"),
    "face": _l("face to face"),
    "media": _l("in the media"),
}
RATING_NAMES = {
    "P": _l("Performed without challenges"),
    "S": _l("Performed with some challenges"),
    "M": _l("Performed with major challenges"),
    "U": _l("Unable to be performed"),
    NOT_OBSERVED: _l("Not observed"),
}
REFUSALS = {
    "exercise.zone": _l("There is no time zone called %(zone)s."),
    "exercise.no-such-time": _l(
        "Clocks in %(zone)s leap over %(time)s on that day; choose another time."
    ),
    "exercise.order": _l("The exercise must end after it starts."),
    "exercise.alone": _l("A joint exercise needs two organisations or more; choose a partner."),
    "exercise.evaluated": _l(
        "Choose at least one organisation whose performance is rated, among those that take part."
    ),
    "exercise.reason": _l("Say why in a few words."),
    "exercise.text": _l("Write a few words."),
    "exercise.both": _l("%(name)s cannot both take part and evaluate."),
    "exercise.foreign-organisation": _l("%(organisation)s does not take part in this exercise."),
    "exercise.rating": _l("Choose one of P, S, M, U or not observed."),
    "exercise.not-evaluator": _l("Only evaluators of this exercise rate its objectives."),
    "exercise.has-rated": _l("%(name)s has rated already; ratings stay on record."),
    "exercise.not-lead": _l("Only the lead evaluator closes an exercise."),
    "exercise.nobody-took-part": _l(
        "No player of a rated organisation has accepted yet. Note who took part first."
    ),
    "exercise.not-independent": _l(
        "Nobody rates the own house: appoint an evaluator from elsewhere for %(organisations)s."
    ),
    "exercise.unrated": _l(
        "These objectives still need a rating, or 'not observed', by an evaluator from elsewhere: %(objectives)s."
    ),
    "exercise.due-past": _l("The day %(day)s lies in the past; choose today or later."),
    "exercise.state-planned": _l("The exercise has not started yet."),
    "exercise.state-running": _l("The exercise is running."),
    "exercise.state-evaluating": _l("The exercise is over and being evaluated."),
    "exercise.state-closed": _l("The exercise is closed; it can no longer change."),
    "exercise.state-cancelled": _l("The exercise was cancelled."),
    "action.dropped": _l("This corrective action was dropped."),
    "action.done": _l("This corrective action is done already."),
}
