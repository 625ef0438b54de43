"""Observing a practical task, and the signature of whoever was observed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from lms.accounts.models import User
from lms.accounts.once import made_before, once_key
from lms.accounts.queries import home_organisation
from lms.assessments import evidence, rules
from lms.assessments.models import PracticalObservation
from lms.audit.operations import record as audit
from lms.db import db
from lms.db.at_once import hold
from lms.errors import Refused
from lms.evidence.operations import record


def record_observation(
    user: User,
    rubric: Mapping[str, Any],
    ratings: Mapping[str, str],
    *,
    competencies: Sequence[str],
    observed_on: date,
    remark: str,
    request_key: str,
    by: User,
    at: datetime,
) -> PracticalObservation:
    """Record an observed practical task and its evidence; the same form sent twice is one observation.

    Raises:
        Refused: `observation.own`, `observation.future`, `observation.unrated`, `observation.level`,
            `attempt.nowhere`.
    """
    if by.id == user.id:
        raise Refused("observation.own")
    if observed_on > at.date():
        raise Refused("observation.future", day=observed_on)
    once = once_key(by, request_key)
    known = made_before(PracticalObservation, once)
    if known is not None:
        return known
    share = rules.observed_share(rubric, ratings)
    organisation, observer_organisation = home_organisation(user), home_organisation(by)
    if organisation is None:
        raise Refused("attempt.nowhere")
    observation = PracticalObservation(
        once_key=once,
        user_id=user.id,
        organisation_id=organisation.id,
        observer_id=by.id,
        observer_organisation_id=observer_organisation.id if observer_organisation else None,
        rubric=dict(rubric),
        ratings=dict(ratings),
        competencies=list(competencies),
        remark=remark.strip(),
        observed_on=observed_on,
        recorded_at=at,
    )
    db.session.add(observation)
    db.session.flush()
    for fact in evidence.facts_of_observation(observation, share):
        record(fact, by=by, at=at)
    audit(by, "observation.recorded", observation, at=at, organisation_id=organisation.id)
    return observation


def countersign(
    observation: PracticalObservation, *, agreed: bool, remark: str, by: User, at: datetime
) -> None:
    """Let the person observed put their name to the observation, and say whether they see it the same way.

    It changes no rating and holds no evidence back: a record that only its subject could release would be none.
    Who disagrees says why, and both stand on the record.

    Raises:
        Refused: `observation.not-yours`, `observation.signed`, `observation.disagree` without a remark.
    """
    if by.id != observation.user_id:
        raise Refused("observation.not-yours")
    hold(observation)
    if observation.countersigned_at is not None:
        raise Refused("observation.signed")
    if not agreed and not remark.strip():
        raise Refused("observation.disagree")
    observation.countersigned_at, observation.agreed = at, agreed
    observation.person_remark = remark.strip()
    db.session.flush()
    audit(
        by,
        "observation.countersigned",
        observation,
        at=at,
        organisation_id=observation.organisation_id,
        changes={"agreed": agreed},
    )
