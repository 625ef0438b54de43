"""What hangs on an attempt on floors above, such as a certificate: those floors say so, assessments ask nobody.

A loader gets attempts and returns, by attempt id, what hangs on each: pairs of a label and the address of a page.
It is asked about many attempts at once and makes a query or two, not one for each.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from flask import Flask, current_app

Dependant = tuple[str, str]


class Depended(Protocol):
    """What a loader may ask of an attempt."""

    @property
    def id(self) -> UUID: ...

    @property
    def user_id(self) -> UUID: ...

    @property
    def assessment(self) -> Mapping[str, Any]:
        """The rules as the attempt keeps them; ``course`` is the key of the course that it belongs to."""


Loader = Callable[[Sequence[Depended]], Mapping[UUID, Sequence[Dependant]]]


def register(app: Flask, loader: Loader) -> None:
    """Let a feature say what hangs on attempts; called in `init_app`."""
    app.extensions.setdefault("lms.assessments.dependants", []).append(loader)


def of_many(attempts: Sequence[Depended]) -> dict[UUID, list[Dependant]]:
    """What hangs on each of the attempts; one on which nothing hangs is left out."""
    found: dict[UUID, list[Dependant]] = defaultdict(list)
    if attempts:
        for loader in current_app.extensions.get("lms.assessments.dependants", []):
            for key, dependants in loader(attempts).items():
                found[key] += dependants
    return {key: dependants for key, dependants in found.items() if dependants}


def of(attempt: Depended) -> list[Dependant]:
    """What hangs on one attempt: labels and addresses."""
    return of_many([attempt]).get(attempt.id, [])
