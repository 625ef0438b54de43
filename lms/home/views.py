"""The first page."""

from flask import Blueprint, current_app, render_template

from lms.accounts.session import current_user

bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
def show() -> str:
    user = current_user()
    offered = sorted(current_app.extensions.get("lms.cards", []), key=lambda card: card[0])
    cards = [(template, values) for _, template, loader in offered if (values := loader(user))]
    return render_template("home/home.html", cards=cards)
