"""What waits for a marker's hand, where two differ, and how far the marking has come; all of it scoped."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import User
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, scoped, scoped_get
from lms.assessments import hand_marks
from lms.assessments.answers import read_answers
from lms.assessments.hand_marks import DECISION, INDEPENDENT, Standing
from lms.assessments.models import MARKED, SUBMITTED, Attempt, HandMark
from lms.assessments.rules import spec_for_marking
from lms.courses.library import library
from lms.db import db

#: Signs of an attempt's id that stand for a person whose name is not shown.
CODE_LENGTH = 6
DECIDED_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits for a hand.

    `markers` are those who marked it so far; with two of them it is open because they differ.
    """

    attempt_id: UUID
    question_key: str
    assessment_key: str
    title: Mapping[str, str]
    submitted_at: datetime
    markers: frozenset[UUID]

    @property
    def differs(self) -> bool:
        """Two people marked it, and they differ."""
        return len(self.markers) > 1

    def open_to(self, user_id: UUID) -> bool:
        """Whether this person can give a mark of their own now."""
        return not self.differs and user_id not in self.markers


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the marking of one assessment has come; figures are answers."""

    key: str
    title: Mapping[str, str]
    unmarked: int = 0
    half_marked: int = 0
    differing: int = 0
    done: int = 0

    @property
    def whole(self) -> int:
        """All answers."""
        return self.unmarked + self.half_marked + self.differing + self.done

    @property
    def percent(self) -> int:
        """Share of the answers that are done, rounded down."""
        return 100 * self.done // self.whole if self.whole else 100


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with all that a page shows of it."""

    attempt: Attempt
    question: Mapping[str, Any]
    standing: Standing
    names: Mapping[UUID, User] = field(default_factory=dict)

    @property
    def spec(self) -> Mapping[str, Any]:
        """The question as it was shown."""
        found: Mapping[str, Any] = self.question["spec"]
        return found

    @property
    def hidden(self) -> bool:
        """Whether the page must not tell whose answer it is."""
        return is_anonymous(self.attempt)

    @property
    def code(self) -> str:
        """What stands for the name while it is hidden."""
        return code_of(self.attempt.id)

    @property
    def response(self) -> Mapping[str, Any]:
        """What was handed in."""
        return self.attempt.given().get(self.spec["key"], {})


def is_anonymous(attempt: Attempt) -> bool:
    """Whether markers are not told whose attempt it is: until every answer of it is marked."""
    return bool(attempt.assessment.get("anonymous_marking")) and attempt.state != MARKED


def code_of(attempt_id: UUID) -> str:
    """A short code for an attempt whose person is not named.

    Its last signs are random; the first ones tell the time.
    """
    return attempt_id.hex[-CODE_LENGTH:].upper()


def waiting(user: User, assessment_key: str = "") -> list[Waiting]:
    """Every answer that waits for a hand among those whom the viewer marks, oldest first; own ones left out."""
    statement = (
        scoped(Attempt, Permission.MARK)
        .where(Attempt.state == SUBMITTED, Attempt.user_id != user.id)
        .with_only_columns(
            Attempt.id,
            Attempt.assessment_key,
            Attempt.assessment,
            Attempt.submitted_at,
            Attempt.marks,
            Attempt.dropped,
        )
        .order_by(Attempt.submitted_at, Attempt.id)
    )
    if assessment_key:
        statement = statement.where(Attempt.assessment_key == assessment_key)
    rows = db.session.execute(statement).all()
    markers = _markers([row.id for row in rows])
    return [
        Waiting(
            row.id,
            key,
            row.assessment_key,
            row.assessment["title"],
            row.submitted_at,
            frozenset(markers.get((row.id, key), ())),
        )
        for row in rows
        for key, mark in row.marks.items()
        if mark.get("pending") and key not in row.dropped
    ]


def _markers(attempt_ids: Sequence[UUID]) -> dict[tuple[UUID, str], set[UUID]]:
    """Who gave an independent mark, by attempt and question."""
    found: dict[tuple[UUID, str], set[UUID]] = defaultdict(set)
    for start in range(0, len(attempt_ids), 500):
        statement = select(HandMark.attempt_id, HandMark.question_key, HandMark.marker_id).where(
            HandMark.attempt_id.in_(attempt_ids[start : start + 500]),
            HandMark.round == INDEPENDENT,
        )
        for attempt_id, key, marker_id in db.session.execute(statement):
            found[attempt_id, key].add(marker_id)
    return found


def progress(rows: Sequence[Waiting], user: User) -> list[Progress]:
    """How far the marking has come, by assessment, the most work first; `rows` is all that waits."""
    known = library().assessments
    titles: dict[str, Mapping[str, str]] = {row.assessment_key: row.title for row in rows}
    marked = _marked(user)
    for key in marked:
        titles.setdefault(key, known[key].title if key in known else {"en": key})
    found = []
    for key, title in titles.items():
        mine = [row for row in rows if row.assessment_key == key]
        unmarked = sum(not row.markers for row in mine)
        found.append(
            Progress(
                key,
                title,
                unmarked=unmarked,
                half_marked=sum(len(row.markers) == 1 for row in mine),
                differing=sum(row.differs for row in mine),
                done=marked.get(key, 0) - (len(mine) - unmarked),
            )
        )
    return sorted(found, key=lambda one: (one.done - one.whole, one.key))


def _marked(user: User) -> dict[str, int]:
    """How many answers have a mark, by assessment, among those whom the viewer marks."""
    visible = (
        scoped(Attempt, Permission.MARK)
        .where(Attempt.user_id != user.id, Attempt.state.in_((SUBMITTED, MARKED)))
        .with_only_columns(Attempt.id, Attempt.assessment_key)
        .subquery()
    )
    with_mark = select(HandMark.attempt_id, HandMark.question_key).distinct().subquery()
    statement = (
        select(visible.c.assessment_key, func.count())
        .join(with_mark, with_mark.c.attempt_id == visible.c.id)
        .group_by(visible.c.assessment_key)
    )
    counted: dict[str, int] = dict(db.session.execute(statement).all())
    return counted


def attempt(key: UUID) -> Attempt | None:
    """An attempt handed in by somebody whom the viewer marks."""
    found = scoped_get(Attempt, key, Permission.MARK)
    return found if found is not None and found.state in (SUBMITTED, MARKED) else None


def answers(rows: Iterable[tuple[UUID, str]]) -> list[Answer]:
    """The answers at these attempts and questions, which came out of a scoped query; in their order."""
    wanted = list(rows)
    keys = {key for key, _question in wanted}
    statement = (
        scoped(Attempt, Permission.MARK)
        .where(Attempt.id.in_(keys))
        .options(joinedload(Attempt.user))
    )
    attempts = {one.id: one for one in db.session.scalars(statement)}
    read_answers(list(attempts.values()))
    marks = hand_marks.rows_of([*attempts])
    names = _people({mark.marker_id for mark in marks})
    found = []
    for key, question_key in wanted:
        question = next(
            (
                one
                for one in (attempts[key].questions if key in attempts else ())
                if one["spec"]["key"] == question_key and hand_marks.is_marked_by_hand(one)
            ),
            None,
        )
        if question is None:
            continue
        mine = [
            mark for mark in marks if mark.attempt_id == key and mark.question_key == question_key
        ]
        standing = hand_marks.standing(spec_for_marking(question), mine)
        found.append(Answer(attempts[key], question, standing, names))
    return found


def answer(key: UUID, question_key: str) -> Answer | None:
    """One answer of somebody whom the viewer marks."""
    return next(iter(answers([(key, question_key)])), None)


def _people(ids: Iterable[UUID]) -> dict[UUID, User]:
    """Who marked: colleagues who sign a mark are named to whoever may mark the same answer."""
    statement = everywhere(User).where(User.id.in_(set(ids)))
    return {one.id: one for one in db.session.scalars(statement)}


def decided(user: User) -> list[Answer]:
    """Answers on which two people differed and a third decided, the newest first."""
    visible = (
        scoped(Attempt, Permission.MARK)
        .where(Attempt.user_id != user.id)
        .with_only_columns(Attempt.id)
    )
    statement = (
        select(HandMark.attempt_id, HandMark.question_key)
        .where(HandMark.round == DECISION, HandMark.attempt_id.in_(visible))
        .order_by(HandMark.marked_at.desc(), HandMark.id)
        .limit(DECIDED_SHOWN)
    )
    pairs = [(key, question) for key, question in db.session.execute(statement)]
    return [one for one in answers(pairs) if one.standing.wanted > 1]


def card(user: User) -> dict[str, Any] | None:
    """What the home page says to a marker: how many answers wait, and how many disagreements."""
    rows = waiting(user)
    mine = sum(row.open_to(user.id) for row in rows)
    differing = sum(row.differs and user.id not in row.markers for row in rows)
    if not mine and not differing:
        return None
    return {"waiting": mine, "differing": differing, "kind": "turn"}
