"""Shapes of input for cohorts."""

from collections.abc import Iterable
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from lms.accounts.models import Organisation, User
from lms.cohorts.rules import LONGEST_TITLE
from lms.courses.library import library
from lms.web.forms import Form, TickField
from lms.web.language import in_language, language


class CohortForm(Form):
    title = StringField(
        _l("Title"),
        [InputRequired(), Length(max=LONGEST_TITLE)],
        description=_l("Such as: Lumeya, spring 2026."),
    )
    course = SelectField(_l("Course"), [InputRequired()])
    organisation = SelectField(_l("Holding organisation"), [InputRequired()])
    trainer = SelectField(_l("Trainer"), [InputRequired()])
    starts_on = DateField(_l("First day"), [InputRequired()])
    ends_on = DateField(_l("Last day"), [InputRequired()])
    request_key = HiddenField(
        default=lambda: uuid4().hex, validators=[InputRequired(), Length(max=64)]
    )

    def offer(self, organisations: Iterable[Organisation], trainers: Iterable[User]) -> None:
        """Fill in the choices."""
        self.course.choices = [
            SelectChoice(value=key, label=in_language(course.title, course.language))
            for key, course in library().courses.items()
        ]
        self.organisation.choices = _named(organisations)
        self.trainer.choices = _named(trainers)


def _named(things: Iterable[Organisation | User]) -> list[SelectChoice]:
    return [SelectChoice(value=str(one.id), label=one.name_in(language())) for one in things]


class AddForm(Form):
    """Several people at once, as boxes to tick."""

    people = TickField(_l("People"), [InputRequired(_l("Tick at least one person."))])

    def offer(self, people: Iterable[User]) -> None:
        """Fill in the choices."""
        self.people.choices = _named(people)
