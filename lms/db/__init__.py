"""The database handle and the base of all models.

Models import `db` and `Base` from here; nothing else in the house makes an engine or a session.
"""

from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every model: named constraints, so that a migration can drop what another made."""

    metadata = MetaData(naming_convention=NAMING)


class Identified:
    """A time-ordered UUID as primary key: unguessable enough for addresses, kind to indexes."""

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7, sort_order=-100)


db = SQLAlchemy(model_class=Base)
