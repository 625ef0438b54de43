"""My record, another's profile, desired against existing, and the framework."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.models import Organisation, User
from lms.accounts.rules import Permission
from lms.accounts.session import asking, current_user, requires
from lms.assessments import observations
from lms.competencies import gap_queries, next_steps, queries, words
from lms.competencies.gaps import summed
from lms.evidence import words as evidence_words

bp = Blueprint("competencies", __name__, template_folder="templates", url_prefix="/record")
#: The largest gaps of an organisation that its text names.
NAMED_GAPS = 3


@bp.context_processor
def shared() -> dict[str, Any]:
    """What the feature's templates call things."""
    return {
        "words": words,
        "levels": queries.level_titles(),
        "kinds": evidence_words.KIND_NAMES,
        "asked_later": queries.asked_later(clock.today()),
    }


@bp.get("/")
def record() -> str:
    return _profile_page(current_user(), own=True)


@bp.get("/people/<uuid:key>")
@requires(Permission.SEE_RESULTS)
def profile(key: UUID) -> str:
    user = _person(key)
    return _profile_page(user, own=user.id == asking().id)


def _person(key: UUID) -> User:
    user = accounts.person(key, Permission.SEE_RESULTS)
    if user is None:
        abort(404)
    return user


def _profile_page(user: User, *, own: bool) -> str:
    lines = queries.profile(user, clock.today())
    offers = next_steps.offers(clock.now())
    steps = {line.key: offers.steps(line.key, line.standing) for line in lines}
    gaps = sorted((line for line in lines if line.gap), key=lambda line: -line.gap)
    return render_template(
        "competencies/profile.html",
        person=user,
        own=own,
        lines=lines,
        steps=steps,
        suggestion=next(
            ((line, step) for line in gaps for step in steps[line.key].values() if step.courses),
            None,
        ),
        to_sign=observations.to_sign(user) if own else [],
    )


@bp.get("/gap")
def own_gap() -> str:
    return _person_gap_page(current_user(), own=True)


@bp.get("/people/<uuid:key>/gap")
@requires(Permission.SEE_RESULTS)
def person_gap(key: UUID) -> str:
    user = _person(key)
    return _person_gap_page(user, own=user.id == asking().id)


def _person_gap_page(user: User, *, own: bool) -> str:
    return render_template(
        "competencies/gap_person.html",
        person=user,
        own=own,
        posts=gap_queries.of_person(user, clock.today(), own=own),
        offers=next_steps.offers(clock.now()),
        titles=queries.titles(),
        today=clock.today(),
    )


@bp.get("/organisations/<uuid:key>/posts")
@requires(Permission.SEE_RESULTS)
def team_gap(key: UUID) -> str:
    organisation = _organisation(key)
    posts = gap_queries.of_team(organisation, clock.today())
    return render_template(
        "competencies/gap_team.html",
        organisation=organisation,
        posts=posts,
        summary=summed(need.gap for post in posts for need in post.needs),
        offers=next_steps.offers(clock.now()),
        titles=queries.titles(),
        today=clock.today(),
    )


@bp.get("/organisations/<uuid:key>")
@requires(Permission.SEE_RESULTS)
def organisation_gap(key: UUID) -> str:
    organisation = _organisation(key)
    posts = gap_queries.of_tree(organisation, clock.today())
    rows = gap_queries.by_competency(posts)
    short = sorted(
        (row for row in rows if row.summary.short), key=lambda row: (-row.missing, row.competency)
    )
    return render_template(
        "competencies/gap_organisation.html",
        organisation=organisation,
        posts=posts,
        rows=rows,
        largest=short[:NAMED_GAPS],
        domains=queries.domain_titles(),
        summary=summed(need.gap for post in posts for need in post.needs),
        offers=next_steps.offers(clock.now()),
        titles=queries.titles(),
        today=clock.today(),
    )


def _organisation(key: UUID) -> Organisation:
    organisation = accounts.organisation(key)
    if organisation is None or not accounts.may_in(Permission.SEE_RESULTS, organisation):
        abort(404)
    return organisation


@bp.get("/framework")
def framework() -> str:
    return render_template(
        "competencies/framework.html",
        framework=queries.framework(),
        rule=queries.current_rule(),
        today=clock.today(),
        surveyed=queries.survey_items(),
        courses_for=queries.courses_for,
    )
