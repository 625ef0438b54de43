"""Exports of the person asking; the site's plugins."""

from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import joinedload

from lms.accounts.rules import Permission
from lms.accounts.scope import scoped
from lms.db import db
from lms.exports.documents import kind_for
from lms.exports.models import Export
from lms.plugins import Exporter
from lms.plugins.manager import Found


def mine(limit: int = 50) -> list[Export]:
    """One's own exports, newest first."""
    statement = (
        scoped(Export, Permission.BELONG)
        .options(joinedload(Export.job), joinedload(Export.file), joinedload(Export.organisation))
        .order_by(Export.wanted_at.desc(), Export.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def get(key: UUID) -> Export | None:
    """One export of one's own."""
    statement = scoped(Export, Permission.BELONG).where(Export.id == key)
    return db.session.scalar(statement.options(joinedload(Export.job), joinedload(Export.file)))


def plugins() -> list[Found]:
    """Every plugin that was found, with its state."""
    found: dict[str, Found] = current_app.extensions["lms.plugins"].found
    return [found[name] for name in sorted(found)]


def exporters(kind: str = "") -> dict[str, Exporter]:
    """Exporters by name, of one kind of document or all."""
    offered: dict[str, Any] = current_app.extensions["lms.plugins"].exporters
    return {name: one for name, one in offered.items() if not kind or kind_for(one.accepts) == kind}
