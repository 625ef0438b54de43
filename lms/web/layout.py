"""Places in the bar, where each role lands, and what every template may use."""

import re
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, render_template, request, session, url_for
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from markupsafe import Markup, escape

from lms.web.language import language


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One entry of the main bar: shown to whoever has the permission; `order` sorts.

    It stands in the bar itself for people whose leading role is in `first_for`, and under *More* for all others.
    """

    label: Any
    endpoint: str
    permission: str
    order: int
    first_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Bar:
    """The places of one person: at most four in the bar, the others one level below."""

    first: tuple[Place, ...]
    more: tuple[Place, ...]


#: From the role that asks for most of somebody's day to the one that asks for least.
LEADING = (
    "administrator",
    "programme-manager",
    "trainer",
    "liaison-officer",
    "evaluator",
    "learner",
)
IN_BAR = 4
#: Headers that a process keeps, of 4 kB each.
MOST_DRAWN = 2048
#: In the place of what differs from page to page; no text holds these signs, which belong to nobody.
HERE, HIDDEN_TAG, NAME = "\ue000here\ue001", "\ue000hidden-tag\ue001", "\ue000name\ue001"
_OWN = re.compile(f"({HERE}|{HIDDEN_TAG}|{NAME})")
#: People whose token a process remembers.
MOST_TOKENS = 4096


def add_place(
    app: Flask,
    label: Any,
    endpoint: str,
    permission: str,
    order: int,
    first_for: Iterable[str] = (),
) -> None:
    """Offer an entry of the main bar; called by features in `init_app`."""
    app.extensions.setdefault("lms.places", []).append(
        Place(label, endpoint, permission, order, frozenset(first_for))
    )


def add_card(app: Flask, template: str, loader: Any, order: int) -> None:
    """Offer a card of the home page: `loader(user)` returns the template's values or None for no card."""
    app.extensions.setdefault("lms.cards", []).append((order, template, loader))


def header(
    name: str | None, seen: Hashable, permissions: frozenset[str], roles: frozenset[str]
) -> Markup:
    """The bar of a page, drawn once for whoever sees the same one.

    Kept by language and by the part of the site that is open, which is marked in it. What differs from page to
    page, the address to come back to and the token of its forms, is put into its place each time, as is the name.

    Args:
        name: of the person signed in; None where nobody is.
        seen: what else stands in it: the person's places.
    """
    drawn: dict[Any, list[str]] = current_app.extensions.setdefault("lms.headers", {})
    part = (request.endpoint or "").split(".")[0]
    key = (name is None, seen, permissions, roles, language(), part, request.script_root)
    if key not in drawn:
        offered = current_app.extensions.get("lms.places", [])
        allowed = sorted(
            (one for one in offered if one.permission in permissions), key=lambda one: one.order
        )
        bar = split(allowed, roles)
        if len(drawn) >= MOST_DRAWN:
            drawn.clear()
        html = render_template(
            "header.html",
            first=bar.first,
            more=bar.more,
            part=part,
            name=NAME,
            here=HERE,
            hidden_tag=Markup(HIDDEN_TAG),
        )
        drawn[key] = _OWN.split(html)
    tag = OnlyToken().hidden_tag()
    own = {HERE: escape(_here()), HIDDEN_TAG: tag, NAME: escape(name or "")}
    # All at once: what one of them holds is not looked at for the others.
    return Markup("".join([own.get(one, one) for one in drawn[key]]))


def split(allowed: Sequence[Place], roles: Collection[str]) -> Bar:
    """Put the first four places of the leading role into the bar and the others under *More*."""
    leading = next((role for role in LEADING if role in roles), "learner")
    first = [place for place in allowed if leading in place.first_for][:IN_BAR]
    return Bar(tuple(first), tuple(place for place in allowed if place not in first))


class OnlyToken:
    """A form with a button and nothing to fill in, for a template: the one thing it holds is the CSRF token.

    It reads nothing of the request: an error page must not read a body that was refused for its size.
    """

    def hidden_tag(self) -> Markup:
        """The hidden field, as WTForms writes it; the same for every form of a page."""
        if "hidden_tag" not in g:
            if "csrf_token" not in g and isinstance(raw := session.get("csrf_token"), str):
                # Where Flask-WTF would look for one that it made for this request.
                g.csrf_token = _signed(str(current_app.secret_key), raw)
            field = Markup('<input name="csrf_token" type="hidden" value="{}">')
            g.hidden_tag = field.format(generate_csrf())
        tag: Markup = g.hidden_tag
        return tag


@lru_cache(MOST_TOKENS)
def _signed(secret: str, raw: str) -> str:
    """The token that Flask-WTF would make of the one in the session: of no certain age, so it can be kept."""
    token: str = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw)
    return token


def _here() -> str:
    """The address of the page, to which a change of language comes back."""
    return request.full_path.rstrip("?") if request.method == "GET" else _referred()


def _referred() -> str:
    """The page that a form was sent from: where a change of language comes back to."""
    parts = urlsplit(request.referrer or "")
    return parts.path or "/"


def init_app(app: Flask) -> None:
    """Give templates the bar and a CSRF-carrying empty form."""
    app.jinja_env.globals.update(
        site_name=app.config["SITE_NAME"], empty_form=OnlyToken, home_address=_home_address
    )

    @app.context_processor
    def shared() -> dict[str, Any]:
        return {"nonce": g.get("nonce", "")}


def _home_address() -> str:
    return url_for("home.show") if "home.show" in current_app.view_functions else "/"
