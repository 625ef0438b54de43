"""Who is asking: sign-in by cookie, and the guard before each view.

Every view asks for somebody signed in unless it is marked `public`; a view marked `requires` asks for a
permission besides. The cookie holds a random token, the table its SHA-256: a sign-in can be listed and ended.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from sqlalchemy import Connection, and_, bindparam
from werkzeug.wrappers import Response

from lms import clock
from lms.accounts.models import Membership, Organisation, SignIn, User
from lms.accounts.rules import PERMISSIONS, Permission, Role, digest
from lms.accounts.scope import Viewer, acting_as, unscoped, viewer
from lms.db import current, db
from lms.db.prepared import prepared
from lms.db.reading import has_only_read, only_reading

#: Methods of requests that only read.
READS = ("GET", "HEAD")
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Place:
    """A role that somebody has in an organisation, and so in all below its `path`."""

    role: str
    path: str
    name: str
    names: Mapping[str, str]

    def name_in(self, language: str) -> str:
        """The organisation's name in a language, else the ordinary one."""
        return self.names.get(language) or self.name


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking, as plain values: all that most requests need of them."""

    id: UUID
    sign_in_name: str
    name: str
    names: Mapping[str, str]
    language: str
    places: tuple[Place, ...]

    def name_in(self, language: str) -> str:
        """The name as written in a language, else the ordinary one."""
        return self.names.get(language) or self.name


def public(view: View) -> View:
    """Mark a view that anybody may open."""
    view.lms_public = True  # type: ignore[attr-defined]
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Let a view be opened only by people who have the permission in some organisation.

    In which one is asked on the object found, through `lms.accounts.scope`: another's object is a 404.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            who = viewer()
            if who is None or not who.may(permission):
                abort(403)
            return view(*args, **kwargs)

        guarded.lms_requires = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return mark


def sign_in(user: User, *, at: datetime) -> None:
    """Open a sign-in for this browser; an identity never inherits another's session."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    token = secrets.token_urlsafe(32)
    session["token"], session.permanent = token, True
    db.session.add(SignIn(token_hash=digest(token), user=user, started_at=at))


def sign_out(*, at: datetime) -> None:
    """End this browser's sign-in."""
    token = session.get("token")
    session.clear()
    if token:
        row = db.session.scalar(unscoped(_sign_in_of(token)))
        if row is not None:
            row.ended_at = at


def end_sign_ins(user: User, *, at: datetime) -> int:
    """End every open sign-in of a person; return how many."""
    statement = unscoped(
        db.select(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
    )
    rows = db.session.scalars(statement).all()
    for row in rows:
        row.ended_at = at
    return len(rows)


def asking() -> Person:
    """The person signed in.

    Raises:
        RuntimeError: nobody is; the guard before each view sees to that.
    """
    person = signed_in()
    if person is None:
        raise RuntimeError("nobody is signed in")
    return person


def signed_in() -> Person | None:
    """The person signed in, or None."""
    person: Person | None = g.get("person")
    return person


def current_user() -> User:
    """The person signed in, as the row: for whoever writes their name under something, or changes it.

    Raises:
        RuntimeError: as `asking`.
    """
    user: User | None = g.get("user")
    if user is None:
        statement = unscoped(db.select(User)).where(User.id == asking().id)
        user = g.user = db.session.scalars(statement).one()
    return user


def viewer_of(user: User) -> Viewer:
    """What a person may do where, from the memberships that have not ended."""
    statement = unscoped(
        db.select(Membership.role, Organisation.path)
        .join(Organisation, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user.id, Membership.ended_at.is_(None))
    )
    held = tuple((role, path) for role, path in db.session.execute(statement))
    return Viewer(user.id, user.name, _roots(held))


@lru_cache(maxsize=1024)
def _roots(held: tuple[tuple[str, str], ...]) -> Mapping[Permission, frozenset[str]]:
    """The paths at and below which each permission holds, from roles and the paths where they are held."""
    roots: dict[Permission, set[str]] = defaultdict(set)
    for role, path in held:
        for permission in PERMISSIONS[Role(role)]:
            roots[permission].add(path)
    return {key: frozenset(paths) for key, paths in roots.items()}


def _viewer(person: Person) -> Viewer:
    held = tuple((place.role, place.path) for place in person.places)
    return Viewer(person.id, person.name, _roots(held))


def _sign_in_of(token: str) -> Any:
    return db.select(SignIn).where(SignIn.token_hash == digest(token), SignIn.ended_at.is_(None))


@prepared
def _who_asks() -> Any:
    """The person of an open sign-in, a row for each open membership; every request asks it, once."""
    return unscoped(
        db.select(
            User.id,
            User.sign_in_name,
            User.name,
            User.names,
            User.language,
            Membership.role,
            Organisation.path,
            Organisation.name.label("organisation_name"),
            Organisation.names.label("organisation_names"),
        )
        .select_from(User)
        .join(SignIn, SignIn.user_id == User.id)
        .outerjoin(Membership, and_(Membership.user_id == User.id, Membership.ended_at.is_(None)))
        .outerjoin(Organisation, Membership.organisation_id == Organisation.id)
        .where(
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.ended_at.is_(None),
            User.closed_at.is_(None),
        )
        .order_by(Membership.since, Membership.id)
    )


def _recognise(connection: Connection, token: str | None) -> Person | None:
    """The person of an open sign-in, with their places."""
    if not token:
        return None
    found = _who_asks().rows(connection, {"token_hash": digest(token)})
    if not found:
        return None
    first = found[0]
    places = tuple(
        Place(row.role, row.path, row.organisation_name, row.organisation_names)
        for row in found
        if row.role is not None
    )
    return Person(
        first.id, first.sign_in_name, first.name, first.names, first.language, places=places
    )


def init_app(app: Flask) -> None:
    """Ask who is there before each request, and let scope know for its duration."""

    @app.before_request
    def begin() -> Response | None:
        g.person = None
        if request.endpoint is None or request.endpoint.endswith("static"):
            return None
        # What a request has read it keeps: its session ends with it, and nothing is read twice for a commit.
        db.session().expire_on_commit = False
        token = session.get("token")
        # A page that only reads never waits for a writer, and neither does the question who is asking. What may
        # write begins a transaction of its own, and takes the write lock only then.
        with only_reading():
            if request.method in READS:
                g.person = person = _recognise(current.connection(), token)
            else:
                with db.engine.connect() as connection:
                    g.person = person = _recognise(connection, token)
                    connection.commit()
        if person is not None and session.get("day") != (today := clock.now().date().isoformat()):
            # Its thirty days are counted from the last day of use.
            session["day"] = today
        g.scope = acting_as(_viewer(person) if person else None)
        g.scope.__enter__()
        view = current_app.view_functions[request.endpoint]
        if person is None and not getattr(view, "lms_public", False):
            target = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("accounts.sign_in", next=target), code=303)
        return None

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        scope = g.pop("scope", None)
        if scope is not None:
            scope.__exit__(None, None, None)
        if error is None and request.method not in READS and has_only_read():
            # Left to itself it would be rolled back, upon which psycopg forgets the statements that it prepared:
            # PostgreSQL would plan every question of every page anew. What a page read needs neither.
            db.session.commit()
