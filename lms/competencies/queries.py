"""Profiles read from the ledger; titles and levels from the framework."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from lms import clock
from lms.accounts.models import User
from lms.accounts.queries import posts_held
from lms.accounts.rules import Permission
from lms.accounts.scope import viewer
from lms.competencies.certainty import Basis, Bearing, basis, bearing
from lms.competencies.rules import ONLY_IN_FULL, Item, Missing, Rule, Standing, standing
from lms.content.surveys import Survey, SurveyItem
from lms.courses.library import competency_texts, framework, library
from lms.evidence.models import Evidence
from lms.evidence.queries import of_person


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence in a profile: what it does for the level, and whether the viewer may open it."""

    evidence: Evidence
    bearing: Bearing
    independent: bool
    opens: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One competency of a profile: where somebody stands, how sure, what their posts ask for, the evidence."""

    key: str
    titles: Mapping[str, str]
    domain: str
    standing: Standing
    required: int
    evidence: tuple[Piece, ...]
    basis: Basis

    @property
    def gap(self) -> int:
        """Levels that are missing against the post; 0 when none is."""
        return max(0, self.required - self.standing.level)


def titles() -> dict[str, Mapping[str, str]]:
    """Titles of all competencies by key, in the framework's order."""
    return competency_texts()


def level_titles() -> dict[int, Mapping[str, str]]:
    """Names of the levels by their value; 0 has none."""
    return {level.value: level.title for level in framework().levels}


def domain_titles() -> dict[str, Mapping[str, str]]:
    """Titles of the framework's domains by key."""
    return {domain.key: domain.title for domain in framework().domains}


def current_rule() -> Rule:
    """The rule by which the site grants levels: that of its framework, and which survey items are linked."""
    found = framework()
    full = found.rule
    return Rule(
        valid_months=found.valid_months,
        surveyed=frozenset(survey_items()),
        full_from=date.fromisoformat(full.full_from) if full else None,
        transition_months=full.transition_months if full else 0,
    )


def asked_later(on: date) -> dict[Missing, date]:
    """What levels do not ask for yet on a day, and from when on they do."""
    full_from = current_rule().full_from
    return dict.fromkeys(ONLY_IN_FULL, full_from) if full_from and on < full_from else {}


def survey_items() -> dict[str, list[tuple[Survey, SurveyItem]]]:
    """The survey items that are linked with competencies, by competency."""
    return library().surveyed()


def item_of(piece: Evidence) -> Item:
    """A piece of evidence as the rule needs it, without who assessed."""
    return Item(
        piece.id,
        piece.kind,
        piece.value,
        piece.observed_on,
        piece.leading,
        f"{piece.record_kind}:{piece.record_id}",
        piece.group,
    )


def items_of(pieces: Iterable[Evidence]) -> dict[str, list[Item]]:
    """Evidence as the rule needs it, by competency."""
    found: dict[str, list[Item]] = defaultdict(list)
    for piece in pieces:
        found[piece.competency].append(item_of(piece))
    return found


def independent_of(piece: Evidence) -> bool:
    """Whether another organisation assessed than the one in which the evidence was recorded."""
    return piece.assessor_organisation_id not in (None, piece.organisation_id)


def profile(user: User, on: date) -> list[Line]:
    """Every competency that the person has evidence on or a post asks for, in the framework's order."""
    pieces = of_person(user.id, on)
    by_id: dict[UUID, Evidence] = {piece.id: piece for piece in pieces}
    independent = {piece.id for piece in pieces if independent_of(piece)}
    items = items_of(pieces)
    who = viewer()

    def told(item: Item, where: Standing) -> Piece:
        piece = by_id[item.id]
        opens = who is not None and (
            who.user_id == user.id or who.may(Permission.SEE_RESULTS, piece.organisation.path)
        )
        ladder = rule.ladder(piece.competency)
        return Piece(piece, bearing(item, where, on, ladder), item.id in independent, opens)

    required: dict[str, int] = defaultdict(int)
    for post in posts_held(user, on):
        for key, level in post.requirements_on(on).items():
            required[key] = max(required[key], level)
    rule = current_rule()
    lines = []
    for domain in framework().domains:
        for competency in domain.competencies:
            if competency.key not in items and competency.key not in required:
                continue
            own = {item.id: item for item in items.get(competency.key, [])}
            ladder = rule.ladder(competency.key)
            where = standing(own.values(), on, ladder)
            lines.append(
                Line(
                    key=competency.key,
                    titles=competency.title,
                    domain=domain.key,
                    standing=where,
                    required=required.get(competency.key, 0),
                    evidence=tuple(told(own[key], where) for key in where.evidence),
                    basis=basis(own.values(), where, on, ladder, independent),
                )
            )
    return lines


def courses_for(key: str) -> list[Any]:
    """The courses that teach a competency."""
    return [
        course
        for course in library().courses.values()
        if any(one.key == key for one in course.competencies)
    ]


def card(user: User) -> dict[str, Any] | None:
    """What the home page says of a person's profile."""
    lines = profile(user, clock.today())
    if not lines:
        return None
    gaps = [line for line in lines if line.gap]
    return {"lines": lines, "gaps": gaps, "held": sum(1 for line in lines if line.standing.level)}
