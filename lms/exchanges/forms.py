"""Shapes of input for exchanges and stock."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms.accounts.models import Organisation
from lms.exchanges.models import ExchangeLine, ResourceType
from lms.exchanges.rules import ExchangeKind, Line, Reason, Side, Step
from lms.exchanges.words import KIND_NAMES, REASON_NAMES, RESOURCE_KIND_NAMES, SIDE_NAMES
from lms.settings import LANGUAGES
from lms.web.forms import ExactField, Form
from lms.web.language import LANGUAGE_NAMES, in_language, language

#: Rows of a new exchange that is made without an offer or request.
ROWS = 4


def named(things: Iterable[Organisation]) -> list[SelectChoice]:
    """Choices from organisations, by id and name."""
    return [SelectChoice(value=str(one.id), label=one.name_in(language())) for one in things]


def typed(types: Iterable[ResourceType]) -> list[SelectChoice]:
    """Choices from resource types, by id, name and unit."""
    return [
        SelectChoice(
            value=str(one.id), label=f"{in_language(one.titles)} ({in_language(one.units)})"
        )
        for one in types
    ]


class OnceForm(Form):
    """A form that counts once, however often a bad network sends it."""

    request_key = HiddenField(
        default=lambda: uuid4().hex, validators=[InputRequired(), Length(max=64)]
    )


def resource_type_form() -> Form:
    """A form for a new resource type; the reader's language is required, the others are welcome."""

    class ResourceTypeForm(Form):
        kind = SelectField(
            _l("Kind"),
            [InputRequired()],
            choices=[
                SelectChoice(value=kind.value, label=name)
                for kind, name in RESOURCE_KIND_NAMES.items()
            ],
        )
        places = SelectField(
            _l("Digits after the point in a quantity"),
            [InputRequired()],
            choices=[SelectChoice(value=str(n), label=str(n)) for n in range(4)],
            description=_l("0 for whole pieces."),
        )

    for code in sorted(LANGUAGES, key=lambda one: one != language()):
        required = InputRequired() if code == language() else Optional()
        for part, label in (("title", _l("Name")), ("unit", _l("Unit, such as litres"))):
            text = f"{label} – {LANGUAGE_NAMES[code]}"
            setattr(
                ResourceTypeForm, f"{part}_{code}", StringField(text, [required, Length(max=80)])
            )
    return ResourceTypeForm()


def texts_of(form: Any, part: str) -> dict[str, str]:
    """What was typed in each language, the reader's first."""
    codes = sorted(LANGUAGES, key=lambda one: one != language())
    typed_in = {code: (form[f"{part}_{code}"].data or "").strip() for code in codes}
    return {code: text for code, text in typed_in.items() if text}


class StockForm(OnceForm):
    organisation = SelectField(_l("Organisation"), [InputRequired()])
    reason = SelectField(
        _l("What happened"),
        [InputRequired()],
        choices=[
            SelectChoice(value=one.value, label=REASON_NAMES[one])
            for one in (Reason.OPENING, Reason.USE, Reason.LOSS)
        ],
    )
    resource_type = SelectField(_l("Resource"), [InputRequired()])
    quantity = ExactField(_l("Quantity"), [InputRequired()])
    note = TextAreaField(
        _l("Note"), [Optional(), Length(max=1000)], description=_l("Needed for a loss.")
    )


class NoticeForm(OnceForm):
    organisation = SelectField(_l("Your organisation"), [InputRequired()])
    resource_type = SelectField(_l("Resource"), [InputRequired()])
    quantity = ExactField(_l("Quantity"), [InputRequired()])


class OfferForm(NoticeForm):
    from_on = DateField(_l("From"), [InputRequired()])
    until_on = DateField(_l("Until"), [InputRequired()])
    note = TextAreaField(
        _l("Note"), [Optional(), Length(max=1000)], description=_l("All partners can read this.")
    )


class RequestForm(NoticeForm):
    needed_by = DateField(_l("Needed by"), [InputRequired()])
    purpose = TextAreaField(
        _l("Purpose"),
        [InputRequired(), Length(max=1000)],
        description=_l("All partners can read this."),
    )


def propose_form(rows: int = ROWS, **given: Any) -> Any:
    """A form for an exchange with so many lines, of which the first is required."""

    class ProposeForm(OnceForm):
        side = SelectField(
            _l("What your organisation does"),
            [InputRequired()],
            choices=[SelectChoice(value=side.value, label=SIDE_NAMES[side]) for side in Side],
        )
        own = SelectField(_l("Your organisation"), [InputRequired()])
        partner = SelectField(_l("Partner"), [InputRequired()])
        kind = SelectField(
            _l("Kind"),
            [InputRequired()],
            choices=[
                SelectChoice(value=kind.value, label=KIND_NAMES[kind]) for kind in ExchangeKind
            ],
        )
        dispatch_by = DateField(_l("Dispatched by"), [InputRequired()])
        return_by = DateField(_l("Returned by"), [Optional()], description=_l("Only for a loan."))
        note = TextAreaField(_l("Note"), [Optional(), Length(max=1000)])

    for number in range(1, rows + 1):
        needed = InputRequired() if number == 1 else Optional()
        label = _l("Resource %(number)s", number=number)
        setattr(ProposeForm, f"type_{number}", SelectField(label, [needed]))
        label = _l("Quantity %(number)s", number=number)
        setattr(ProposeForm, f"quantity_{number}", ExactField(label, [needed]))
    return ProposeForm(**given)


def quantities_form(step: Step, lines: Iterable[ExchangeLine], figures: Mapping[UUID, Line]) -> Any:
    """A form with a quantity for each line that the step can still move; the most is filled in."""

    class QuantitiesForm(OnceForm):
        pass

    for line in lines:
        figure = figures[line.id]
        most = figure.most(step)
        if most <= 0:
            continue
        unit = in_language(line.resource_type.units)
        shown = format(most.normalize(), "f")
        field = ExactField(
            f"{figure.name} ({unit})",
            [InputRequired()],
            places=figure.places,
            default=Decimal(0) if step is Step.CONSUME else most,
            description=_l("0 to %(most)s", most=shown),
        )
        setattr(QuantitiesForm, f"line_{line.id.hex}", field)
    if step is Step.CONSUME:
        QuantitiesForm.note = TextAreaField(
            _l("What it was used for, or how it was lost"), [InputRequired(), Length(max=1000)]
        )
    return QuantitiesForm()


class ReasonForm(Form):
    note = TextAreaField(_l("Why"), [InputRequired(), Length(max=1000)])
