"""Runs of the capacity index over made-up observations, for tests of what is shown of them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from lms.capacity import operations
from lms.capacity.models import IndexRun
from lms.capacity.observations import COLUMNS, Observed
from lms.db import db
from lms.index import Observation

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)


def make_observed(
    observations: Iterable[Observation], populations: dict[tuple[str, str], int] | None = None
) -> Observed:
    """These observations as evidence gives them, with no piece behind any of them."""
    given = list(observations)
    columns = {name: [getattr(one, name) for one in given] for name in COLUMNS}
    # The engine names what has no id by its row.
    names = (one.id or f"row-{number}" for number, one in enumerate(given, 1))
    return Observed(columns, populations or {}, {name: [] for name in names})


def make_run(
    monkeypatch: Any,
    methodology: dict[str, Any],
    observations: Iterable[Observation],
    *,
    as_of: date,
    draws: int = 50,
    populations: dict[tuple[str, str], int] | None = None,
) -> IndexRun:
    """A stored run of these observations in place of the site's evidence."""
    observed = make_observed(observations, populations)
    monkeypatch.setattr(operations, "methodology_mapping", lambda _key: methodology)
    monkeypatch.setattr(operations, "observed_on", lambda _day, _methodology: observed)
    run = operations.compute_run(as_of, draws=draws, by=None, at=AT)
    db.session.commit()
    return run
