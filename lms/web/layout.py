"""Places in the bar, where each role lands, and what every template may use."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, url_for

from lms.web.forms import EmptyForm


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the main bar: shown to whoever has the permission; `order` sorts."""

    label: Any
    endpoint: str
    permission: str
    order: int


def add_place(app: Flask, label: Any, endpoint: str, permission: str, order: int) -> None:
    """Offer an entry of the main bar; called by features in `init_app`."""
    app.extensions.setdefault("lms.places", []).append(Place(label, endpoint, permission, order))


def add_card(app: Flask, template: str, loader: Any, order: int) -> None:
    """Offer a card of the home page: `loader(user)` returns the template's values or None for no card."""
    app.extensions.setdefault("lms.cards", []).append((order, template, loader))


def places(may: Any) -> list[Place]:
    """The bar's entries for somebody whose permissions `may` tells, in order."""
    offered = current_app.extensions.get("lms.places", [])
    return sorted((p for p in offered if may(p.permission)), key=lambda place: place.order)


def _referred() -> str:
    """The page that a form was sent from: where a change of language comes back to."""
    parts = urlsplit(request.referrer or "")
    return parts.path or "/"


def init_app(app: Flask) -> None:
    """Give templates the bar and a CSRF-carrying empty form."""

    @app.context_processor
    def shared() -> dict[str, Any]:
        return {
            "site_name": app.config["SITE_NAME"],
            "nonce": g.get("nonce", ""),
            "here": request.full_path.rstrip("?") if request.method == "GET" else _referred(),
            "empty_form": EmptyForm,
            "home_address": url_for("home.show") if "home.show" in app.view_functions else "/",
        }
