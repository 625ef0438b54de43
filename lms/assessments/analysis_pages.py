"""What the pages of item analysis show: filters out of an address, questions with their figures and flags."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from lms.accounts import queries as accounts
from lms.accounts.models import Organisation
from lms.accounts.rules import Permission
from lms.accounts.scope import scoped
from lms.assessments import analysis, analysis_words, queries
from lms.assessments.analysis_rows import FIRST, LEAST_SHOWN, WHICH, Filters, Sat
from lms.assessments.analysis_words import Said
from lms.assessments.models import Attempt
from lms.assessments.rules import spec_for_marking
from lms.assessments.score_groups import ScoreGroup, score_groups
from lms.cohorts.models import Cohort
from lms.db import db
from lms.scoring import TYPES
from lms.scoring.analysis import Analysis, ItemFigures, WholeFigures
from lms.scoring.distractors import OptionRow
from lms.scoring.guard import FEW
from lms.scoring.item_flags import ItemFlag
from lms.scoring.language_difference import ENOUGH_IN_GROUP
from lms.scoring.matrix import Totals
from lms.scoring.question import weight_of
from lms.scoring.reliability import length_factor
from lms.settings import LANGUAGES

#: What a test that decides about one person should reach; shorter ones are told how long they would have to be.
WANTED_RELIABILITY = 0.8


class NoSuchFilter(LookupError):
    """An address names a cohort or an organisation that the viewer does not see, or a day that is none."""


def title_of(key: str) -> Mapping[str, str] | None:
    """The title of an assessment by language, from the library or from an attempt; None where neither knows it."""
    rules = queries.assessment(key)
    if rules is not None:
        found: Mapping[str, str] = rules["title"]
        return found
    statement = scoped(Attempt, Permission.SEE_RESULTS).where(Attempt.assessment_key == key)
    held = db.session.scalar(statement.with_only_columns(Attempt.assessment).limit(1))
    return None if held is None else held["title"]


def cohorts(permission: Permission) -> list[Cohort]:
    """The cohorts that the viewer may choose from, the latest first."""
    statement = scoped(Cohort, permission).order_by(Cohort.starts_on.desc(), Cohort.id)
    return list(db.session.scalars(statement))


@dataclass(frozen=True, slots=True)
class Choice:
    """The filters of a page: what they mean, and as an address says them (only those that were set)."""

    filters: Filters
    kept: Mapping[str, str]
    cohort: Cohort | None = None
    organisation: Organisation | None = None


def choice_of(args: Mapping[str, str], permission: Permission) -> Choice:
    """Read the filters of an address.

    Raises:
        NoSuchFilter: they name what there is not, or not for the viewer.
    """
    given = {
        name: args.get(name, "").strip()
        for name in ("which", "language", "cohort", "organisation", "since", "until")
    }
    kept = {name: text for name, text in given.items() if text}
    which, language = given["which"] or FIRST, given["language"] or None
    if which not in WHICH or (language is not None and language not in LANGUAGES):
        raise NoSuchFilter
    cohort = _one(cohorts(permission), given["cohort"])
    organisation = _one(accounts.organisations_with(Permission.SEE_RESULTS), given["organisation"])
    filters = Filters(
        which,
        language,
        cohort.id if cohort else None,
        organisation,
        _day(given["since"]),
        _day(given["until"]),
    )
    return Choice(filters, kept, cohort, organisation)


def _one(rows: Iterable[Any], text: str) -> Any:
    if not text:
        return None
    try:
        wanted = UUID(text)
    except ValueError as error:
        raise NoSuchFilter from error
    for row in rows:
        if row.id == wanted:
            return row
    raise NoSuchFilter


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NoSuchFilter from error


@dataclass(frozen=True, slots=True)
class Line:
    """A question with its figures. `flags` holds what is to be looked at, in words, most urgent first."""

    spec: Mapping[str, Any]
    figures: ItemFigures
    flags: tuple[Said, ...]

    #: What it weighs on average in the attempts that hold it, 0 to 1; None where everybody was asked everything.
    in_attempt: float | None = None

    @property
    def urgent(self) -> bool:
        """Whether something may be wrong with it, beyond being hard or easy."""
        return any(one.kind == "wrong" for one in self.flags)


@dataclass(frozen=True, slots=True)
class Report:
    """An assessment's analysis with everything that its page needs.

    Args:
        lines: one a question, in the order of the banks.
        counts: how many marks lie in each tenth of 0 to 100.
        guess: percent that blind guessing gets.
        longer: how many times as many questions would make it reliable enough; None: it is, or none would.
        asked: how many of the questions a person was asked on average; None where everybody was asked all.
        languages: in which people sat, and how many, most first.
    """

    sat: Sat
    analysis: Analysis
    pass_mark: Decimal | None
    lines: tuple[Line, ...]
    counts: tuple[int, ...]
    guess: Decimal | None
    longer: float | None
    asked: float | None
    languages: tuple[tuple[str, int], ...]

    @property
    def uncompared(self) -> bool:
        """Whether languages are not compared because too few people sat in each of two of them."""
        enough = [count for _code, count in self.languages if count >= ENOUGH_IN_GROUP]
        return len(self.languages) > 1 and len(enough) < 2


def report_of(key: str, sat: Sat, *, options_of: Iterable[str] | None = None) -> Report:
    """Analyse what was read, against the pass mark that holds now."""
    rules = queries.assessment(key)
    pass_mark = None if rules is None else Decimal(str(rules["pass_mark"]))
    wanted = None if options_of is None else list(options_of)
    found = analysis.analysis_of(sat, pass_mark, options_of=wanted)
    found = replace(found, whole=_concluded(found.whole))
    weighing = weights_in_attempts(sat)
    reliability = found.whole.reliability
    low = reliability is not None and reliability < WANTED_RELIABILITY
    return Report(
        sat,
        found,
        pass_mark,
        tuple(
            _line(question["spec"], spec_for_marking(question), figures, sat, weight)
            for question, figures, weight in zip(sat.questions, found.items, weighing, strict=True)
        ),
        tuple(analysis.distribution(sat.percents)),
        analysis.guess_percent(sat),
        length_factor(float(reliability), WANTED_RELIABILITY) if low and reliability else None,
        _asked(sat),
        tuple(Counter(one for one in sat.languages if one).most_common()),
    )


def _asked(sat: Sat) -> float | None:
    given = (~np.isnan(sat.shares)).sum(axis=1)
    return None if not len(given) or given.min() == sat.shares.shape[1] else float(given.mean())


def weights_in_attempts(sat: Sat) -> list[float | None]:
    """What each question weighs on average in the attempts that hold it; None where all hold all."""
    if _asked(sat) is None:
        return [None] * len(sat.questions)
    given = (~np.isnan(sat.shares)).astype(float)
    weights = _weights(sat)
    whole = given @ weights
    parts = np.divide(1.0, whole, out=np.zeros_like(whole), where=whole > 0) @ given
    counts = given.sum(axis=0)
    return [
        float(part * weight / count) if count else None
        for part, weight, count in zip(parts, weights, counts, strict=True)
    ]


def _line(
    spec: Mapping[str, Any],
    marked_by: Mapping[str, Any],
    figures: ItemFigures,
    sat: Sat,
    in_attempt: float | None,
) -> Line:
    flags = list(figures.flags)
    if figures.id in sat.credited:
        flags = [ItemFlag("item.credited", {})]
    texts = choice_texts(marked_by)
    said = tuple(analysis_words.said(flag, texts, figures.n) for flag in flags)
    shown = _hidden(figures) if figures.n < LEAST_SHOWN else _held_back(figures)
    return Line(spec, shown, said, in_attempt)


def _concluded(whole: WholeFigures) -> WholeFigures:
    """The figures of an assessment; of fewer than ten people without those that something is concluded from."""
    if whole.n >= FEW:
        return whole
    return replace(
        whole,
        alpha=None,
        drawn_reliability=None,
        reliability=None,
        sem=None,
        k2=None,
        share_near_pass=None,
    )


def _held_back(figures: ItemFigures) -> ItemFigures:
    """The figures of a question; of fewer than ten people without those that compare people with each other."""
    if figures.n >= FEW:
        return figures
    table = figures.options
    if table is not None:
        plain = [
            replace(one, mean_total=None, point_biserial=None, words=()) for one in table.options
        ]
        table = replace(table, options=tuple(plain))
    return replace(
        figures,
        discrimination=None,
        point_biserial=None,
        upper_lower=None,
        effective_weight=None,
        alpha_if_deleted=None,
        options=table,
    )


def _hidden(figures: ItemFigures) -> ItemFigures:
    """The figures of a question that fewer than five people were given: how many, and nothing of their answers."""
    return replace(
        figures,
        facility=None,
        discrimination=None,
        point_biserial=None,
        upper_lower=None,
        effective_weight=None,
        alpha_if_deleted=None,
        options=None,
        dif=(),
        difficulty=None,
        difficulty_error=None,
        infit=None,
        outfit=None,
    )


def choice_texts(spec: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """The texts of a question's options by key, none where nobody brings its type."""
    kind = TYPES.get(spec["type"])
    return dict(kind.choice_texts(spec)) if kind else {}


@dataclass(frozen=True, slots=True)
class Group:
    """People who sat in one language. Figures are None where they are too few to be shown."""

    language: str
    n: int
    facility: float | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """One question of a report.

    Args:
        options: with their letters and texts.
        groups: people of like marks, weakest first.
        languages: most people first; empty where all sat in one.
    """

    line: Line
    question: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, str]]
    letters: Mapping[str, str]
    options: tuple[OptionRow, ...]
    groups: tuple[ScoreGroup, ...]
    languages: tuple[Group, ...]
    wordings: tuple[analysis.Wording, ...]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many people who were given it sat in each language."""
        return [(one.language, one.n) for one in self.languages]


def question_of(report: Report, question_key: str) -> QuestionReport | None:
    """What is known of one question; None where fewer than five people were given it."""
    sat = report.sat
    at = sat.keys.index(question_key)
    line, question = report.lines[at], sat.questions[at]
    if line.figures.n < LEAST_SHOWN:
        return None
    texts = choice_texts(spec_for_marking(question))
    table = line.figures.options
    options = table.options if table else ()
    totals = _totals(sat)
    return QuestionReport(
        line,
        question,
        texts,
        analysis_words.letters_of(texts),
        options,
        tuple(
            score_groups(
                totals,
                sat.shares[:, at],
                list(sat.choices[:, at]),
                [str(one.option) for one in options],
            )
        ),
        tuple(_languages(sat, at, totals)),
        tuple(analysis.wordings_of(sat, question_key)),
    )


def _weights(sat: Sat) -> Any:
    return np.array([float(weight_of(spec_for_marking(one))) for one in sat.questions])


def _totals(sat: Sat) -> Any:
    return Totals.of(sat.shares, _weights(sat)).means()


def _languages(sat: Sat, at: int, totals: Any) -> Sequence[Group]:
    given = ~np.isnan(sat.shares[:, at])
    spoken = np.array([one or "" for one in sat.languages], dtype=object)
    found = []
    for language in sorted({one for one in sat.languages if one}):
        rows = given & (spoken == language)
        n = int(rows.sum())
        shown = n >= LEAST_SHOWN
        found.append(
            Group(
                language,
                n,
                float(sat.shares[rows, at].mean()) if shown else None,
                float(totals[rows].mean()) if shown else None,
            )
        )
    found = [one for one in found if one.n]
    return sorted(found, key=lambda one: -one.n) if len(found) > 1 else []
