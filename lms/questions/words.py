"""Refusals, types and levels in words."""

from typing import Any

from flask_babel import lazy_gettext as _l

REFUSALS = {
    "bank.key": _l("Choose a bank, or give a new one a title."),
    "competency.unknown": _l("No framework has the competency %(key)s."),
    "question.not-the-sites": _l(
        "Only a question that the site keeps can be withdrawn; this one stands in a file, or is withdrawn already."
    ),
    "question.changed": _l(
        "Somebody has changed this question in the meantime. Look at it as it is now, and say it again."
    ),
    "picture.no-place": _l("The question has no such place for a picture."),
    "picture.none": _l("Choose a file with a picture."),
    "picture.no-alt": _l(
        "Write in one language at least what the picture shows, for people who do not see it."
    ),
    "picture.empty": _l("The file is empty."),
    "picture.large": _l(
        "The picture is larger than %(limit)s MiB. Make it smaller: many people fetch it over a weak link."
    ),
    "picture.kind": _l(
        "This is no picture that is taken here: choose PNG, JPEG, GIF, WebP or SVG."
    ),
    "picture.damaged": _l("The picture is damaged: its width and height cannot be read."),
    "picture.points": _l(
        "The picture is %(width)s by %(height)s points large. Make it smaller: at most %(most)s along a side."
    ),
    "picture.drawing": _l(
        "This SVG holds more than a drawing (%(why)s). Save it as a plain SVG, or as PNG."
    ),
    "upload.large": _l("The file is larger than %(limit)s MiB. Split it into smaller ones."),
}
TYPE_NAMES: dict[str, Any] = {
    "single_choice": _l("single choice"),
    "multiple_choice": _l("multiple choice"),
    "true_false": _l("true or false"),
    "numeric": _l("number"),
    "short_text": _l("short text"),
    "matching": _l("matching"),
    "ordering": _l("ordering"),
    "cloze": _l("gaps in a text"),
    "scenario_set": _l("scenario with questions"),
    "situational_judgement": _l("situational judgement"),
    "essay": _l("essay"),
    "file_upload": _l("file to hand in"),
    "description": _l("text that asks nothing"),
}


def type_name(kind: str) -> Any:
    """What a type is called; of one that a plugin brings, its own name."""
    return TYPE_NAMES.get(kind, kind)
