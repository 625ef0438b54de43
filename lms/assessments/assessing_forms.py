"""Forms of whoever runs assessments: overrides, sittings, papers."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.web.forms import Form


class OverrideForm(Form):
    organisation = SelectField(_l("Granted by"), [InputRequired()])
    whom = SelectField(_l("For whom"), [InputRequired()])
    extra_minutes = IntegerField(
        _l("More minutes"),
        [Optional(), NumberRange(min=0, max=1440)],
        description=_l(
            "Only where the assessment has a time limit. They never go beyond its closing: where it closes "
            "sooner, give a later closing as well."
        ),
    )
    extra_attempts = IntegerField(
        _l("More attempts"),
        [Optional(), NumberRange(min=0, max=20)],
        description=_l("Only where the assessment limits how often it is sat."),
    )
    opens_at = DateTimeLocalField(
        _l("Opens"), [Optional()], description=_l("Only where the assessment has a day of opening.")
    )
    closes_at = DateTimeLocalField(
        _l("Closes"),
        [Optional()],
        description=_l("Only where the assessment has a day of closing."),
    )
    reason = StringField(_l("Reason"), [InputRequired(), Length(max=500)])
    request_key = HiddenField(validators=[InputRequired(), Length(max=64)])


class WithdrawForm(Form):
    reason = StringField(_l("Reason"), [InputRequired(), Length(max=500)])


class SittingForm(Form):
    organisation = SelectField(_l("Held by"), [InputRequired()])
    place = StringField(_l("Place"), [Optional(), Length(max=200)])
    opens_at = DateTimeLocalField(_l("Opens"), [InputRequired()])
    closes_at = DateTimeLocalField(_l("Closes"), [InputRequired()])


class CloseSittingForm(Form):
    remark = TextAreaField(
        _l("Remark"),
        [Optional(), Length(max=2000)],
        description=_l("What happened in the room that somebody may ask about later."),
    )


class PaperCodeForm(Form):
    code = StringField(_l("Code of the sheet"), [InputRequired(), Length(max=20)])


class SheetForm(Form):
    """The day of the sitting; the rows of the sheet are fields of the page, named by their codes."""

    sat_at = DateTimeLocalField(_l("Handed in at"), [InputRequired()])
