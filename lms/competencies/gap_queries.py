"""Desired against existing, read for pages: one person's posts, the posts of an organisation, all below it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.models import Incumbency, Organisation, Post, User
from lms.accounts.queries import may_in, posts_held
from lms.accounts.rules import Permission
from lms.accounts.scope import scoped
from lms.competencies.certainty import Basis, basis
from lms.competencies.gaps import Gap, GapState, Summary, gap, summed
from lms.competencies.queries import current_rule, independent_of, items_of
from lms.competencies.rules import Item, Missing, Rule, Standing, standing
from lms.courses.library import framework
from lms.db import db
from lms.evidence.models import Evidence
from lms.evidence.queries import of_people


@dataclass(frozen=True, slots=True)
class Need:
    """One requirement of a post, with what its holder has."""

    competency: str
    gap: Gap
    #: Both None for a vacant post.
    standing: Standing | None
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class PostGaps:
    """A post with its requirements, in the framework's order."""

    post: Post
    holder: User | None
    #: Whether the viewer may open the holder's profile.
    opens: bool
    needs: Sequence[Need]
    summary: Summary


@dataclass(frozen=True, slots=True)
class CompetencyGaps:
    """One competency over several posts."""

    competency: str
    domain: str
    summary: Summary
    #: Levels missing over the posts that fall short.
    missing: int
    #: What the holders of posts that are not met lack next, and how many of them; the most frequent first.
    lacks: Sequence[tuple[Missing, int]]


def of_person(user: User, on: date, *, own: bool) -> list[PostGaps]:
    """The posts that somebody holds; another viewer sees those of organisations whose results they see."""
    posts = [
        post
        for post in posts_held(user, on)
        if post.closed_on is None and (own or may_in(Permission.SEE_RESULTS, post.organisation))
    ]
    posts.sort(key=lambda post: (post.organisation.path, post.key))
    return _gaps([(post, user) for post in posts], on, opens={user.id})


def of_team(organisation: Organisation, on: date) -> list[PostGaps]:
    """The open posts of an organisation, by key."""
    return _of_posts(_posts([organisation.id]), on)


def of_tree(organisation: Organisation, on: date) -> list[PostGaps]:
    """The open posts of an organisation and of all below it."""
    statement = db.select(Organisation.id).where(
        Organisation.path.startswith(organisation.path), Organisation.closed_at.is_(None)
    )
    return _of_posts(_posts(list(db.session.scalars(statement))), on)


def by_competency(posts: Iterable[PostGaps]) -> list[CompetencyGaps]:
    """The requirements of many posts by competency, in the framework's order."""
    gathered: dict[str, list[Need]] = defaultdict(list)
    for post in posts:
        for need in post.needs:
            gathered[need.competency].append(need)
    found = []
    for key, domain in _places().items():
        needs = gathered.get(key, [])
        lacks = Counter(
            missing
            for need in needs
            if need.standing is not None and need.gap.state is not GapState.MET
            for missing in need.standing.missing
        )
        if needs:
            missing = sum(need.gap.levels or 0 for need in needs)
            summary = summed(need.gap for need in needs)
            found.append(CompetencyGaps(key, domain, summary, missing, lacks.most_common()))
    return found


def _places() -> dict[str, str]:
    """The domain of each competency, in the framework's order."""
    return {one.key: domain.key for domain, one in framework().competencies()}


def _posts(organisations: Sequence[UUID]) -> list[Post]:
    statement = (
        scoped(Post, Permission.SEE_RESULTS)
        .where(Post.organisation_id.in_(organisations), Post.closed_on.is_(None))
        .options(
            selectinload(Post.incumbencies).joinedload(Incumbency.user),
            selectinload(Post.asked),
            joinedload(Post.organisation),
        )
        .order_by(Post.organisation_id, Post.key)
    )
    return list(db.session.scalars(statement))


def _of_posts(posts: Sequence[Post], on: date) -> list[PostGaps]:
    held = [
        (post, incumbency.user if (incumbency := post.holder_on(on)) else None) for post in posts
    ]
    keys = [holder.id for _, holder in held if holder is not None]
    statement = scoped(User, Permission.SEE_RESULTS).where(User.id.in_(keys))
    return _gaps(held, on, opens={user.id for user in db.session.scalars(statement)})


def _gaps(
    held: Sequence[tuple[Post, User | None]], on: date, *, opens: set[UUID]
) -> list[PostGaps]:
    pieces: dict[UUID, list[Evidence]] = defaultdict(list)
    for piece in of_people({user.id for _, user in held if user is not None}, on):
        if piece.user_id is not None:
            pieces[piece.user_id].append(piece)
    known = {
        key: (items_of(own), {piece.id for piece in own if independent_of(piece)})
        for key, own in pieces.items()
    }
    order = list(_places())
    rule = current_rule()
    found = []
    for post, holder in held:
        items, independent = known.get(holder.id, ({}, set())) if holder else ({}, set())
        needs = [
            _need(key, level, holder is not None, items, independent, on, rule)
            for key, level in sorted(
                post.requirements_on(on).items(), key=lambda one: _at(order, one[0])
            )
            if level > 0
        ]
        summary = summed(need.gap for need in needs)
        opened = holder is not None and holder.id in opens
        found.append(PostGaps(post, holder, opened, needs, summary))
    return found


def _need(
    key: str,
    level: int,
    held: bool,
    items: Mapping[str, list[Item]],
    independent: set[UUID],
    on: date,
    rule: Rule,
) -> Need:
    if not held:
        return Need(key, gap(level, False, None), None, None)
    ladder = rule.ladder(key)
    own = items.get(key, [])
    where = standing(own, on, ladder)
    return Need(key, gap(level, True, where), where, basis(own, where, on, ladder, independent))


def _at(order: Sequence[str], key: str) -> tuple[int, str]:
    """Where a competency stands in the framework; one that it lacks comes last."""
    return (order.index(key) if key in order else len(order), key)
