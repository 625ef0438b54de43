"""The pieces that decide: few, and the rule finds by them what it finds by all."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import event

from factories.accounts import make_organisation, make_post, make_user
from lms.accounts import operations as accounts
from lms.accounts.scope import everywhere
from lms.competencies.deciding import deciding_items
from lms.competencies.queries import item_of
from lms.competencies.rules import Rule, standing
from lms.db import db as database
from lms.evidence import operations as ledger
from lms.evidence.facts import Fact, Kind
from lms.evidence.models import Evidence
from lms.evidence.queries import counting

DAY = date(2026, 6, 1)
KINDS = (
    Kind.ASSESSMENT,
    Kind.PRACTICAL_OBSERVATION,
    Kind.WORK_CONFIRMATION,
    Kind.EXERCISE_EVALUATION,
    Kind.SURVEY,
    Kind.COACHING,
    Kind.COACHING,
    Kind.IMPROVEMENT,
)
SHARES = ("0", "0.625", "0.666666", "0.799999", "0.8", "1", "1", "1")
RULES = (
    Rule(),
    Rule(surveyed=frozenset({"gov-01"})),
    # Before the full rule, in the transition, and after it; the days asked for lie within a month and a half.
    Rule(surveyed=frozenset({"gov-01"}), full_from=DAY + timedelta(days=40), transition_months=3),
    Rule(full_from=DAY - timedelta(days=400), transition_months=14),
    Rule(full_from=DAY - timedelta(days=700), transition_months=6),
)


def moment(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def fact(user, organisation, kind, share, day, **more):
    given = {
        "once_key": uuid4().hex,
        "kind": kind,
        "organisation_id": organisation.id,
        "user_id": user.id,
        "competency": "gov-01",
        "value": Decimal(share),
        "observed_on": day,
        "record_kind": "attempt",
        "record_id": uuid4(),
    }
    return Fact(**given | more)


@pytest.fixture
def people(db):
    """Holders of posts with chance evidence around the edges of validity, some of it superseded."""
    home, away = make_organisation("home"), make_organisation("away")
    chance = Random("deciding")
    for number in range(40):
        user = make_user(f"user-{number}", organisation=home)
        make_post(home, requirements={"gov-01": 2, "gov-02": 1}, holder=user)
        pieces = []
        # A fifth have everything once, so that every level comes up; what is chance then comes beside it.
        whole = list(KINDS[: 3 + number // 5 % 6]) if number % 5 == 0 else []
        for place in range(len(whole) + chance.randrange(16)):
            kind = whole[place] if place < len(whole) else None
            months = chance.choice((2, 20) if kind else (2, 23, 24, 35, 36, 40))
            near = chance.choice((-20, -1, 0, 1, 20))
            pieces.append(
                fact(
                    user,
                    home,
                    kind or chance.choice(KINDS),
                    "1" if kind else chance.choice(SHARES),
                    DAY - timedelta(days=round(months * 30.44) + near),
                    competency="gov-01" if kind else chance.choice(("gov-01", "gov-01", "gov-02")),
                    leading=bool(kind) or chance.random() < 0.5,
                    group=f"user:{place % 4}" if kind else f"user:{chance.randrange(3)}",
                    assessor_organisation_id=chance.choice((None, away.id)),
                )
            )
        for one in pieces:
            kept = ledger.record(one, by=None, at=moment(date(2026, 4, 1)))
            if chance.random() < 0.2:
                alike = {"leading": one.leading, "group": one.group, "competency": one.competency}
                better = fact(user, home, one.kind, "1", one.observed_on, **alike)
                day = chance.choice((DAY - timedelta(days=9), DAY + timedelta(days=9)))
                ledger.supersede(kept, better, reason="again", by=None, at=moment(day))
    database.session.commit()
    return {home.id: "home", away.id: "away"}


def found(codes, day=DAY, rule=RULES[0]):
    items = defaultdict(list)
    for user, competency, item in deciding_items(day, rule, codes):
        items[user, competency].append(item)
    return items


@pytest.mark.parametrize("day", [DAY, DAY - timedelta(days=30), DAY + timedelta(days=10)])
def test_the_rule_finds_the_same_level_by_what_decides_as_by_everything(people, day):
    codes = people
    everything = defaultdict(list)
    for piece in database.session.scalars(counting(everywhere(Evidence), day)):
        everything[piece.user_id, piece.competency].append(item_of(piece))

    levels, earlier = set(), 0
    for rule in RULES:
        decided = found(codes, day, rule)
        for place, items in everything.items():
            ladder = rule.ladder(place[1])
            whole = standing(items, day, ladder)
            few = standing(decided.get(place, []), day, ladder)
            levels.add((whole.level, bool(whole.fell_short)))
            earlier += whole.by_earlier_rule
            assert (few.level, few.granted_by, few.lapses_on, few.by_earlier_rule) == (
                whole.level,
                whole.granted_by,
                whole.lapses_on,
                whole.by_earlier_rule,
            )
            assert few.missing == whole.missing
            if not whole.level:
                assert few.fell_short == whole.fell_short
            assert set(few.evidence) <= set(whole.evidence)
        assert decided.keys() <= everything.keys()
    # The cases are there: nothing known, a known zero, each level that evidence grants, and the earlier rule's.
    assert {(0, False), (0, True)} <= levels
    assert {1, 2, 3, 4} <= {level for level, _ in levels}
    assert earlier


def test_what_decides_is_read_in_one_statement(people):
    asked = []
    listen = lambda *given: asked.append(given[2])  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        found(people, rule=RULES[3])
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)

    assert len([one for one in asked if "evidence" in one]) == 1


def test_an_item_says_everything_that_the_piece_says(people):
    codes = people
    pieces = {one.id: one for one in database.session.scalars(everywhere(Evidence))}

    items = [item for own in found(codes).values() for item in own]

    for item in items:
        piece = pieces[item.id]
        plain = item_of(piece)
        assert (item.kind, item.share, item.observed_on) == (
            plain.kind,
            plain.share,
            plain.observed_on,
        )
        assert (item.leading, item.record) == (plain.leading, plain.record)
        assert item.assessor == codes.get(piece.assessor_organisation_id, "")
        assert item.group == (plain.group if item.kind == Kind.COACHING else "")
    assert {item.assessor for item in items} == {"", "away"}
    assert len(items) < len(pieces) / 2


def test_whoever_holds_no_post_on_the_day_is_not_asked_for(db):
    home = make_organisation("home")
    user = make_user("user", organisation=home)
    ledger.record(fact(user, home, Kind.ASSESSMENT, "1", DAY), by=None, at=moment(DAY))

    assert found({home.id: "home"}) == {}


def test_a_competency_that_no_post_of_the_holder_needs_is_not_asked_for(db):
    home = make_organisation("home")
    user = make_user("user", organisation=home)
    make_post(home, requirements={"gov-02": 1}, holder=user)
    make_post(home, requirements={"gov-01": 1})
    for competency in ("gov-01", "gov-02"):
        one = fact(user, home, Kind.ASSESSMENT, "1", DAY, competency=competency)
        ledger.record(one, by=None, at=moment(DAY))

    assert list(found({home.id: "home"})) == [(user.id, "gov-02")]


def test_what_posts_ask_for_is_that_of_the_day(db):
    home = make_organisation("home")
    user = make_user("user", organisation=home)
    post = make_post(home, requirements={"gov-01": 1}, holder=user)
    accounts.change_requirements(
        post, {"gov-02": 1}, valid_from=DAY, reason="another need", by=None, at=moment(DAY)
    )
    for competency in ("gov-01", "gov-02"):
        one = fact(user, home, Kind.ASSESSMENT, "1", date(2026, 5, 1), competency=competency)
        ledger.record(one, by=None, at=moment(date(2026, 5, 1)))

    codes = {home.id: "home"}
    assert list(found(codes, DAY - timedelta(days=1))) == [(user.id, "gov-01")]
    assert list(found(codes, DAY)) == [(user.id, "gov-02")]
