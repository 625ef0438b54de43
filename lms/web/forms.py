"""The base form and what several features' forms need."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lms.db import db
from lms.errors import Refused
from lms.web.refusals import sentence


class Form(FlaskForm):
    """A form with CSRF protection; what was typed stays on error, and the page answers 422."""

    class Meta(FlaskForm.Meta):
        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            """Let each field say its errors aloud, and free text take its own direction."""
            described = [f"{field.id}-hint"] if field.description else []
            if field.errors:
                render_kw.setdefault("aria-invalid", "true")
                described.append(f"{field.id}-error")
            if described:
                render_kw.setdefault("aria-describedby", " ".join(described))
            if isinstance(field, StringField | TextAreaField):
                render_kw.setdefault("dir", "auto")
            return super().render_field(field, render_kw)

    @property
    def status(self) -> int:
        """What a page that shows this form answers: 422 with faults, else 200."""
        return 422 if self.errors else 200

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turn a refusal inside the block into a sentence at the top of this form; nothing is written."""
        try:
            yield
        except Refused as refused:
            db.session.rollback()
            self.form_errors.append(sentence(refused))


class EmptyForm(Form):
    """A form with a button and nothing to fill in; it carries the CSRF token."""


class WithdrawForm(Form):
    """Why something that others may rely on is to count no longer."""

    reason = TextAreaField(_l("Why it is withdrawn"), [InputRequired(), Length(max=1000)])


class TickField(SelectMultipleField):
    """Several choices as boxes to tick: usable with a thumb, and without script."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ExactField(StringField):
    """A decimal number, exact: takes a comma or a point, and no more than `places` places."""

    def __init__(self, label: Any = None, validators: Any = None, places: int = 3, **kwargs: Any):
        super().__init__(label, validators, **kwargs)
        self.places = places

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format(self.data.normalize(), "f")

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        text = valuelist[0].strip().replace(" ", "").replace("\u202f", "").replace(",", ".")
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            self.data = None
            raise ValidationError(_l("Write a number, such as 12 or 12.5."))
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.places:
            self.data = None
            raise ValidationError(_l("Write at most %(n)s digits after the point.", n=self.places))
        self.data = number


def keyed_choices(kinds: Any, words: Callable[[Any], Any]) -> list[Any]:
    """Choices for a select field from an enumeration and a function that names each member."""
    return [SelectChoice(value=kind.value, label=words(kind)) for kind in kinds]
