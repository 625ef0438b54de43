"""Questions word for word as attempts ask them: each wording is kept once, under a digest of it.

An attempt holds twenty questions of 2 kB in three languages each, and a thousand attempts hold the same ones. So
an attempt keeps of each the digest of its wording and what is its own, such as the order of the options. A wording
is never changed and never deleted; what was edited since has another digest. A process remembers those that it has
read.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from flask import current_app
from sqlalchemy import JSON, Text, bindparam, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, current, db
from lms.db.bulk import insert_missing
from lms.db.chunks import in_chunks
from lms.db.json_text import json_text
from lms.db.prepared import prepared

Spec = Mapping[str, Any]
Question = Mapping[str, Any]
#: Hexadecimal digits of a digest: 128 bits, of which nobody finds two wordings with the same.
DIGITS = 32
#: Wordings that a process remembers: some 10 kB each.
MOST = 2048
#: What a session has found or written in the transaction that runs.
_SEEN = "lms.frozen"


class FrozenQuestion(Base):
    """A question as some attempt asked it."""

    __tablename__ = "frozen_questions"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)


class _Remembered:
    """Wordings by digest, and digests by the object that is a wording; both forget all when they are full."""

    def __init__(self) -> None:
        self.specs: dict[str, Spec] = {}
        #: By the id of a spec, which is kept with it: as long as it is here no other one has that id.
        self.digests: dict[int, tuple[Spec, str]] = {}

    def add(self, digest: str, spec: Spec) -> None:
        if len(self.specs) >= MOST:
            self.specs.clear()
        self.specs[digest] = spec
        self.name(digest, spec)

    def name(self, digest: str, spec: Spec) -> None:
        if len(self.digests) >= MOST:
            self.digests.clear()
        self.digests[id(spec)] = (spec, digest)

    def digest_of(self, spec: Spec) -> str:
        known = self.digests.get(id(spec))
        if known is not None:
            return known[1]
        digest = digest_of(spec)
        self.name(digest, spec)
        return digest


#: What a digest says is the same in every database.
_remembered = _Remembered()


def digest_of(spec: Spec) -> str:
    """The digest of a wording: of its JSON text, in which the order of languages and parts counts."""
    return sha256(json_text(spec).encode()).hexdigest()[:DIGITS]


def freeze(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """Return questions as attempts keep them: ``of`` and ``key`` in the place of ``spec``; writes new wordings.

    Args:
        questions: each with its `spec`, which must not be changed afterwards.
    """
    wordings: dict[str, Spec] = {}
    kept = []
    for question in questions:
        spec = question["spec"]
        digest = _remembered.digest_of(spec)
        wordings[digest] = spec
        kept.append(as_kept({**question, "of": digest}))
    _write(wordings)
    return kept


def as_kept(question: Question) -> dict[str, Any]:
    """A question that has its digest, as an attempt keeps it."""
    own = {part: value for part, value in question.items() if part not in ("spec", "of", "key")}
    return {"of": question["of"], "key": question["spec"]["key"], **own}


def whole(kept: Iterable[Mapping[str, Any]]) -> list[Question]:
    """Return questions as they were asked, each with its `spec`, of what attempts keep of them.

    A `spec` is shared by all who ask for it and must not be changed.

    Raises:
        LookupError: a wording is not in the database: it was put together of parts of two.
    """
    held = list(kept)
    # One by one: another thread may let go of what is remembered at any moment.
    specs = {digest: _remembered.specs.get(digest) for digest in {one["of"] for one in held}}
    missing = [digest for digest, spec in specs.items() if spec is None]
    if missing:
        specs.update(_read(missing))
        if lost := sorted(digest for digest, spec in specs.items() if spec is None):
            raise LookupError(f"wordings that are not in the database: {', '.join(lost)}")
    return [{"spec": specs[one["of"]], **one} for one in held]


def _read(digests: Iterable[str]) -> dict[str, Spec]:
    found: dict[str, Spec] = {}
    for some in in_chunks(sorted(digests)):
        for digest, spec in _wordings().rows(current.connection(), {"digests": some}):
            found[digest] = spec
            _remembered.add(digest, spec)
    return found


@prepared
def _wordings() -> Any:
    return select(FrozenQuestion.digest, FrozenQuestion.spec).where(
        FrozenQuestion.digest.in_(bindparam("digests", expanding=True))
    )


def _write(wordings: Mapping[str, Spec]) -> None:
    """See to it that wordings are in the database; those that a transaction left there are not written again."""
    new = wordings.keys() - _there()
    if new:
        rows = [{"digest": digest, "spec": wordings[digest]} for digest in sorted(new)]
        insert_missing(FrozenQuestion, rows)
        db.session().info.setdefault(_SEEN, set()).update(new)


def _there() -> set[str]:
    """Digests that are in the database of this site for good."""
    found: set[str] = current_app.extensions.setdefault("lms.frozen", set())
    return found


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if session.get_nested_transaction() is None and (seen := session.info.pop(_SEEN, None)):
        _there().update(seen)


@event.listens_for(Session, "after_soft_rollback")
def _rolled_back(session: Session, _previous: Any) -> None:
    session.info.pop(_SEEN, None)
