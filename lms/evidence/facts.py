"""Fact: one observed thing about one person's competency or one organisation's indicator."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from lms.errors import Refused


class Kind(StrEnum):
    """Where a fact comes from; the words of the evidence column `kind` of an observation."""

    ASSESSMENT = "assessment"
    PRACTICAL_OBSERVATION = "practical-observation"
    WORK_CONFIRMATION = "work-confirmation"
    EXERCISE_EVALUATION = "exercise-evaluation"
    EXCHANGE = "exchange"
    PARTNERSHIP_RECORD = "partnership-record"
    SURVEY = "survey"
    COACHING = "coaching"
    IMPROVEMENT = "improvement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What was observed, of whom, when, in which record, by whom.

    Exactly one of `competency` (then `user_id` is set) and `indicator` (then it is about the organisation) is
    given. `value` is in `unit`; a share lies in 0 … 1. For rates `numerator` and `denominator` are given too.
    `once_key` is unique: the same record observed again is the same piece of evidence.
    """

    once_key: str
    kind: Kind
    organisation_id: UUID
    observed_on: date
    record_kind: str
    record_id: UUID
    value: Decimal
    unit: str = "share"
    user_id: UUID | None = None
    competency: str = ""
    #: Proficiency level that the fact speaks of, where the source knows it.
    level: str = ""
    indicator: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    #: What facts share and are not independent in: an exercise, a person; empty: a group of its own.
    group: str = ""
    #: In a leading role (exercises): counts towards the level *lead*.
    leading: bool = False
    assessor_organisation_id: UUID | None = None

    def __post_init__(self) -> None:
        if bool(self.competency) == bool(self.indicator):
            raise Refused("evidence.subject", once_key=self.once_key)
        if self.competency and self.user_id is None:
            raise Refused("evidence.person", once_key=self.once_key)
        if self.unit == "share" and not 0 <= self.value <= 1:
            raise Refused("evidence.range", once_key=self.once_key, value=str(self.value))
