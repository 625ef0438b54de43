"""The pieces that decide: few, and the rule finds by them what it finds by all."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import uuid4

import pytest

from factories.accounts import make_organisation, make_post, make_user
from lms.accounts.scope import everywhere
from lms.competencies.deciding import deciding_items
from lms.competencies.queries import item_of
from lms.competencies.rules import standing
from lms.db import db as database
from lms.evidence import operations as ledger
from lms.evidence.facts import Fact, Kind
from lms.evidence.models import Evidence
from lms.evidence.queries import counting

DAY = date(2026, 6, 1)
KINDS = (Kind.ASSESSMENT, Kind.ASSESSMENT, Kind.PRACTICAL_OBSERVATION, Kind.EXERCISE_EVALUATION)
SHARES = ("0", "0.666666", "0.799999", "0.8", "1", "1", "1")


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
        for _ in range(chance.randrange(16)):
            months = chance.choice((2, 23, 24, 35, 36, 40))
            near = chance.choice((-20, -1, 0, 1, 20))
            pieces.append(
                fact(
                    user,
                    home,
                    chance.choice(KINDS),
                    chance.choice(SHARES),
                    DAY - timedelta(days=round(months * 30.44) + near),
                    competency=chance.choice(("gov-01", "gov-01", "gov-02")),
                    leading=chance.random() < 0.5,
                    assessor_organisation_id=chance.choice((None, away.id)),
                )
            )
        for one in pieces:
            kept = ledger.record(one, by=None, at=moment(date(2026, 4, 1)))
            if chance.random() < 0.2:
                better = fact(user, home, one.kind, "1", one.observed_on, competency=one.competency)
                day = chance.choice((DAY - timedelta(days=9), DAY + timedelta(days=9)))
                ledger.supersede(kept, better, reason="again", by=None, at=moment(day))
    database.session.commit()
    return {home.id: "home", away.id: "away"}


def found(codes, day=DAY):
    items = defaultdict(list)
    for user, competency, item in deciding_items(day, 36, codes):
        items[user, competency].append(item)
    return items


@pytest.mark.parametrize("day", [DAY, DAY - timedelta(days=30), DAY + timedelta(days=10)])
def test_the_rule_finds_the_same_level_by_what_decides_as_by_everything(people, day):
    codes = people
    everything = defaultdict(list)
    for piece in database.session.scalars(counting(everywhere(Evidence), day)):
        everything[piece.user_id, piece.competency].append(item_of(piece))

    decided = found(codes, day)

    levels = set()
    for place, items in everything.items():
        whole, few = standing(items, day), standing(decided.get(place, []), day)
        levels.add((whole.level, bool(whole.fell_short)))
        assert (few.level, few.granted_by, few.lapses_on) == (
            whole.level,
            whole.granted_by,
            whole.lapses_on,
        )
        if not whole.level:
            assert few.fell_short == whole.fell_short
        assert set(few.evidence) <= set(whole.evidence)
    assert decided.keys() <= everything.keys()
    # The cases are there: nothing known, a known zero, and each level that evidence grants.
    assert {(0, False), (0, True)} <= levels
    assert {1, 2, 3} <= {level for level, _ in levels}


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
