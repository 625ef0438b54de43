"""What an exercise may and may not do: times, states, who sees whom, which ratings count."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from lms.errors import Refused
from lms.scoring.rubric import Rating, objective_value


class State(StrEnum):
    """The life of an exercise, in order; cancelled is its other end."""

    PLANNED = "planned"
    RUNNING = "running"
    EVALUATING = "evaluating"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ExerciseRole(StrEnum):
    """What a participant does in one exercise, whatever they are elsewhere."""

    PLAYER = "player"
    LEADING_PLAYER = "leading-player"
    CONTROLLER = "controller"
    OBSERVER = "observer"
    PLANNER = "planner"


class Answer(StrEnum):
    """What a participant said to the invitation."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class ActionState(StrEnum):
    """The life of a corrective action."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


#: Those whose performance an exercise shows; the others make it possible.
PLAYING = frozenset({ExerciseRole.PLAYER, ExerciseRole.LEADING_PLAYER})
#: Those who must know the injects beforehand.
CONDUCTING = frozenset({ExerciseRole.CONTROLLER, ExerciseRole.PLANNER})
NOT_OBSERVED = "N/O"
RATINGS = ("P", "S", "M", "U", NOT_OBSERVED)
_REGIONS = (
    "Africa/",
    "America/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """The time zones that a form offers, by name: UTC first, then place by place."""
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(_REGIONS)))


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name.

    Raises:
        Refused: `exercise.zone` when there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("exercise.zone", zone=name) from None


def moment_of(local: datetime, zone: str) -> datetime:
    """The moment, in UTC, at which clocks in a zone show a naive local time.

    Of a time that clocks show twice when they go back, the first is meant.

    Raises:
        Refused: `exercise.zone`; `exercise.no-such-time` for a time that clocks leap over.
    """
    there = zone_of(zone)
    moment = local.replace(tzinfo=there, fold=0).astimezone(UTC)
    if moment.astimezone(there).replace(tzinfo=None) != local.replace(fold=0):
        raise Refused("exercise.no-such-time", time=f"{local:%H:%M}", zone=zone)
    return moment


def check_times(starts_at: datetime, ends_at: datetime, zone: str) -> None:
    """Refuse an end that is not after the start, or a zone that does not exist.

    Raises:
        Refused: `exercise.order`, `exercise.zone`.
    """
    zone_of(zone)
    if ends_at <= starts_at:
        raise Refused("exercise.order")


def check_organisations(taking_part: Collection[UUID], evaluated: Collection[UUID]) -> None:
    """Refuse an exercise of one organisation alone, or one that evaluates nobody who takes part.

    Raises:
        Refused: `exercise.alone`, `exercise.evaluated`.
    """
    if len(set(taking_part)) < 2:
        raise Refused("exercise.alone")
    if not evaluated or not set(evaluated) <= set(taking_part):
        raise Refused("exercise.evaluated")


def check_state(state: str, *allowed: State) -> None:
    """Refuse a step for which the exercise is not in the right state.

    Raises:
        Refused: `exercise.state-<state>`.
    """
    if State(state) not in allowed:
        raise Refused(f"exercise.state-{state}")


def planned_moment(starts_at: datetime, offset_minutes: int) -> datetime:
    """When an inject is due: elapsed time from the start, whatever the clocks on the wall do meanwhile."""
    return starts_at.astimezone(UTC) + timedelta(minutes=offset_minutes)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one evaluator said of one objective.

    Args:
        evaluator: any stable name.
        belongs: ids of every organisation to which the evaluator belongs, those above included.
        rating: P, S, M, U or N/O.
    """

    evaluator: str
    belongs: frozenset[str]
    rating: str

    def counts_for(self, organisation: str) -> bool:
        """Whether it counts for an organisation: nobody rates the own house."""
        return organisation not in self.belongs


def value_for(judgements: Iterable[Judgement], organisation: str) -> Decimal | None:
    """The mean of the ratings that count for an organisation, 0 … 1; None when no such rating exists."""
    return objective_value(
        [Rating(j.evaluator, j.belongs, j.rating) for j in judgements if j.rating != NOT_OBSERVED],
        organisation,
    )


def dependent_organisations(
    rated: Mapping[str, str], evaluators: Iterable[frozenset[str]]
) -> list[str]:
    """Names of rated organisations (by id) for which no evaluator comes from elsewhere."""
    belongs = list(evaluators)
    return [name for key, name in rated.items() if all(key in one for one in belongs)]


def check_closable(
    rated: Mapping[str, str],
    evaluators: Iterable[frozenset[str]],
    judgements: Mapping[str, Sequence[Judgement]],
) -> None:
    """Refuse to close an exercise that nobody took part in, or whose evaluation is not whole.

    Args:
        rated: names of the organisations that are rated, by id.
        evaluators: for each evaluator the ids of the organisations to which they belong.
        judgements: by title of each objective.

    Raises:
        Refused: `exercise.nobody-took-part`; `exercise.not-independent` naming organisations that only their
            own people would rate; `exercise.unrated` naming objectives.
    """
    if not rated:
        raise Refused("exercise.nobody-took-part")
    dependent = dependent_organisations(rated, evaluators)
    if dependent:
        raise Refused("exercise.not-independent", organisations=dependent)
    unrated = [
        title
        for title, given in judgements.items()
        if not all(any(one.counts_for(key) for one in given) for key in rated)
    ]
    if unrated:
        raise Refused("exercise.unrated", objectives=unrated)


def local_day(moment: datetime, zone: str) -> date:
    """The day that calendars in a zone show."""
    return moment.astimezone(zone_of(zone)).date()


def last_moment(day: date, zone: str) -> datetime:
    """The moment at which a day ends in a zone, in UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone_of(zone)) + timedelta(days=1)
    return midnight.astimezone(UTC)


def new_feed_token() -> str:
    """A random token of 160 bits, in 40 hexadecimal digits."""
    return secrets.token_hex(20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What one person is in one exercise, and so what its pages show and allow.

    `brings`, `belongs` and `sees_people_of` hold ids of participating organisations: whose people the viewer may
    bring, to which they belong, and whose people they may see anyway.
    """

    user_id: UUID
    manages: bool = False
    evaluates: bool = False
    leads: bool = False
    role: ExerciseRole | None = None
    answer: Answer | None = None
    for_organisation: UUID | None = None
    brings: frozenset[UUID] = frozenset()
    belongs: frozenset[UUID] = frozenset()
    sees_people_of: frozenset[UUID] = frozenset()

    @property
    def accepted(self) -> bool:
        """Whether the person takes part and said so."""
        return self.answer is Answer.ACCEPTED

    @property
    def conducts(self) -> bool:
        """Whether the person runs the exercise: delivers injects, starts and ends it."""
        return self.manages or (
            self.role in CONDUCTING and self.answer in (Answer.INVITED, Answer.ACCEPTED)
        )

    @property
    def staff(self) -> bool:
        """Whether the person may know the injects beforehand and keeps the log."""
        return self.conducts or self.evaluates

    def sees_name(self, user_id: UUID, organisation_id: UUID) -> bool:
        """Whether the name of somebody who takes part for an organisation is shown.

        Across organisations only those see it who manage or evaluate the exercise.
        """
        return (
            self.manages
            or self.evaluates
            or user_id == self.user_id
            or organisation_id in self.sees_people_of
            or (self.accepted and organisation_id == self.for_organisation)
        )

    def sees_result(self, organisation_id: UUID) -> bool:
        """Whether the results of an organisation are shown: to who took part, and to its own people."""
        return self.staff or self.accepted or organisation_id in self.belongs
