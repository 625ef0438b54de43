"""Shapes of input for exercises."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms.exercises.rules import RATINGS, zones
from lms.exercises.words import EVALUATOR, RATING_NAMES, ROLE_NAMES
from lms.web.forms import Form, TickField

_TIME_HINT = _l("By the clocks of the time zone below.")


def choices_of(things: Any, language: str) -> list[SelectChoice]:
    """Choices from organisations or people, by id and name."""
    return [SelectChoice(value=str(one.id), label=one.name_in(language)) for one in things]


class TimesForm(Form):
    """When and where; times are those of the zone."""

    starts = DateTimeLocalField(_l("Starts"), [InputRequired()], description=_TIME_HINT)
    ends = DateTimeLocalField(_l("Ends"), [InputRequired()])
    zone = SelectField(_l("Time zone"), [InputRequired()])
    venue = StringField(_l("Venue"), [Optional(), Length(max=200)])

    def offer_zones(self, more: str) -> None:
        """Offer the known zones, and the one in use."""
        names = zones() if more in zones() else (more, *zones())
        self.zone.choices = [
            SelectChoice(value=name, label=name.replace("_", " ")) for name in names
        ]


class ScheduleForm(TimesForm):
    template = SelectField(_l("Template"), [InputRequired()])
    title = StringField(
        _l("Title"),
        [Optional(), Length(max=160)],
        description=_l("Empty: the title of the template."),
    )
    ends = DateTimeLocalField(
        _l("Ends"),
        [Optional()],
        description=_l("Empty: as long as the template says."),
    )
    host = SelectField(_l("Host organisation"), [InputRequired()])
    organisations = TickField(_l("Organisations that take part"))
    evaluated = TickField(_l("Organisations whose performance is rated"))
    purpose = TextAreaField(_l("Purpose"), [Optional(), Length(max=2000)])
    request_key = HiddenField(validators=[InputRequired(), Length(max=64)])


class ReasonForm(Form):
    reason = TextAreaField(_l("Why"), [InputRequired(), Length(max=1000)])


class BringForm(Form):
    role = SelectField(
        _l("Role in the exercise"),
        [InputRequired()],
        choices=[
            *(SelectChoice(value=role.value, label=name) for role, name in ROLE_NAMES.items()),
            SelectChoice(value="evaluator", label=EVALUATOR),
        ],
    )
    people = TickField(_l("People"), [InputRequired(message=_l("Tick at least one person."))])


class LogForm(Form):
    text = TextAreaField(_l("What was seen or heard"), [InputRequired(), Length(max=4000)])
    request_key = HiddenField(validators=[InputRequired(), Length(max=64)])


class RatingForm(Form):
    rating = RadioField(
        _l("Rating"),
        [InputRequired(message=_l("Choose one."))],
        choices=[SelectChoice(value=one, label=RATING_NAMES[one]) for one in RATINGS],
    )
    remark = TextAreaField(
        _l("What you saw"),
        [Optional(), Length(max=4000)],
        description=_l("Rate the task, not the person; name no names."),
    )


class ActionForm(Form):
    text = TextAreaField(_l("What must change"), [InputRequired(), Length(max=2000)])
    owner = SelectField(_l("Who sees to it"), [InputRequired()])
    due_on = DateField(_l("By"), [InputRequired()])
    request_key = HiddenField(validators=[InputRequired(), Length(max=64)])
