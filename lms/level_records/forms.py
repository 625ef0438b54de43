"""Shapes of input for level records."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from lms.accounts.models import Organisation
from lms.web.forms import ExactField, Form, TickField
from lms.web.language import language


def named(organisations: Iterable[Organisation]) -> list[SelectChoice]:
    """Choices from organisations, by id and name."""
    return [SelectChoice(value=str(one.id), label=one.name_in(language())) for one in organisations]


class SurveyForm(Form):
    item = SelectField(_l("Survey item and competency"), [InputRequired()])
    partner = SelectField(
        _l("Partner organisation"), [InputRequired()], description=_l("Whose people answered.")
    )
    starts_on = DateField(_l("First day of the survey"), [InputRequired()])
    ends_on = DateField(_l("Last day of the survey"), [InputRequired()])
    answered = IntegerField(
        _l("How many answered"),
        [InputRequired(_l("Write a whole number."))],
        description=_l("Without those who had no opinion. A survey counts from 5 answers on."),
    )
    mean = ExactField(
        _l("Mean of the answers"),
        [InputRequired()],
        places=2,
        description=_l("From 1, strongly disagree, to 5, strongly agree, such as 3.75."),
    )
    request_key = HiddenField(validators=[InputRequired(), Length(max=64)])


class CoachingForm(Form):
    coachee = StringField(
        _l("Sign-in name of the person you coached"), [InputRequired(), Length(max=60)]
    )
    competency = SelectField(_l("Competency"), [InputRequired()])
    starts_on = DateField(_l("First day of the coaching"), [InputRequired()])
    ends_on = DateField(_l("Last day of the coaching"), [InputRequired()])
    described = TextAreaField(
        _l("What you did together"),
        [InputRequired(_l("Say in a sentence or two what was done.")), Length(max=4000)],
    )
    request_key = HiddenField(validators=[InputRequired(), Length(max=64)])


class ImprovementForm(Form):
    title = StringField(_l("Title"), [InputRequired(), Length(max=160)])
    competency = SelectField(_l("Competency"), [InputRequired()])
    described = TextAreaField(
        _l("What changed"),
        [InputRequired(_l("Say in a sentence or two what was done.")), Length(max=4000)],
        description=_l("How it was before, how it is now, and where it is written down."),
    )
    used_since = DateField(_l("In use since"), [InputRequired()])
    used_by = TickField(
        _l("Organisations that use it"), [InputRequired(_l("Tick at least two organisations."))]
    )
    request_key = HiddenField(validators=[InputRequired(), Length(max=64)])


class CommitteeForm(Form):
    decided_on = DateField(_l("Day of the joint committee"), [InputRequired()])
    minutes = StringField(
        _l("Minutes"),
        [InputRequired(), Length(max=400)],
        description=_l("Number and page, so that somebody else finds the decision."),
    )


def competency_choices(titles: Mapping[str, str]) -> list[SelectChoice]:
    """Choices from competencies, in the framework's order."""
    return [SelectChoice(value=key, label=title) for key, title in titles.items()]
