"""The shape of a file: pydantic models that refuse what they do not know, with faults for people."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Strict,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from lms.content.problems import Problem
from lms.content.reader import Document, Where
from lms.content.texts import Texts

Value = TypeVar("Value")

#: Kebab-case; a key never changes once people have used it.
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
#: Key of a source in the register: capitals, digits and hyphens, such as SL-LGA.
SourceKey = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$")]
#: A text of one language that is not blank.
Line = Annotated[str, StringConstraints(pattern=r"\S")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
#: Sequences: strict models refuse a list for a tuple, and a value that is frozen needs the tuple.
Many = Annotated[tuple[Value, ...], Strict(False)]


def _decimal(given: Any) -> Any:
    if not isinstance(given, str):
        raise PydanticCustomError("decimal_text", 'expected a number in quotes, such as "80"')
    try:
        number = Decimal(given)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise PydanticCustomError("decimal_text", 'expected a number in quotes, such as "80"')
    return number


Number = Annotated[Decimal, BeforeValidator(_decimal)]


class Model(BaseModel):
    """A part of a content file: strict, frozen, and without fields that nobody knows."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Accepted(Model):
    """A warning of this file that its author has looked at and lets stand.

    `about` is a piece of the warning's message, so that it is that one and not all of its code.
    """

    code: Annotated[str, StringConstraints(pattern=r"^[a-z_-]+(\.[a-z_-]+)+$")]
    about: Line
    reason: Line


class Translation(Model):
    """What readers are told about a translation: its review, and the version it was made of."""

    review: Line
    of_version: Line


class Named(Model):
    """A file of its own: its permanent key, and whether it may take the place of an earlier one."""

    key: Key
    #: A later folder may replace a thing of the same key only by saying so here.
    replaces: bool = False
    accepted: Many[Accepted] | None = None


AnyModel = TypeVar("AnyModel", bound=Model)


def shaped(
    model: type[AnyModel], document: Document, languages: Callable[[AnyModel], str] | None = None
) -> tuple[AnyModel | None, list[Problem]]:
    """Return the model of a document, or None, and every fault in its shape.

    Args:
        languages: gives the original language of a model, in which each of its texts must stand.
    """
    if document.value is None:
        return None, []
    try:
        made = model.model_validate(document.value)
    except ValidationError as error:
        return None, [
            document.problem(_place(fault), f"shape.{fault['type']}", _sentence(fault))
            for fault in error.errors(include_url=False)
        ]
    if languages is None:
        return made, []
    original = languages(made)
    return made, [
        document.problem(
            where,
            "texts.no-original",
            f"{_dotted(where)}: no text in {original}, the original language",
        )
        for where, texts in texts_of(made)
        if original not in texts
    ]


def texts_of(value: Any, where: Where = ()) -> Iterator[tuple[Where, Texts]]:
    """Yield every text by language in a model with its path, as keys stand in the file."""
    if isinstance(value, Texts):
        yield where, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from texts_of(getattr(value, name), (*where, field.alias or name))
    elif isinstance(value, Mapping):
        for key, child in value.items():
            yield from texts_of(child, (*where, key))
    elif isinstance(value, tuple):
        for at, child in enumerate(value):
            yield from texts_of(child, (*where, at))


def plain(model: Model) -> dict[str, Any]:
    """Return a model as it could stand in its file: values that can be written as JSON."""
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


def digest(raw: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal digits."""
    return sha256(raw).hexdigest()


def complete(*wanted: str) -> Callable[[dict[str, Value]], dict[str, Value]]:
    """Return a check that a mapping has exactly these keys."""

    def check(given: dict[str, Value]) -> dict[str, Value]:
        if set(given) != set(wanted):
            raise PydanticCustomError(
                "keys", "expected exactly the keys {wanted}", {"wanted": ", ".join(wanted)}
            )
        return given

    return check


#: What pydantic found, by its type, as authors may read it. `{shown}` is what stands in the file.
SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "there is no such field here; check its spelling or take it out",
    "string_type": "expected a text, found {shown}; put it in quotes",
    "string_pattern_mismatch": "{shown} is not of the expected form; {form}",
    "string_too_long": "expected at most {max_length} characters",
    "int_type": "expected a whole number, found {shown}",
    "int_from_float": "expected a whole number, found {shown}",
    "float_type": "expected a number, found {shown}",
    "bool_type": "expected true or false, found {shown}",
    "dict_type": "expected a mapping, such as {{en: …}}, found {shown}",
    "model_type": "expected a mapping of fields, found {shown}",
    "model_attributes_type": "expected a mapping of fields, found {shown}",
    "tuple_type": "expected a list, found {shown}",
    "literal_error": "expected {expected}, found {shown}",
    "union_tag_invalid": "expected one of {expected_tags}, found '{tag}'",
    "union_tag_not_found": "the type is missing",
    "too_short": "expected at least {min_length}",
    "too_long": "expected at most {max_length}",
    "greater_than": "expected more than {gt}, found {shown}",
    "greater_than_equal": "expected {ge} or more, found {shown}",
    "less_than": "expected less than {lt}, found {shown}",
    "less_than_equal": "expected {le} or less, found {shown}",
}
FORMS = {
    r"\S": "expected a text that is not blank",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "expected small letters and digits, words joined by hyphens",
    r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$": "expected capitals and digits, such as SL-LGA",
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": "expected a language code such as en, fr or ar",
    r"^https?://\S+$": "expected an address that begins with https://",
    r"^[a-z_-]+(\.[a-z_-]+)+$": "expected the code of a warning, such as sentence.long",
}


def _place(fault: Any) -> Where:
    """Return where a fault lies; that of an unknown variant lies in the field that names it."""
    where: Where = fault["loc"]
    return (*where, "type") if fault["type"].startswith("union_tag") else where


def _sentence(fault: Any) -> str:
    where, context = _dotted(_place(fault)), fault.get("ctx", {})
    form = FORMS.get(context.get("pattern", ""), "")
    wording = SENTENCES.get(fault["type"])
    if wording is None:
        return f"{where}: {fault['msg']}"
    return f"{where}: {wording.format(shown=_shown(fault['input']), form=form, **context)}"


def _shown(given: Any) -> str:
    written = repr(given)
    return written if len(written) <= 40 else f"{written[:39]}…"


def _dotted(where: Where) -> str:
    return ".".join(str(part) for part in where) or "the file"
