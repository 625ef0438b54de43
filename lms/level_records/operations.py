"""Recording, confirming and withdrawing; and the evidence that follows from each."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from lms.accounts.models import Organisation, User
from lms.accounts.once import made_before, once_key
from lms.accounts.queries import home_organisation
from lms.accounts.scope import everywhere
from lms.audit.operations import record as audit
from lms.competencies.queries import current_rule, items_of, survey_items
from lms.courses.library import framework
from lms.db import db
from lms.db.at_once import hold
from lms.errors import Refused
from lms.evidence import operations as ledger
from lms.evidence.facts import Fact, Kind
from lms.evidence.models import Evidence
from lms.evidence.queries import of_people
from lms.level_records import rules
from lms.level_records.models import RECORD, ImprovementUse, LevelRecord
from lms.level_records.rules import RecordKind, State

#: An improvement is used by more than one organisation.
LEAST_USES = 2
#: Why coaching counts no longer, or from another day on: the evidence of whoever was coached changed.
COACHEE_CHANGED = "The evidence of the person who was coached changed."


def record_survey(
    user: User,
    competency: str,
    item_key: str,
    *,
    answered: int,
    mean: Decimal,
    starts_on: date,
    ends_on: date,
    partner: Organisation,
    request_key: str,
    by: User,
    at: datetime,
) -> LevelRecord:
    """Record what a partner's people answered to a survey item that is linked with a competency, and its evidence.

    Args:
        answered: how many gave an answer from 1 to 5.
        mean: of those answers, with at most two places.

    Raises:
        Refused: `level-record.own`, `level-record.not-linked`, `level-record.partner`, `level-record.nowhere`, and
            as `rules.check_days` and `rules.check_survey`.
    """
    if by.id == user.id:
        raise Refused("level-record.own")
    linked = {item.key: survey.key for survey, item in survey_items().get(competency, [])}
    if item_key not in linked:
        raise Refused("level-record.not-linked")
    rules.check_days(starts_on, ends_on, at.date())
    rules.check_survey(answered, mean)
    if partner.id == _home(user).id:
        raise Refused("level-record.partner")
    return _recorded(
        RecordKind.SURVEY,
        user,
        competency,
        {
            "starts_on": starts_on,
            "ends_on": ends_on,
            "partner_id": partner.id,
            "survey_key": linked[item_key],
            "item_key": item_key,
            "answered": answered,
            "mean": mean,
        },
        request_key=request_key,
        by=by,
        at=at,
    )


def record_coaching(
    coachee: User,
    competency: str,
    *,
    starts_on: date,
    ends_on: date,
    described: str,
    request_key: str,
    by: User,
    at: datetime,
) -> LevelRecord:
    """Record that one coached somebody; the other, or who manages them, confirms it.

    Raises:
        Refused: `level-record.coached-self`, `level-record.described`, `level-record.coached-twice`,
            `level-record.competency`, `level-record.nowhere`, and as `rules.check_days`.
    """
    if by.id == coachee.id:
        raise Refused("level-record.coached-self")
    rules.check_days(starts_on, ends_on, at.date())
    if not described.strip():
        raise Refused("level-record.described")
    twice = everywhere(LevelRecord).where(
        LevelRecord.kind == RecordKind.COACHING,
        LevelRecord.user_id == by.id,
        LevelRecord.coachee_id == coachee.id,
        LevelRecord.competency == competency,
        LevelRecord.withdrawn_at.is_(None),
    )
    known = made_before(LevelRecord, once_key(by, request_key)) or db.session.scalar(twice)
    if known is not None:
        # The same form may have made it between the two questions.
        if known.once_key != once_key(by, request_key):
            raise Refused("level-record.coached-twice")
        return known
    return _recorded(
        RecordKind.COACHING,
        by,
        competency,
        {
            "starts_on": starts_on,
            "ends_on": ends_on,
            "described": described.strip(),
            "coachee_id": coachee.id,
            "coachee_organisation_id": _home(coachee).id,
        },
        request_key=request_key,
        by=by,
        at=at,
    )


def record_improvement(
    title: str,
    competency: str,
    *,
    described: str,
    used_since: date,
    used_by: Collection[Organisation],
    request_key: str,
    by: User,
    at: datetime,
) -> LevelRecord:
    """Record an improvement that one made and that several organisations use; the joint committee confirms it.

    Raises:
        Refused: `level-record.title`, `level-record.described`, `level-record.uses`, `level-record.competency`,
            `level-record.nowhere`, `level-record.future`.
    """
    if not title.strip():
        raise Refused("level-record.title")
    if not described.strip():
        raise Refused("level-record.described")
    if len({one.id for one in used_by}) < LEAST_USES:
        raise Refused("level-record.uses", least=LEAST_USES)
    if used_since > at.date():
        raise Refused("level-record.future", day=used_since)
    return _recorded(
        RecordKind.IMPROVEMENT,
        by,
        competency,
        {
            "starts_on": used_since,
            "ends_on": at.date(),
            "title": title.strip(),
            "described": described.strip(),
            "used_by": [ImprovementUse(organisation=one) for one in dict.fromkeys(used_by)],
        },
        request_key=request_key,
        by=by,
        at=at,
    )


def _recorded(
    kind: RecordKind,
    user: User,
    competency: str,
    values: Mapping[str, Any],
    *,
    request_key: str,
    by: User,
    at: datetime,
) -> LevelRecord:
    if competency not in {one.key for _domain, one in framework().competencies()}:
        raise Refused("level-record.competency", key=competency)
    once = once_key(by, request_key)
    known = made_before(LevelRecord, once)
    if known is not None:
        return known
    made = LevelRecord(
        once_key=once,
        kind=kind.value,
        user_id=user.id,
        organisation_id=_home(user).id,
        competency=competency,
        recorded_at=at,
        recorded_by_id=by.id,
        **values,
    )
    db.session.add(made)
    db.session.flush()
    audit(by, f"level-record.{kind}-recorded", made, at=at, organisation_id=made.organisation_id)
    settle([made], by=by, at=at)
    return made


def _home(user: User) -> Organisation:
    found = home_organisation(user)
    if found is None:
        raise Refused("level-record.nowhere")
    return found


def confirm(
    record: LevelRecord,
    *,
    decided_on: date | None = None,
    minutes: str = "",
    by: User,
    at: datetime,
) -> None:
    """Confirm coaching, or an improvement in the name of the joint committee; who may is asked before.

    Args:
        decided_on: when the committee confirmed the improvement; `minutes`: where that stands.

    Raises:
        Refused: `level-record.state`, `level-record.confirm-own`; of an improvement `level-record.confirm-alone`
            for somebody of the same organisation, `level-record.minutes`, `level-record.decided`.
    """
    hold(record)
    if record.state is not State.WAITING:
        raise Refused("level-record.state")
    if by.id == record.user_id:
        raise Refused("level-record.confirm-own")
    home = home_organisation(by)
    if record.kind == RecordKind.IMPROVEMENT:
        if home is None or home.id == record.organisation_id:
            raise Refused("level-record.confirm-alone")
        if not minutes.strip():
            raise Refused("level-record.minutes")
        if decided_on is None or not record.starts_on <= decided_on <= at.date():
            raise Refused("level-record.decided", day=record.starts_on)
        record.decided_on, record.minutes = decided_on, minutes.strip()
    record.confirmed_at, record.confirmed_by_id = at, by.id
    record.confirming_organisation_id = home.id if home else None
    db.session.flush()
    audit(by, "level-record.confirmed", record, at=at, organisation_id=record.organisation_id)
    settle([record], by=by, at=at)


def withdraw(record: LevelRecord, *, reason: str, by: User, at: datetime) -> None:
    """Let a record and its evidence count no longer, and say why; who may is asked before.

    Raises:
        Refused: `level-record.withdrawn` when it was before, `level-record.reason` without a reason.
    """
    hold(record)
    if record.state is State.WITHDRAWN:
        raise Refused("level-record.withdrawn")
    if not reason.strip():
        raise Refused("level-record.reason")
    record.withdrawn_at, record.withdrawn_by_id = at, by.id
    record.withdrawn_reason = reason.strip()
    db.session.flush()
    audit(
        by,
        "level-record.withdrawn",
        record,
        at=at,
        organisation_id=record.organisation_id,
        changes={"reason": record.withdrawn_reason},
    )
    settle([record], by=by, at=at, reason=record.withdrawn_reason)


def settle(
    records: Iterable[LevelRecord], *, by: User | None, at: datetime, reason: str = COACHEE_CHANGED
) -> None:
    """Append, supersede or withdraw evidence where the ledger does not say of the records what is so now."""
    for record in records:
        statement = everywhere(Evidence).where(
            Evidence.record_kind == RECORD, Evidence.record_id == record.id
        )
        pieces = list(db.session.scalars(statement))
        counting = next((piece for piece in pieces if piece.end is None), None)
        fact = _fact_of(record, len(pieces), at.date())
        if counting is None:
            if fact is not None:
                ledger.record(fact, by=by, at=at)
        elif fact is None:
            ledger.withdraw(counting, reason=reason, by=by, at=at)
        elif fact.observed_on != counting.observed_on:
            ledger.supersede(counting, fact, reason=reason, by=by, at=at)


def _fact_of(record: LevelRecord, number: int, today: date) -> Fact | None:
    """What a record says as evidence today, as its piece of this number; None where it says nothing yet."""
    if record.state is not State.CONFIRMED:
        return None
    kind, level, value = Kind(record.kind), "mentor", Decimal(1)
    observed_on: date | None = record.decided_on
    group, assessor = f"user:{record.user_id}", record.confirming_organisation_id
    if record.mean is not None:
        level, value, assessor = "lead", rules.survey_share(record.mean), record.partner_id
        observed_on = record.ends_on
    elif record.coachee_id is not None:
        # Two different people are asked for: what speaks of the same one is not two.
        group = f"user:{record.coachee_id}"
        observed_on = _reached_on(record, record.coachee_id, today)
    if observed_on is None:
        return None
    return Fact(
        once_key=f"{RECORD}:{record.id}:{number}",
        kind=kind,
        organisation_id=record.organisation_id,
        user_id=record.user_id,
        competency=record.competency,
        level=level,
        value=value,
        observed_on=observed_on,
        record_kind=RECORD,
        record_id=record.id,
        group=group,
        assessor_organisation_id=assessor,
    )


def _reached_on(record: LevelRecord, coachee: UUID, today: date) -> date | None:
    items = items_of(of_people([coachee])).get(record.competency, [])
    ladder = current_rule().ladder(record.competency)
    return rules.reached_on(items, record.starts_on, today, ladder)
