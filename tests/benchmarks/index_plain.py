"""The plain loop that index_evidence.py compares with: the ORM's rows, and the rule as one would write it down."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any


def plain_rows(day: date, share: float) -> tuple[dict[Any, str], list[Any], list[Any]]:
    """Some open organisations with their posts, and every piece about them and the holders of their posts."""
    from sqlalchemy import or_, select
    from sqlalchemy.orm import joinedload, selectinload

    from lms.accounts.models import Organisation, Post
    from lms.accounts.scope import everywhere
    from lms.db import db
    from lms.evidence.models import Evidence

    organisations = db.session.scalars(everywhere(Organisation).order_by(Organisation.code)).all()
    some = organisations[: max(1, round(len(organisations) * share))]
    codes = {one.id: one.code for one in some if one.closed_at is None}
    posts = db.session.scalars(
        select(Post)
        .where(Post.organisation_id.in_(codes))
        .options(selectinload(Post.incumbencies), selectinload(Post.asked))
    ).all()
    people = {held.user_id for post in posts if (held := post.holder_on(day)) is not None}
    pieces = db.session.scalars(
        select(Evidence)
        .where(or_(Evidence.organisation_id.in_(codes), Evidence.user_id.in_(people)))
        .options(joinedload(Evidence.end))
    ).all()
    return codes, list(posts), list(pieces)


def counted(pieces: list[Any], day: date) -> list[Any]:
    """The pieces as they stood on the day."""
    next_day = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    ended = {one.id for one in pieces if one.end is not None and one.end.at < next_day}
    later = {one.end.successor_id for one in pieces if one.end is not None and one.id not in ended}
    return [
        one
        for one in pieces
        if one.observed_on <= day and one.id not in ended and one.id not in later
    ]


#: What each level asks for: kind, least share, months, in a leading role, how many of different groups, whether
#: the earlier rule asked for it as well. A survey is asked for only of the competencies named below.
LADDER = (
    (("assessment", "0.8", 36, False, 1, True),),
    (
        ("practical-observation", "1", 36, False, 1, True),
        ("work-confirmation", "1", 36, False, 1, False),
    ),
    (
        ("exercise-evaluation", "0.666666", 24, True, 1, True),
        ("survey", "0.625", 36, False, 1, False),
    ),
    (("coaching", "1", 36, False, 2, True), ("improvement", "1", 36, False, 1, True)),
)
#: As the framework and the surveys that ship say.
SURVEYED = ("gov-01", "gov-02", "gov-04", "sec-01", "sec-06", "coo-02", "coo-06")
FULL_FROM, EARLIER_UNTIL = date(2027, 1, 1), date(2028, 1, 1)


def plain_level(pieces: list[Any], day: date, competency: str) -> tuple[int, date] | None:
    """Level of a person in a competency and the day of the newest piece behind it; None if nothing is known."""
    level, lapses, newest = climbed(pieces, day, competency, earlier=False)
    if day < EARLIER_UNTIL:
        before = [one for one in pieces if one.observed_on < FULL_FROM]
        old, ends, last = climbed(before, day, competency, earlier=True)
        ends = min(ends, EARLIER_UNTIL)
        if old and (old, ends) > (level, lapses if level else date.min):
            level, newest = old, last
    if level:
        return level, newest
    tries = [one for one in pieces if valid(one, day, LADDER[0][0])]
    return (0, max(one.observed_on for one in tries)) if tries else None


def climbed(
    pieces: list[Any], day: date, competency: str, *, earlier: bool
) -> tuple[int, date, date]:
    """The level by one of the two rules, the day on which it lapses, and that of the newest piece behind it."""
    from lms.competencies.rules import months_after

    newest = sorted(pieces, key=lambda one: (one.observed_on, str(one.id)), reverse=True)
    level, lapses, behind = 0, date.max, date.min
    for step in LADDER:
        held: list[tuple[date, date]] = []
        for proof in step:
            kind, least, months, _leading, different, always = proof
            if (earlier and not always) or (kind == "survey" and competency not in SURVEYED):
                continue
            chosen: dict[str, date] = {}
            for one in newest:
                if valid(one, day, proof) and one.value >= Decimal(least):
                    group = one.group if different > 1 and one.group else str(one.id)
                    if len(chosen) < different:
                        chosen.setdefault(group, one.observed_on)
            if len(chosen) < different:
                return level, lapses, behind
            days = chosen.values()
            held.append((min(months_after(one, months) for one in days), max(days)))
        level += 1
        lapses = min(lapses, *(one[0] for one in held))
        behind = max(behind, *(one[1] for one in held))
    return level, lapses, behind


def valid(one: Any, day: date, proof: tuple[str, str, int, bool, int, bool]) -> bool:
    """Whether a piece speaks of what is asked for on the day, whatever its share."""
    from lms.competencies.rules import months_after

    kind, _least, months, leading, _different, _always = proof
    return (
        one.kind == kind
        and months_after(one.observed_on, months) > day
        and (one.leading or not leading)
    )


def plain_figures(
    codes: dict[Any, str], posts: list[Any], pieces: list[Any], day: date
) -> dict[tuple[str, str], tuple[int, float]]:
    """Groups and raw value by (organisation, indicator), as sections 1 to 3 of the specification write them."""
    known = counted(pieces, day)
    own: dict[tuple[Any, str], list[Any]] = defaultdict(list)
    for one in known:
        if one.competency:
            own[one.user_id, one.competency].append(one)
    # By place and group: decayed weight, and with it numerator and denominator.
    groups: dict[tuple[str, str], dict[Any, list[float]]] = defaultdict(dict)

    def add(place: tuple[str, str], group: Any, on: date, top: float, bottom: float) -> None:
        age = (day - on).days
        if age <= 730:
            weight = 0.5 ** (age / 365)
            held = groups[place].setdefault(group, [0.0, 0.0])
            held[0] += weight * top
            held[1] += weight * bottom

    for post in posts:
        if post.closed_on is not None and post.closed_on <= day:
            continue
        held = post.holder_on(day)
        for competency, required in post.requirements_on(day).items():
            found = plain_level(own[held.user_id, competency], day, competency) if held else None
            if found is not None:
                place = codes[post.organisation_id], f"{competency[:3]}-posts-qualified"
                add(place, (post.id, competency), found[1], min(1.0, found[0] / required), 1.0)
    for one in known:
        if one.indicator and one.organisation_id in codes:
            place = codes[one.organisation_id], one.indicator
            top = one.value if one.numerator is None else one.numerator
            add(
                place, one.group or one.id, one.observed_on, float(top), float(one.denominator or 1)
            )
    return {
        place: (
            len(held),
            sum(one[0] for one in held.values()) / sum(one[1] for one in held.values()),
        )
        for place, held in groups.items()
    }


def compared(
    figures: dict[tuple[str, str], tuple[int, float]], codes: dict[Any, str], day: date
) -> dict[str, Any]:
    """How far the plain figures are from the stored run's."""
    from lms.accounts.scope import everywhere
    from lms.capacity.models import IndexValue
    from lms.capacity.stored import find_run
    from lms.db import db

    run = find_run(day.isoformat())
    values = db.session.scalars(
        everywhere(IndexValue).where(
            IndexValue.run_id == run.id, IndexValue.organisation_id.in_(codes)
        )
    )
    stored = {
        (value.detail["subject"], one["key"]): (one["n"], one["raw"])
        for value in values
        for one in value.detail["indicators"]
        if one["n"]
    }
    if stored.keys() != figures.keys():
        return {"difference": f"other places: {sorted(stored.keys() ^ figures.keys())[:3]}"}
    groups = max(abs(stored[place][0] - figures[place][0]) for place in stored)
    raw = max(abs(stored[place][1] - figures[place][1]) for place in stored)
    return {
        "difference": f"{len(stored)} raw values, largest difference {raw:.1e}, groups {groups}",
        "hash": run.evidence_hash,
    }
