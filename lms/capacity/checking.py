"""The checks of section 19 of the specification on one organisation's figure: its runs, evidence and records.

The viewer's right to see the organisation was asked before. The engine looks at other organisations only where a
place among them is at stake, and nothing of theirs is returned.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from lms.accounts.scope import everywhere
from lms.assessments import check_queries as sat
from lms.assessments.models import PracticalObservation
from lms.capacity import explained, stored
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.observations import CONFIRMED
from lms.capacity.reasons import POST, reasons
from lms.courses.library import framework
from lms.db import db
from lms.db.chunks import in_chunks
from lms.evidence.models import Evidence
from lms.exercises import check_queries as rated
from lms.index import Finding, Observation, Result, checks
from lms.index.patterns import EQUAL_PATTERNS
from lms.scoring.rater_severity import severity

#: Days of a month, on average (365.2425 / 12), for how long evidence counts.
MONTH_DAYS = 30.436875


@dataclass(frozen=True, slots=True)
class Checked:
    """A finding, and the assessment or the exercise that it speaks of, if any."""

    finding: Finding
    assessment_key: str = ""
    day: date | None = None
    exercise_id: UUID | None = None


def checked(run: IndexRun, before: IndexRun | None, value: IndexValue) -> list[Checked]:
    """What all checks find of an organisation in a run, and of its change since the run before.

    Raises:
        Refused: `index.other-engine`, `index.no-inputs`.
    """
    found = [*_of_run(run, value)]
    if before is not None:
        found += _of_change(before, run, value)
    since = run.as_of - timedelta(days=round(framework().valid_months * MONTH_DAYS))
    return [
        *(Checked(one) for one in found),
        *_marks(value.organisation_id, since, run.as_of),
        *_answers(value.organisation_id, since, run.as_of),
        *_ratings(value.organisation_id, since, run.as_of),
    ]


def _of_run(run: IndexRun, value: IndexValue) -> list[Finding]:
    code = value.detail["subject"]
    own = explained.result_for(run, value)
    alone = len(own.subjects) == 1
    rows, _populations = stored.inputs_of(run, code if alone else None)
    mine = [one for one in rows if one.subject == code]
    if alone and _both_sides(own, mine):
        # The error of a figure from one group is pooled over all organisations.
        everybody, _populations = stored.inputs_of(run)
        self_assessed = checks.self_assessed(stored.result_of(run), everybody)
    else:
        self_assessed = checks.self_assessed(own, rows)
    people = _assessors(value)
    by_one = checks.one_assessor(own, mine, people)
    return [
        *_about(self_assessed, code),
        *_about((_with_severity(one) for one in by_one), code),
        *_about(_fragile(run.id), code),
    ]


def _both_sides(own: Result, rows: Iterable[Observation]) -> bool:
    """Whether the organisation itself and others assessed one indicator."""
    used = {key for row in own.observations for cell in row for key in cell}
    sides: dict[str, set[bool]] = defaultdict(set)
    for one in rows:
        if one.id in used and one.assessor:
            sides[one.indicator].add(one.assessor == one.subject)
    return any(len(both) == 2 for both in sides.values())


@lru_cache(maxsize=4)
def _fragile(run_id: UUID) -> tuple[Finding, ...]:
    """Of all organisations, whose places are compared. A stored run never changes, so that it is asked once."""
    run = db.session.get(IndexRun, run_id)
    return checks.fragile(stored.result_of(run)) if run is not None else ()


def _of_change(before: IndexRun, run: IndexRun, value: IndexValue) -> list[Finding]:
    code = value.detail["subject"]
    statement = everywhere(IndexValue).where(
        IndexValue.run_id == before.id, IndexValue.organisation_id == value.organisation_id
    )
    value_before = db.session.scalar(statement)
    if value_before is None:
        return []
    earlier = explained.result_for(before, value_before)
    later = explained.result_for(run, value)
    own_a = stored.inputs_of(before, code)[0]
    own_b = stored.inputs_of(run, code)[0]
    of_change = checks.of_change(earlier, later, own_b)
    removed = _removed(before, run, own_a, own_b, code)
    return _about((*of_change, *checks.selective_posts(earlier, own_a, removed)), code)


def _removed(
    before: IndexRun,
    run: IndexRun,
    own_a: Sequence[Observation],
    own_b: Sequence[Observation],
    code: str,
) -> list[tuple[str, str, str]]:
    """Posts of the organisation that were counted before and are no longer, as (subject, indicator, group)."""
    still = {(one.indicator, one.group) for one in own_b}
    why_gone = reasons(before, run, own_a, own_b)
    return [
        (code, one.indicator, one.group)
        for one in own_a
        if why_gone.get(one.id) == POST and (one.indicator, one.group) not in still
    ]


def _about(found: Iterable[Finding], code: str) -> list[Finding]:
    return [one for one in found if one.subject == code]


def _assessors(value: IndexValue) -> dict[str, str]:
    """Who assessed, by id of the observation, as text: where one person stands behind all of its evidence.

    Of observed tasks the observer, of an exercise its evaluator where one alone rated. What the site marks, and
    what both sides of an exchange confirm, is nobody's.
    """
    keys = sorted({UUID(key) for held in value.sources.values() for key in held})
    records: dict[UUID, tuple[str, UUID]] = {}
    for some in in_chunks(keys):
        statement = everywhere(Evidence.id, Evidence.record_kind, Evidence.record_id).where(
            Evidence.id.in_(some)
        )
        records |= {key: (kind, record) for key, kind, record in db.session.execute(statement)}
    observed = [record for kind, record in records.values() if kind == "observation"]
    exercises = {record for kind, record in records.values() if kind == "exercise"}
    people: dict[tuple[str, UUID], UUID] = {}
    for some in in_chunks(observed):
        observers = everywhere(PracticalObservation.id, PracticalObservation.observer_id).where(
            PracticalObservation.id.in_(some)
        )
        people |= {("observation", key): who for key, who in db.session.execute(observers)}
    alone = rated.sole_evaluators(exercises, value.organisation_id)
    people |= {("exercise", key): who for key, who in alone.items()}
    found = {}
    for observation, held in value.sources.items():
        assessed = [
            record
            for key in held
            # Who confirmed the work checked what others assessed.
            if (record := records.get(UUID(key), ("", UUID(int=0))))[0] != CONFIRMED
        ]
        behind = {people.get(record) for record in assessed}
        person = behind.pop() if len(behind) == 1 else None
        if person is not None:
            found[observation] = str(person)
    return found


def _with_severity(finding: Finding) -> Finding:
    """The finding with how far the person's ratings lie from those of others on the same objectives, in levels."""
    person = UUID(finding.figures["assessor"])
    compared = severity(rated.beside_others(person))
    offset = (
        next((one for one in compared.raters if one.rater == person), None) if compared else None
    )
    figures: Mapping[str, object] = {
        **finding.figures,
        "severity": offset.offset if offset else None,
    }
    return Finding(finding.code, figures, finding.subject, finding.indicator, finding.observations)


def _marks(organisation_id: UUID, since: date, until: date) -> list[Checked]:
    return [
        Checked(finding, one.assessment_key)
        for one in sat.marks_of(organisation_id, since, until)
        for finding in checks.marks_crowd(one.marks, one.pass_mark)
    ]


def _answers(organisation_id: UUID, since: date, until: date) -> list[Checked]:
    found = []
    for one in sat.sat_together(organisation_id, since, until, at_least=EQUAL_PATTERNS + 1):
        for finding in checks.identical_patterns(one.answers):
            # Who they are is nobody's business here.
            figures = {name: told for name, told in finding.figures.items() if name != "persons"}
            figures["questions"] = one.questions
            found.append(Checked(Finding(finding.code, figures), one.assessment_key, one.day))
    return found


def _ratings(organisation_id: UUID, since: date, until: date) -> list[Checked]:
    by_exercise: dict[UUID, list[checks.Rated]] = defaultdict(list)
    for one in rated.ratings_of(organisation_id, since, until):
        given = checks.Rated(str(one.evaluator_id), one.ratings, one.text)
        by_exercise[one.exercise_id].append(given)
    return [
        Checked(finding, exercise_id=key)
        for key, given in by_exercise.items()
        for finding in checks.identical_ratings(given)
    ]
