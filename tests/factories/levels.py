"""Evidence that makes a level, for tests."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from lms import clock
from lms.accounts.models import Organisation, User
from lms.db import db
from lms.evidence import operations as ledger
from lms.evidence.facts import Fact, Kind

KINDS = (
    (Kind.ASSESSMENT,),
    (Kind.PRACTICAL_OBSERVATION, Kind.WORK_CONFIRMATION),
    (Kind.EXERCISE_EVALUATION,),
)


def make_level(
    user: User,
    organisation: Organisation,
    level: int,
    competency: str = "coo-01",
    *,
    day: date | None = None,
) -> None:
    """Record all that a level up to lead asks for by the full rule, observed on one day."""
    day = day or clock.today() - timedelta(days=30)
    for kind in (kind for step in KINDS[:level] for kind in step):
        fact = Fact(
            once_key=uuid4().hex,
            kind=kind,
            organisation_id=organisation.id,
            user_id=user.id,
            competency=competency,
            value=Decimal(1),
            observed_on=day,
            record_kind="attempt",
            record_id=uuid4(),
            leading=kind is Kind.EXERCISE_EVALUATION,
        )
        ledger.record(fact, by=None, at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    db.session.commit()
