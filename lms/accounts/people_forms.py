"""Shapes of input for people, organisations and posts."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from lms.accounts.rules import Role
from lms.accounts.words import KIND_NAMES, ROLE_NAMES
from lms.settings import LANGUAGES
from lms.web.forms import Form
from lms.web.language import LANGUAGE_NAMES

_ROLES = [SelectChoice(value=role.value, label=name) for role, name in ROLE_NAMES.items()]


class _OrganisationChoice(Form):
    """A form that begins with an organisation; the view fills in which ones are open."""

    organisation = SelectField(_l("Organisation"), [InputRequired()])

    def offer(self, organisations, language: str) -> None:
        self.organisation.choices = [
            SelectChoice(value=str(one.id), label=one.name_in(language)) for one in organisations
        ]


class InviteForm(_OrganisationChoice):
    name = StringField(_l("Name of the person"), [InputRequired(), Length(max=120)])
    role = SelectField(_l("Role"), [InputRequired()], choices=_ROLES, default=Role.LEARNER.value)
    language = SelectField(
        _l("Language"),
        choices=[SelectChoice(value=code, label=LANGUAGE_NAMES[code]) for code in LANGUAGES],
    )


class MembershipForm(_OrganisationChoice):
    role = SelectField(_l("Role"), [InputRequired()], choices=_ROLES)


class OrganisationForm(Form):
    name = StringField(_l("Name"), [InputRequired(), Length(max=160)])
    name_fr = StringField(_l("Name in French"), [Optional(), Length(max=160)])
    name_ar = StringField(_l("Name in Arabic"), [Optional(), Length(max=160)])
    pcode = StringField(
        _l("P-code"),
        [Optional(), Length(max=20), Regexp(r"[A-Za-z0-9]+$")],
        description=_l("The administrative code of the area, such as VL0103."),
    )
    country = StringField(_l("Country"), [Optional(), Length(max=80)])

    @property
    def names(self) -> dict[str, str]:
        given = {"fr": self.name_fr.data, "ar": self.name_ar.data}
        return {code: text.strip() for code, text in given.items() if text and text.strip()}


class NewOrganisationForm(OrganisationForm):
    code = StringField(
        _l("Code"),
        [InputRequired(), Length(max=40), Regexp(r"[a-z0-9]+(-[a-z0-9]+)*$")],
        description=_l("Small letters, digits and dashes; it never changes."),
    )
    kind = SelectField(
        _l("Kind"),
        [InputRequired()],
        choices=[SelectChoice(value=kind.value, label=name) for kind, name in KIND_NAMES.items()],
    )


class PostForm(Form):
    key = StringField(
        _l("Key"),
        [InputRequired(), Length(max=40), Regexp(r"[a-z0-9]+(-[a-z0-9]+)*$")],
        description=_l("Small letters, digits and dashes, such as finance-officer."),
    )
    title = StringField(_l("Title"), [InputRequired(), Length(max=160)])
    title_fr = StringField(_l("Title in French"), [Optional(), Length(max=160)])
    title_ar = StringField(_l("Title in Arabic"), [Optional(), Length(max=160)])
    requirements = TextAreaField(
        _l("Required competencies"),
        [Optional(), Length(max=2000)],
        description=_l(
            "One a line: the competency's key, a space, the level 1 to 4, such as gov-03 2."
        ),
    )

    @property
    def titles(self) -> dict[str, str]:
        given = {"en": self.title.data, "fr": self.title_fr.data, "ar": self.title_ar.data}
        return {code: text.strip() for code, text in given.items() if text and text.strip()}


class RequirementsForm(Form):
    valid_from = DateField(_l("From"), [InputRequired()], description=_l("Today or a later day."))
    requirements = TextAreaField(
        _l("Required competencies"),
        [Optional(), Length(max=2000)],
        description=_l(
            "One a line: the competency's key, a space, the level 1 to 4, such as gov-03 2."
        ),
    )
    reason = TextAreaField(
        _l("Why"),
        [InputRequired(_l("Say why the post needs something else.")), Length(max=1000)],
    )


class AppointForm(Form):
    user = SelectField(_l("Person"), [InputRequired()])
    starts_on = DateField(_l("First day"), [InputRequired()])


class LeaveForm(Form):
    ends_on = DateField(_l("Last day"), [InputRequired()])


class SearchForm(Form):
    q = StringField(_l("Name"), [Optional(), Length(max=80)])

    class Meta(Form.Meta):
        csrf = False
