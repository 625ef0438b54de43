"""Shapes of input for signing in, passwords and invitations."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from lms.accounts.rules import MIN_PASSWORD
from lms.web.forms import Form

_NAME_HINT = _l("Letters, digits, dots, dashes; small or capital makes no difference.")
_PASSWORD_HINT = _l("At least 10 characters; a short sentence is good.")


class SignInForm(Form):
    sign_in_name = StringField(
        _l("Sign-in name"),
        [InputRequired(), Length(max=60)],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    password = PasswordField(
        _l("Password"), [InputRequired()], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()


class NewPasswordForm(Form):
    password = PasswordField(
        _l("New password"),
        [InputRequired(), Length(min=MIN_PASSWORD, max=200)],
        description=_PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password once more"),
        [InputRequired(), EqualTo("password", message=_l("The two passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(NewPasswordForm):
    old = PasswordField(
        _l("Present password"), [InputRequired()], render_kw={"autocomplete": "current-password"}
    )


class CodeForm(NewPasswordForm):
    sign_in_name = StringField(
        _l("Sign-in name"),
        [InputRequired(), Length(max=60)],
        render_kw={"autocomplete": "username"},
    )
    code = StringField(
        _l("One-time code"),
        [InputRequired(), Length(max=40)],
        description=_l("Ten letters and digits, from your administrator."),
        render_kw={"autocomplete": "one-time-code"},
    )


class AcceptForm(NewPasswordForm):
    name = StringField(
        _l("Your name, as certificates shall show it"),
        [InputRequired(), Length(max=120)],
        render_kw={"autocomplete": "name"},
    )
    sign_in_name = StringField(
        _l("Sign-in name"),
        [InputRequired(), Length(min=3, max=60)],
        description=_NAME_HINT,
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
