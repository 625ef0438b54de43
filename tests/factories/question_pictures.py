"""A bank of the site whose questions show pictures."""

from datetime import datetime
from typing import Any

from factories.accounts import LONG_AGO
from factories.pictures import FILES, GATE_NAME, WELL_NAME
from lms.db import db
from lms.questions import operations
from lms.questions.conversion import read_file, write_file
from lms.questions.rules import Plan

BANK = "wells"


def image(name: str = WELL_NAME, **alt: str) -> dict[str, Any]:
    """A picture as a question has it; `alt` by language."""
    return {"file": name, "alt": alt or {"en": "A well"}}


def asked(key: str = "w-1", **more: Any) -> dict[str, Any]:
    """A question with a picture, and one with its first option."""
    return {
        "key": key,
        "type": "single_choice",
        "use": "assessment",
        "text": {"en": "Which  well is closed?"},
        "explanation": {"en": "The first."},
        "image": image(),
        "options": [
            {
                "key": "a",
                "text": {"en": "This"},
                "correct": True,
                "image": image(GATE_NAME, en="Lid"),
            },
            {"key": "b", "text": {"en": "That"}, "correct": False},
        ],
        **more,
    }


def zipped(*specs: dict[str, Any], key: str = BANK) -> bytes:
    """A bank as the zip that an export gives."""
    written = write_file(
        specs or [asked()], format="yaml", title="Wells", language="en", key=key, files=FILES.get
    )
    assert (written.extension, written.left_out) == ("zip", ())
    return written.content


def take(
    content: bytes,
    bank: str = BANK,
    *,
    name: str = "a.zip",
    at: datetime = LONG_AGO,
    **more: Any,
) -> Plan:
    """Take a file into a bank of the site."""
    reading = read_file(content, name=name)
    options: dict[str, Any] = {"language": "en", "file_name": name, "by": None, "at": at, **more}
    plan = operations.take_in(bank, reading, **options)
    db.session.commit()
    return plan
