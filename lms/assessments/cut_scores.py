"""Cut scores by modified Angoff: judges estimate, question by question, how those just good enough would do.

A round holds the questions word for word. Each judge sees nobody else's estimates before giving all of their own,
or before the round closes. Whoever then thinks again may change an estimate while it is open, and the trail says
so. Judging anew after a talk is a round of its own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import numpy as np

from lms.accounts.models import Organisation, User
from lms.accounts.scope import everywhere
from lms.assessments.models import CutScoreJudgement, CutScoreRound
from lms.audit.operations import record as audit
from lms.db import db
from lms.db.at_once import hold
from lms.errors import Refused
from lms.scoring import TYPES, question_type
from lms.scoring.draw import FILTERS
from lms.scoring.question import weight_of
from lms.scoring.scenarios import expand, is_drawn, is_set
from lms.scoring.standard_setting import Angoff, angoff

Spec = Mapping[str, Any]
Rules = Mapping[str, Any]


def candidates(rules: Rules, banks: Mapping[str, Sequence[Spec]]) -> list[Spec]:
    """The questions that an attempt may draw, each once, in the order of the banks; scenario sets as they are."""
    found: dict[str, Spec] = {}
    for draw in rules["draws"]:
        for spec in banks.get(draw["bank"], ()):
            if _passes(spec, draw):
                found.setdefault(spec["key"], spec)
    order = [spec["key"] for specs in banks.values() for spec in specs]
    return sorted(found.values(), key=lambda spec: order.index(spec["key"]))


def expected_draws(rules: Rules, specs: Sequence[Spec]) -> dict[str, Fraction]:
    """How often an attempt holds each question on average, 0 to 1, by its key.

    Draw by draw: each takes its count evenly from what those before it left. Exact where draws do not overlap or
    one lies within another; a close approximation otherwise. With it a pass mark speaks of what people are asked,
    not of the bank.
    """
    held = {spec["key"]: Fraction(0) for spec in specs}
    for draw in rules["draws"]:
        left = {spec["key"]: 1 - held[spec["key"]] for spec in specs if _passes(spec, draw)}
        free = sum(left.values())
        for key, part in left.items():
            held[key] += part * min(Fraction(draw["count"]) / free, Fraction(1)) if free else 0
    return held


def _passes(spec: Spec, draw: Mapping[str, Any]) -> bool:
    if spec.get("type") not in TYPES or not is_drawn(spec):
        return False
    wanted = {name: draw[name] for name in FILTERS if draw.get(name) is not None}
    if is_set(spec) and "type" not in wanted:
        return False
    tag = wanted.pop("tag", None)
    if tag is not None and tag not in (spec.get("tags") or ()):
        return False
    return all(spec.get(name) == value for name, value in wanted.items())


def open_round(
    rules: Rules,
    banks: Mapping[str, Sequence[Spec]],
    organisation: Organisation,
    *,
    title: str,
    chosen: Collection[str],
    by: User,
    at: datetime,
) -> CutScoreRound:
    """Open a round on chosen questions, or give the one that is open for the assessment in the organisation.

    Args:
        chosen: keys of `candidates`; a scenario set is judged question by question.

    Raises:
        Refused: `cut-score.untitled`, `cut-score.no-questions`, `cut-score.foreign-question`.
    """
    if not title.strip():
        raise Refused("cut-score.untitled")
    offered = candidates(rules, banks)
    if not chosen:
        raise Refused("cut-score.no-questions")
    if not set(chosen) <= {spec["key"] for spec in offered}:
        raise Refused("cut-score.foreign-question")
    # A form sent twice at the same moment waits here, and then finds the round of the first.
    hold(organisation)
    running = db.session.scalar(
        everywhere(CutScoreRound).where(
            CutScoreRound.assessment_key == rules["key"],
            CutScoreRound.organisation_id == organisation.id,
            CutScoreRound.closed_at.is_(None),
        )
    )
    if running is not None:
        return running
    judged = [spec for spec in offered if spec["key"] in chosen]
    often = expected_draws(rules, judged)
    made = CutScoreRound(
        assessment_key=rules["key"],
        organisation_id=organisation.id,
        title=title.strip(),
        questions=[_question(part, often[spec["key"]]) for spec in judged for part in expand(spec)],
        by_id=by.id,
        made_at=at,
    )
    db.session.add(made)
    db.session.flush()
    audit(by, "cut-score.opened", made, at=at, organisation_id=organisation.id)
    return made


def _question(spec: Spec, often: Fraction) -> dict[str, Any]:
    """A question as a round keeps it; `counts` is what it adds to the marks of an attempt on average."""
    counts = Decimal(often.numerator) / often.denominator * weight_of(spec)
    return {
        "spec": dict(spec),
        "order": question_type(spec["type"]).order(spec, "", False),
        "counts": str(counts.quantize(Decimal("0.000001"))),
    }


def save_estimates(
    round: CutScoreRound, judge: User, typed: Mapping[str, str], *, at: datetime
) -> list[str]:
    """Keep estimates as they are given, by question key; an empty one leaves what was there.

    Returns:
        Keys of what is no whole number from 0 to 100; every other one is kept.

    Raises:
        Refused: `cut-score.closed`, `cut-score.foreign-question`; then nothing is kept.
    """
    hold(round)
    if round.closed_at is not None:
        raise Refused("cut-score.closed")
    keys = keys_of(round)
    if not set(typed) <= set(keys):
        raise Refused("cut-score.foreign-question")
    read = {key: _estimate(text) for key, text in typed.items() if text.strip()}
    given = {row.question_key: row for row in judgements_of(round, judge.id)}
    finished = len(given) == len(keys)
    for key, estimate in read.items():
        row = given.get(key)
        if estimate is None or (row is not None and row.estimate == estimate):
            continue
        if row is None:
            db.session.add(
                CutScoreJudgement(
                    round_id=round.id,
                    judge_id=judge.id,
                    question_key=key,
                    estimate=estimate,
                    saved_at=at,
                )
            )
            continue
        if finished:
            changes = {"question": key, "from": row.estimate, "to": estimate}
            audit(
                judge,
                REVISED,
                round,
                at=at,
                organisation_id=round.organisation_id,
                changes=changes,
            )
        row.estimate, row.saved_at = estimate, at
    db.session.flush()
    return [key for key, estimate in read.items() if estimate is None]


#: In the trail: an estimate changed by somebody who had seen those of others.
REVISED = "cut-score.revised"


def _estimate(text: str) -> int | None:
    number = text.strip()
    # Digits of any script; a sign, a point or a percent sign is none.
    return int(number) if number.isdecimal() and len(number) <= 3 and int(number) <= 100 else None


def close_round(round: CutScoreRound, *, by: User, at: datetime) -> None:
    """Close a round: its estimates stay as they are, and whoever may see the round sees them. Again: no change."""
    hold(round)
    if round.closed_at is not None:
        return
    round.closed_at = at
    db.session.flush()
    audit(by, "cut-score.closed", round, at=at, organisation_id=round.organisation_id)


def keys_of(round: CutScoreRound) -> list[str]:
    """Keys of the questions of a round, in order."""
    return [one["spec"]["key"] for one in round.questions]


def judgements_of(round: CutScoreRound, judge_id: UUID | None = None) -> list[CutScoreJudgement]:
    """The judgements of a round that came out of a narrowed selection, of one judge or of all."""
    statement = db.select(CutScoreJudgement).where(CutScoreJudgement.round_id == round.id)
    if judge_id is not None:
        statement = statement.where(CutScoreJudgement.judge_id == judge_id)
    return list(db.session.scalars(statement.order_by(CutScoreJudgement.id)))


@dataclass(frozen=True, slots=True)
class JudgeLine:
    """A judge: how many estimates they gave, their sum in questions, and the pass mark it would make, in percent.

    `sum` and `percent` are None for somebody who left one out. `far`: from the others, as `Angoff.far_off` says.
    """

    judge_id: UUID
    given: int
    sum: float | None
    percent: float | None
    far: bool


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question: mean, lowest and highest estimate of the judges that count, 0 to 100, and their sd."""

    spec: Spec
    mean: float
    low: int
    high: int
    sd: float | None


@dataclass(frozen=True, slots=True)
class CutScore:
    """What a round comes to.

    Args:
        angoff: sums, error and agreement over the questions as they stand.
        percent: pass mark for what an attempt holds: questions count as often as they are drawn, by weight.
        error: standard error of it over judges, in percent; None with one judge.
        written: the pass mark as it would be written: a whole number of percent, half up.
        even: whether all questions count alike, so that `percent` is the mean of all estimates.
        judges: in the order of their first estimate.
        questions: in order.
    """

    angoff: Angoff
    percent: float
    error: float | None
    written: int
    even: bool
    judges: tuple[JudgeLine, ...]
    questions: tuple[QuestionLine, ...]

    def widest(self, most: int = 5) -> list[QuestionLine]:
        """The questions on which judges differ most, worst first; without those on which they agree."""
        differing = [one for one in self.questions if one.high > one.low]
        return sorted(differing, key=lambda one: -(one.sd or 0))[:most]


def judge_lines(
    questions: Sequence[Mapping[str, Any]], rows: Iterable[CutScoreJudgement]
) -> tuple[JudgeLine, ...]:
    """Who has given how many estimates, before anything may be said of them."""
    counts: dict[UUID, int] = {}
    for row in rows:
        counts[row.judge_id] = counts.get(row.judge_id, 0) + 1
    return tuple(JudgeLine(judge, given, None, None, False) for judge, given in counts.items())


def cut_score(
    questions: Sequence[Mapping[str, Any]], rows: Sequence[CutScoreJudgement]
) -> CutScore | None:
    """Work out what judges' estimates come to; None before one judge has given all.

    A judge who left something out does not count: a sum without a question is not comparable.

    Args:
        questions: of the round, as it keeps them.
        rows: its judgements.
    """
    place = {one["spec"]["key"]: at for at, one in enumerate(questions)}
    judges = list(dict.fromkeys(row.judge_id for row in rows))
    matrix = np.full((len(judges), len(questions)), np.nan)
    for row in rows:
        matrix[judges.index(row.judge_id), place[row.question_key]] = row.estimate / 100
    found = angoff(matrix)
    if found is None:
        return None
    counts = np.array([float(one["counts"]) for one in questions])
    counts = counts if counts.sum() > 0 else np.ones(len(counts))
    percents = matrix @ counts / counts.sum() * 100
    whole = percents[~np.isnan(percents)]
    percent = float(whole.mean())
    error = float(whole.std(ddof=1)) / len(whole) ** 0.5 if len(whole) > 1 else None
    given = (~np.isnan(matrix)).sum(axis=1)
    lines = tuple(
        JudgeLine(
            judge,
            int(given[at]),
            found.judge_sums[at],
            None if np.isnan(percents[at]) else float(percents[at]),
            at in found.far_off,
        )
        for at, judge in enumerate(judges)
    )
    complete = matrix[~np.isnan(matrix).any(axis=1)]
    return CutScore(
        found,
        percent,
        error,
        int(Decimal(repr(round(percent, 6))).to_integral_value(ROUND_HALF_UP)),
        bool(np.ptp(counts) < 1e-6),
        lines,
        tuple(_question_line(one["spec"], complete[:, at]) for at, one in enumerate(questions)),
    )


def _question_line(spec: Spec, shares: Any) -> QuestionLine:
    return QuestionLine(
        spec,
        float(shares.mean()) * 100,
        round(float(shares.min()) * 100),
        round(float(shares.max()) * 100),
        float(shares.std(ddof=1)) * 100 if len(shares) > 1 else None,
    )
