"""Why an observation came or went between two runs: the causes that only the site knows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import selectinload

from lms.accounts.models import Organisation, Post
from lms.accounts.scope import everywhere
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.observations import Requirement, piece_of, post_and_competency
from lms.db import db
from lms.db.chunks import in_chunks
from lms.evidence.models import EvidenceEnd
from lms.index import Observation
from lms.index.causes import REASONS

CORRECTED, INCUMBENT, POST, NEW, EXPIRED = "corrected", "incumbent", "post", "new", "expired"


def reasons(
    run_a: IndexRun,
    run_b: IndexRun,
    observations_a: Iterable[Observation],
    observations_b: Iterable[Observation],
) -> dict[str, str]:
    """A reason by observation id, for those that only one of the runs has.

    Of posts: `post` when it was made, closed or asks for something else, `incumbent` when somebody else holds
    it, `corrected` when evidence behind it was superseded or withdrawn, `new` when newer evidence took its place,
    `expired` when it was too old by the later day. Of records: `corrected` when a correction took its place. Only
    those that the engine takes as reasons are given; without one, what went was corrected and what came is new.
    """
    subjects_before = {one.id: one.subject for one in observations_a}
    subjects_after = {one.id: one.subject for one in observations_b}
    before, after = subjects_before.keys(), subjects_after.keys()
    changed = before ^ after
    codes = sorted({(subjects_before | subjects_after)[key] for key in changed})
    posts = _posts({place[0] for key in changed if (place := post_and_competency(key))})
    behind = {
        key: set(keys) for key, keys in _sources((run_a, run_b), codes).items() if key in changed
    }
    ended, successors = _ends(behind, run_b.as_of)
    by_place: dict[tuple[UUID, str], dict[bool, str]] = {}
    for key in changed:
        place = post_and_competency(key)
        if place is not None:
            by_place.setdefault(place, {})[key in after] = key
    found: dict[str, str] = {}
    for place, keys in by_place.items():
        reason = _of_post(posts.get(place[0]), place[1], keys, behind, ended, run_a, run_b)
        found.update(dict.fromkeys(keys.values(), reason))
    for key in after - before:
        piece = piece_of(key)
        if piece is not None and piece in successors:
            found[key] = CORRECTED
    return {key: reason for key, reason in found.items() if reason in REASONS}


def _of_post(
    post: Post | None,
    competency: str,
    keys: Mapping[bool, str],
    behind: Mapping[str, set[str]],
    ended: Collection[str],
    run_a: IndexRun,
    run_b: IndexRun,
) -> str:
    """Why the observation of a post changed; `keys` are its ids before (False) and after (True)."""
    then = _need(post, competency, run_a.as_of)
    now = _need(post, competency, run_b.as_of)
    if then is None or now is None:
        return POST
    if then.holder_id != now.holder_id:
        return INCUMBENT
    old, new = behind.get(keys.get(False, ""), set()), behind.get(keys.get(True, ""), set())
    if old & set(ended):
        return CORRECTED
    if old and old == new:
        # The same evidence says something else only where the post asks for something else.
        return POST
    return NEW if new - old else EXPIRED


def _need(post: Post | None, competency: str, day: date) -> Requirement | None:
    """What a post needed of a competency on a day; nothing before it was made or once it is closed."""
    if post is None or not _was_there(post, day):
        return None
    level = post.requirements_on(day).get(competency)
    if level is None:
        return None
    held = post.holder_on(day)
    return Requirement("", post.id, competency, level, held.user_id if held else None)


def _was_there(post: Post, day: date) -> bool:
    return post.made_at.date() <= day and (post.closed_on is None or post.closed_on > day)


def _posts(keys: Collection[UUID]) -> dict[UUID, Post]:
    found: dict[UUID, Post] = {}
    for some in in_chunks(sorted(keys)):
        statement = everywhere(Post).where(Post.id.in_(some))
        posts = db.session.scalars(
            statement.options(selectinload(Post.incumbencies), selectinload(Post.asked))
        )
        found.update((post.id, post) for post in posts)
    return found


def _sources(runs: Iterable[IndexRun], codes: Sequence[str]) -> dict[str, list[str]]:
    """The pieces behind each observation of these organisations: the page about one reads one's."""
    found: dict[str, list[str]] = {}
    for some in in_chunks(codes):
        statement = (
            everywhere(IndexValue.sources)
            .join(Organisation, IndexValue.organisation_id == Organisation.id)
            .where(IndexValue.run_id.in_([run.id for run in runs]), Organisation.code.in_(some))
        )
        for sources in db.session.scalars(statement):
            found.update(sources)
    return found


def _ends(behind: Mapping[str, set[str]], as_of: date) -> tuple[set[str], set[UUID]]:
    """Pieces that had ended by the day, as text, and those that took the place of another."""
    pieces = {UUID(key) for keys in behind.values() for key in keys}
    next_day = datetime.combine(as_of, time.min, UTC) + timedelta(days=1)
    ends: dict[UUID, EvidenceEnd] = {}
    for some in in_chunks(sorted(pieces)):
        statement = everywhere(EvidenceEnd).where(
            EvidenceEnd.at < next_day,
            or_(EvidenceEnd.evidence_id.in_(some), EvidenceEnd.successor_id.in_(some)),
        )
        ends.update((one.id, one) for one in db.session.scalars(statement))
    ended = {str(one.evidence_id) for one in ends.values() if one.evidence_id in pieces}
    return ended, {one.successor_id for one in ends.values() if one.successor_id is not None}
