"""When an attempt may start, until when it takes answers, what is shown when, what it is worth. Pure.

The *rules* of an assessment are plain values as `lms.content.assessments.Assessment` writes them; what an attempt
keeps are the rules that held for that person at its start, overrides included.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

from lms.errors import Refused
from lms.scoring import Mark, by_competency, passed, question_type, total
from lms.scoring.question import weight_of

Rules = Mapping[str, Any]
#: A question as an attempt keeps it: `spec` and `order` as shown, and after a regrade `marked_by` (the spec it is
#: marked by) or `full_credit`.
Question = Mapping[str, Any]

#: Handed in, and some question still waits for a marker's hand: SUBMITTED. Every question marked: MARKED.
#: Never handed in and no longer open: ABANDONED. Declared invalid, with a reason: VOIDED.
IN_PROGRESS, SUBMITTED, MARKED, ABANDONED, VOIDED = (
    "in-progress",
    "submitted",
    "marked",
    "abandoned",
    "voided",
)
STATES = (IN_PROGRESS, SUBMITTED, MARKED, ABANDONED, VOIDED)

#: For a slow link: an answer that was on its way when time ran out still counts.
GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the rules of a further attempt ask of those before it.

    Args:
        started: all of them, void ones too.
        used: those that count against the number allowed: all but void ones.
        running: whether one is in progress.
        ended_at: when the last one was handed in, or its time was up: one waits from then on. Void ones do not
            count.
    """

    started: int = 0
    used: int = 0
    running: bool = False
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an override allows, in the place of the assessment's rules or beyond them."""

    extra_minutes: int = 0
    extra_attempts: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def moment_of(rules: Rules, name: str) -> datetime | None:
    """A moment of the rules, which are kept as text that fits JSON."""
    value = rules.get(name)
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def with_allowances(rules: Rules, allowances: Iterable[Allowance]) -> dict[str, Any]:
    """Return the rules that hold for somebody: of several overrides the kindest part of each.

    The longest extra time counts (two people who grant the same do not grant it twice), further attempts add up,
    the earliest opening and the latest closing win.
    """
    given = list(allowances)
    made = dict(rules)
    minutes = max((one.extra_minutes for one in given), default=0)
    if minutes and made.get("time_limit_minutes") is not None:
        made["time_limit_minutes"] += minutes
    attempts = sum(one.extra_attempts for one in given)
    if attempts and made.get("attempts_allowed") is not None:
        made["attempts_allowed"] += attempts
    opens = [one.opens_at for one in given if one.opens_at is not None]
    closes = [one.closes_at for one in given if one.closes_at is not None]
    if opens and made.get("opens_at") is not None:
        made["opens_at"] = min(opens).isoformat()
    if closes and made.get("closes_at") is not None:
        made["closes_at"] = max(closes).isoformat()
    return made


#: What an allowance can change, by the rule without which it changes nothing.
CHANGES_NOTHING = {
    "time_limit_minutes": ("extra_minutes", "override.no-time-limit"),
    "attempts_allowed": ("extra_attempts", "override.unlimited"),
    "opens_at": ("opens_at", "override.no-opening"),
    "closes_at": ("closes_at", "override.no-closing"),
}


def check_does_something(rules: Rules, allowance: Allowance) -> None:
    """Refuse an allowance of which a part changes nothing: somebody would rely on what does not hold.

    Raises:
        Refused: `override.no-time-limit`, `override.unlimited`, `override.no-opening`, `override.no-closing`.
    """
    for rule, (part, code) in CHANGES_NOTHING.items():
        if getattr(allowance, part) and rules.get(rule) is None:
            raise Refused(code)


def check_may_start(rules: Rules, earlier: Earlier, *, at: datetime) -> None:
    """Refuse a further attempt where the rules allow none, or none yet.

    Raises:
        Refused: `assessment.not-open` and `assessment.closed` with the moment, `attempt.none-left`,
            `attempt.too-soon` with the `minutes` to wait.
    """
    opens, closes = moment_of(rules, "opens_at"), moment_of(rules, "closes_at")
    if opens is not None and at < opens:
        raise Refused("assessment.not-open", moment=opens)
    if closes is not None and at >= closes:
        raise Refused("assessment.closed", moment=closes)
    allowed = rules.get("attempts_allowed")
    if allowed is not None and earlier.used >= allowed:
        raise Refused("attempt.none-left", allowed=allowed)
    delay = timedelta(minutes=rules.get("delay_minutes") or 0)
    if earlier.ended_at is not None and delay:
        free_at = earlier.ended_at + delay
        if at < free_at:
            raise Refused("attempt.too-soon", minutes=-(-(free_at - at) // timedelta(minutes=1)))


def deadline_of(rules: Rules, started_at: datetime) -> datetime | None:
    """When the attempt ends: its time limit or the closing of the assessment; None without either."""
    limit, closes = rules.get("time_limit_minutes"), moment_of(rules, "closes_at")
    ends = [] if limit is None else [started_at + timedelta(minutes=limit)]
    return min([*ends, closes] if closes is not None else ends, default=None)


class Phase(StrEnum):
    """Where an attempt in progress stands: takes answers; may only be handed in; is over."""

    OPEN = "open"
    OVERDUE = "overdue"
    OVER = "over"


def phase(rules: Rules, deadline: datetime | None, at: datetime) -> Phase:
    """Say where an attempt in progress stands.

    Answers are taken until 30 seconds after the deadline. Where `time_up` is ``grace`` it may still be handed in,
    with the answers saved until then, for `grace_minutes` more.
    """
    if not is_over(deadline, at) or deadline is None:
        return Phase.OPEN
    if at <= last_moment(rules, deadline):
        return Phase.OVERDUE
    return Phase.OVER


def last_moment(rules: Rules, deadline: datetime) -> datetime:
    """Until when the attempt may be handed in by the person; after it the site closes it."""
    grace = rules.get("grace_minutes") or 0
    return deadline + GRACE + timedelta(minutes=grace if rules.get("time_up") == "grace" else 0)


def is_over(deadline: datetime | None, at: datetime) -> bool:
    """Whether answers come too late: after the deadline and the grace of 30 seconds."""
    return deadline is not None and at > deadline + GRACE


def counts_when_time_is_up(rules: Rules) -> bool:
    """Whether the site hands in what was saved; otherwise the attempt is abandoned and earns nothing."""
    return rules.get("time_up", "submit") == "submit"


@dataclass(frozen=True, slots=True)
class Page:
    """Questions shown together: their places in the attempt, from 0, and the section they stand in."""

    places: tuple[int, ...]
    section: str | None


def pages_of(rules: Rules, questions: Sequence[Question]) -> list[Page]:
    """Divide an attempt into pages: ``all`` on one, one for each ``section``, or ``one`` question at a time.

    The questions of a scenario share a page always, since they share a text.
    """
    layout = rules.get("layout", "all")
    pages: list[Page] = []
    previous: tuple[Any, ...] | None = None
    for place, question in enumerate(questions):
        section = question.get("section")
        scenario = (question["spec"].get("scenario") or {}).get("key")
        unit = {
            "all": (),
            "section": (section,),
            "one": (section, scenario if scenario is not None else place),
        }[layout]
        if pages and unit == previous:
            pages[-1] = Page((*pages[-1].places, place), pages[-1].section)
        else:
            pages.append(Page((place,), section))
        previous = unit
    return pages


def check_page(rules: Rules, wanted: int, furthest: int, count: int) -> int:
    """Return the page to show; where one goes forward only, never one that was left behind.

    Raises:
        Refused: `attempt.page-passed`.
    """
    wanted = min(max(wanted, 0), max(count - 1, 0))
    if rules.get("navigation", "free") == "forward" and wanted < furthest:
        raise Refused("attempt.page-passed")
    return wanted


#: What may be seen of an attempt: nothing, the marks, or everything with right answers and explanations.
SHOWN = ("none", "marks", "all")


def shown_after(rules: Rules, *, at: datetime) -> str:
    """What the person may see of a handed-in attempt at this moment: ``none``, ``marks`` or ``all``.

    `review` says it for ``right_after`` handing in and ``after_close``; rules without it say it with `feedback`.
    """
    review = rules.get("review")
    if review is None:
        old = {"none": "none", "marks": "marks", "after_submit": "all"}
        return old[rules.get("feedback", "after_submit")]
    closes = moment_of(rules, "closes_at")
    late = closes is not None and at >= closes
    return str(review.get("after_close" if late else "right_after", "all"))


def feedback_during(rules: Rules) -> bool:
    """Whether a question may be checked while the attempt goes on; it then stays as it was answered."""
    return (rules.get("review") or {}).get("during") == "all"


def spec_for_marking(question: Question) -> Mapping[str, Any]:
    """The spec that a question is marked by: the one shown, or the corrected one of a regrade."""
    found: Mapping[str, Any] = question.get("marked_by") or question["spec"]
    return found


class Marked(Protocol):
    """What is asked of the mark of a question when an attempt is valued: a `Mark`, or one as it is kept."""

    @property
    def share(self) -> Decimal: ...

    @property
    def pending(self) -> bool: ...

    @property
    def plain(self) -> Mapping[str, Any]: ...


class KeptMark(NamedTuple):
    """A mark as an attempt keeps it, `plain`; thousands are read where one question of each is marked anew."""

    share: Decimal
    pending: bool
    plain: Mapping[str, Any]

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "KeptMark":
        """Return the mark that was kept as `Mark.plain`, also by earlier releases."""
        return cls(Decimal(plain["share"]), plain.get("pending") is True, plain)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A marked attempt.

    `percent` has two places, rounded down; with a mark still pending it and `passed` are None. `failed_on` are the
    competencies whose own pass mark was missed, `not_shown` those with one of which no question is left. Where all
    else is reached, `passed` is then None as well: open, neither given nor refused.
    """

    percent: Decimal | None
    passed: bool | None
    marks: Mapping[str, Marked]
    competencies: dict[str, Decimal]
    failed_on: tuple[str, ...] = ()
    pending: tuple[str, ...] = field(default=())
    not_shown: tuple[str, ...] = ()


def mark_attempt(
    questions: Sequence[Question],
    responses: Mapping[str, dict[str, Any]],
    rules: Rules,
    *,
    hand: Mapping[str, Mark] | None = None,
    dropped: Collection[str] = (),
    hints: Mapping[str, int] | None = None,
) -> Outcome:
    """Mark every question of an attempt; an unanswered one earns nothing.

    Args:
        hand: marks that people gave, by question key; a question marked by hand without one is pending.
        dropped: keys of questions that a regrade left out: they weigh nothing.
        hints: how many hints were asked for, by question key; each costs `hint_penalty` of the question's mark.
    """
    hand, hints = hand or {}, hints or {}
    marks: dict[str, Mark] = {}
    for question in questions:
        key = spec_for_marking(question)["key"]
        marks[key] = mark_question(
            question, responses.get(key), rules, hand=hand.get(key), hints=hints.get(key, 0)
        )
    return outcome_of(questions, marks, rules, dropped=dropped)


def mark_question(
    question: Question,
    response: dict[str, Any] | None,
    rules: Rules,
    *,
    hand: Mark | None = None,
    hints: int = 0,
) -> Mark:
    """Mark one question of an attempt: full credit of a regrade, the mark given by `hand`, `hints` asked for."""
    spec = spec_for_marking(question)
    mark = hand or question_type(spec["type"]).mark(spec, response)
    if question.get("full_credit"):
        return Mark(Decimal(1), True, {**mark.detail, "full_credit": True})
    penalty = Fraction(str(rules.get("hint_penalty") or 0)) if hints else Fraction(0)
    return _less_hints(mark, penalty * hints) if penalty else mark


def outcome_of(
    questions: Sequence[Question],
    marks: Mapping[str, Marked],
    rules: Rules,
    *,
    dropped: Collection[str] = (),
) -> Outcome:
    """Say what an attempt is worth with the `marks` of all its questions, by question key."""
    counted: list[tuple[str | None, Marked]] = []
    weighing: list[Mapping[str, Any]] = []
    pending: list[str] = []
    alike = True
    for question in questions:
        spec = spec_for_marking(question)
        key = spec["key"]
        if key not in dropped:
            mark = marks[key]
            counted.append((spec.get("competency"), mark))
            weighing.append(spec)
            alike = alike and spec.get("weight") is None
            if mark.pending:
                pending.append(key)
    weights = None if alike else [weight_of(spec) for spec in weighing]
    shares = by_competency(counted, weights)
    if pending:
        return Outcome(None, None, marks, shares, (), tuple(pending))
    percent = total([mark for _competency, mark in counted], weights)
    least_of = rules.get("competency_pass_marks") or {}
    failed = tuple(
        competency
        for competency, least in least_of.items()
        if competency in shares and shares[competency] * 100 < Decimal(least)
    )
    not_shown = tuple(competency for competency in least_of if competency not in shares)
    good: bool | None = passed(percent, Decimal(rules["pass_mark"])) and not failed
    if good and not_shown:
        # What a pass promises is not shown, and whoever sat it did not fail in it either.
        good = None
    return Outcome(percent, good, marks, shares, failed, not_shown=not_shown)


def _less_hints(mark: Mark, cost: Fraction) -> Mark:
    if mark.pending or not mark.share:
        return mark
    share = max(Fraction(mark.share) - cost, Fraction(0))
    # Rounded down to six places: a share that was lessened never rounds back to the whole.
    kept = Decimal(int(share * 10**6)).scaleb(-6)
    return Mark(kept, False, {**mark.detail, "hints": True})


#: What each level of a rubric's criterion is worth; a task meets when all its criteria do.
RUBRIC_LEVELS = {"not-yet": Fraction(0), "partly": Fraction(1, 2), "meets": Fraction(1)}


def observed_share(rubric: Mapping[str, Any], ratings: Mapping[str, str]) -> Decimal:
    """Mean level of the criteria, 0 to 1 in six places: 1 only when every criterion meets.

    Raises:
        Refused: `observation.unrated` naming criteria without a level, `observation.level` for a word that
            is no level.
    """
    criteria = [criterion["key"] for criterion in rubric["criteria"]]
    unrated = [key for key in criteria if not ratings.get(key)]
    if unrated:
        raise Refused("observation.unrated", count=len(unrated))
    if any(ratings[key] not in RUBRIC_LEVELS for key in criteria):
        raise Refused("observation.level")
    mean = sum((RUBRIC_LEVELS[ratings[key]] for key in criteria), Fraction(0)) / len(criteria)
    # Rounded down, so that a mean just under one never becomes it.
    return Decimal(int(mean * 10**6)).scaleb(-6)
