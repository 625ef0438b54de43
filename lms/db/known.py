"""What the session holds as objects: statements that write many rows go past it, and it must hear of them."""

from typing import Any, TypeVar
from uuid import UUID

from lms.db import db

Model = TypeVar("Model")


def known(model: type[Model]) -> dict[UUID, Model]:
    """The rows of a model that the session holds as objects, by id; nothing is read for it."""
    states: Any = db.session.identity_map.all_states()
    found = {state.key[1][0]: state.obj() for state in states if issubclass(state.class_, model)}
    return {key: one for key, one in found.items() if one is not None}
