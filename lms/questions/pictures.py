"""Pictures of questions: keeping their bytes, finding them again, giving them out."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Response
from sqlalchemy import bindparam
from uuid_utils.compat import uuid7

from lms.accounts.models import User
from lms.courses.library import library
from lms.db import db
from lms.db.bulk import insert_once
from lms.interchange.limits import MOST_PICTURE_BYTES
from lms.interchange.picture_texts import Files
from lms.interchange.pictures import kept_name, kind_of, size_of
from lms.questions.models import BankPicture
from lms.scoring.pictures import is_kept, names_in

#: How long a browser may keep a picture: its address says what is in it.
_A_YEAR_S = 365 * 24 * 60 * 60


def keep(content: bytes, *, by: User | None, at: datetime) -> str:
    """Keep a picture, once however often it comes, and return the name under which questions show it.

    Args:
        content: without a fault (`lms.interchange.pictures.fault_of`).
        by: None from the server's console.
    """
    name, kind, size = kept_name(content), kind_of(content), size_of(content)
    assert kind is not None
    row = {
        "id": uuid7(),
        "sha256": name.partition(".")[0],
        "media_type": kind.media_type,
        "size_bytes": len(content),
        "width": size[0] if size else None,
        "height": size[1] if size else None,
        "made_at": at,
        "by_id": by.id if by else None,
        "content": content,
    }
    insert_once(BankPicture, row)
    return name


def keep_those_of(
    specs: Iterable[Mapping[str, Any]],
    brought: Mapping[str, bytes],
    *,
    by: User | None,
    at: datetime,
) -> None:
    """Keep those pictures of a file that the questions show which are taken from it.

    Args:
        brought: the file's pictures by the names under which the site keeps them.
    """
    shown = dict.fromkeys(name for spec in specs for name in names_in(spec))
    for name in shown:
        if name in brought:
            keep(brought[name], by=by, at=at)


def files_of(bank_key: str, specs: Iterable[Mapping[str, Any]]) -> Files:
    """Return what gives the bytes of these questions' pictures: the site's, and those of the bank's course."""
    shown = {name for spec in specs for name in names_in(spec)}
    if not shown:
        return lambda name: None
    wanted = {name.partition(".")[0]: name for name in shown if is_kept(name)}
    statement = db.select(BankPicture.sha256, BankPicture.content).where(
        BankPicture.sha256.in_(list(wanted))
    )
    found = {wanted[sha]: content for sha, content in db.session.execute(statement)}
    course = library().courses.get(bank_key)

    def bytes_of(name: str) -> bytes | None:
        if is_kept(name):
            return found.get(name)
        path = course.media(name) if course is not None else None
        if path is None:
            return None
        with path.open("rb") as file:
            return file.read(MOST_PICTURE_BYTES + 1)

    return bytes_of


_BY_NAME = db.select(BankPicture.media_type, BankPicture.content).where(
    BankPicture.sha256 == bindparam("sha")
)


def response_of(name: str) -> Response | None:
    """A picture as it is given out to whoever may see it; None where there is none of this name.

    What is in it never changes, so a browser may keep it; a shared cache may not, for it does not know who may.
    Opened by itself it can run and fetch nothing.
    """
    if not is_kept(name):
        return None
    found = db.session.execute(_BY_NAME, {"sha": name.partition(".")[0]}).first()
    if found is None:
        return None
    response = Response(found.content, mimetype=found.media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    response.headers["Cache-Control"] = f"private, max-age={_A_YEAR_S}, immutable"
    return response
