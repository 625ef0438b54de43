"""Everything that the site knows on a day, read for a computation over the whole site.

Rows are read plainly and as columns: a site has millions of pieces of evidence, and few of them decide a level.
"""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import compress
from typing import Any
from uuid import UUID

from lms.accounts.models import Organisation
from lms.accounts.queries import posts_on
from lms.accounts.scope import everywhere
from lms.capacity.agreement import record_weights
from lms.capacity.observations import THROUGH_POSTS, Observed, Records, Requirement, observe
from lms.competencies.deciding import deciding_items
from lms.competencies.queries import current_rule
from lms.competencies.rules import Item, Rule
from lms.db import db
from lms.evidence.facts import Kind
from lms.evidence.queries import of_indicators, records_about_people
from lms.index import Methodology

#: What the ledger's whole numbers count.
PARTS = 1_000_000
#: Columns in which the same words stand again and again.
WORDS = ("indicator", "kind", "unit", "observed_on", "group", "record")


@contextmanager
def without_collecting() -> Iterator[None]:
    """Let Python not look for cycles of objects meanwhile.

    Whoever makes a million objects that all stay has them looked through again and again: over 5,000,000 pieces of
    evidence it took longer than everything else. What is no cycle is freed as ever.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@without_collecting()
def observed_on(as_of: date, methodology: Methodology) -> Observed:
    """Everything that the site knows on a day, as the methodology's observations.

    Organisations and posts that were closed by the day are left out, and evidence as it stood that day counts.
    """
    codes, open_ones = _organisations(as_of)
    rule = current_rule()
    indicators = [indicator.key for indicator in methodology.indicators]
    records = _records(indicators, as_of, codes, open_ones)
    half = methodology.low_agreement == "half"
    return observe(
        _requirements(as_of, open_ones),
        _items(as_of, rule, codes),
        records,
        as_of=as_of,
        indicators=indicators,
        rule=rule,
        weights=record_weights(_from(records, {Kind.EXERCISE_EVALUATION})) if half else None,
        of_people=_also_of_people(records, as_of),
    )


def _organisations(as_of: date) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """The codes of all organisations by id, and of those that were not closed by the day."""
    next_day = datetime.combine(as_of, time.min, UTC) + timedelta(days=1)
    rows = db.session.execute(
        everywhere(Organisation.id, Organisation.code, Organisation.closed_at)
    )
    codes, open_ones = {}, {}
    for key, code, closed_at in rows:
        codes[key] = code
        if closed_at is None or closed_at >= next_day:
            open_ones[key] = code
    return codes, open_ones


def _requirements(as_of: date, open_ones: Mapping[UUID, str]) -> list[Requirement]:
    return [
        Requirement(open_ones[post.organisation_id], post.id, competency, level, post.holder_id)
        for post in posts_on(as_of)
        if post.organisation_id in open_ones
        for competency, level in post.requirements.items()
    ]


def _items(
    as_of: date, rule: Rule, codes: Mapping[UUID, str]
) -> dict[tuple[UUID, str], list[Item]]:
    """The evidence that decides the levels of holders of posts, by (person, competency)."""
    items: dict[tuple[UUID, str], list[Item]] = defaultdict(list)
    for user, competency, item in deciding_items(as_of, rule, codes):
        items[user, competency].append(item)
    return items


def _records(
    indicators: Collection[str],
    as_of: date,
    codes: Mapping[UUID, str],
    open_ones: Mapping[UUID, str],
) -> Records:
    """What counts on the day about open organisations' indicators."""
    texts: dict[str | None, str] = {str(key): code for key, code in codes.items()}
    texts[None] = ""
    still_open = {str(key) for key in open_ones}
    # The same words stand in many rows: each is kept once.
    words: dict[Any, Any] = {}
    word = words.setdefault
    found = Records()
    for part in of_indicators(indicators, as_of):
        chosen = [key in still_open for key in part["organisation_id"]]
        some = {name: list(compress(column, chosen)) for name, column in part.items()}
        known: dict[str, Any] = {name: list(map(word, some[name], some[name])) for name in WORDS}
        found.extend(
            Records(
                id=some["id"],
                organisation=list(map(texts.__getitem__, some["organisation_id"])),
                value=[number / PARTS for number in some["value"]],
                numerator=[_number(one) for one in some["numerator"]],
                denominator=[_number(one) for one in some["denominator"]],
                assessor=list(map(texts.__getitem__, some["assessor_organisation_id"])),
                **known,
            )
        )
    return found


def _number(parts: int | None) -> float | None:
    return None if parts is None else parts / PARTS


def _from(records: Records, kinds: Collection[str]) -> set[UUID]:
    """Keys of the records of some kinds of evidence."""
    rows = zip(records.kind, records.record, strict=True)
    found = {record for kind, record in rows if kind in kinds}
    return {UUID(record.partition(":")[2]) for record in found}


def _also_of_people(records: Records, as_of: date) -> set[str]:
    """Records of kinds that speak through posts from which evidence on people came, too."""
    rows = zip(records.kind, records.record, strict=True)
    asked = {record.partition(":") for kind, record in rows if kind in THROUGH_POSTS}
    found = records_about_people({(kind, UUID(key)) for kind, _, key in asked}, as_of)
    return {f"{kind}:{key}" for kind, key in found}
