"""Reading banks: those of the content's files, with the questions that the site keeps laid over them.

Banks belong to the whole site, so nothing here is narrowed by organisation; whoever opens the pages manages
assessments somewhere. A file that waits for a yes is its owner's alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func

from lms.accounts.models import User
from lms.accounts.rules import Permission
from lms.accounts.scope import rows, scoped, unscoped
from lms.content.assessments import Assessment
from lms.content.questions import AnyQuestion
from lms.courses.library import library
from lms.db import db
from lms.db.prepared import prepared
from lms.questions import conversion, rules
from lms.questions.models import BankQuestion, BankUpload, QuestionBank
from lms.scoring import fold

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BankRow:
    """A bank in the list: its titles, how many questions it asks by type, how many of them are the site's own."""

    key: str
    titles: Mapping[str, str]
    language: str
    counts: Mapping[str, int]
    own: int
    in_a_file: bool

    @property
    def total(self) -> int:
        """All its questions."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Entry:
    """A question in a list. `number` is the version of one that the site keeps, None of one in a file."""

    key: str
    spec: Spec
    number: int | None
    assessments: tuple[Assessment, ...]


def bank_keys() -> list[str]:
    """Keys of all banks: those of the files in their order, then the site's own by key."""
    shipped = list(library().banks)
    kept = db.session.scalars(db.select(QuestionBank.key).order_by(QuestionBank.key))
    return [*shipped, *(key for key in kept if key not in library().banks)]


def kept_bank(key: str) -> QuestionBank | None:
    """The row of a bank in which the site keeps questions."""
    return db.session.scalar(db.select(QuestionBank).where(QuestionBank.key == key))


def is_bank(key: str) -> bool:
    """Whether there is a bank of this key."""
    return key in library().banks or kept_bank(key) is not None


def titles_of(key: str) -> Mapping[str, str]:
    """A bank's title by language; its key where it has none."""
    shipped = library().banks.get(key)
    if shipped is not None:
        return shipped.title
    kept = kept_bank(key)
    return kept.titles if kept is not None else {"en": key}


def language_of(key: str) -> str | None:
    """The language in which a bank's texts are written first; None: there is no such bank."""
    shipped = library().banks.get(key)
    if shipped is not None:
        return shipped.language
    kept = kept_bank(key)
    return kept.language if kept is not None else None


def own_keys(bank_key: str) -> frozenset[str]:
    """Keys of the questions that the site keeps in a bank and that are asked now."""
    statement = db.select(BankQuestion.key).where(
        BankQuestion.bank_key == bank_key, BankQuestion.ended_at.is_(None)
    )
    return frozenset(db.session.scalars(statement))


def _shipped(bank_key: str) -> Sequence[AnyQuestion]:
    bank = library().banks.get(bank_key)
    return bank.questions if bank is not None else ()


def _open(*columns: Any) -> Any:
    return db.select(*columns).where(BankQuestion.ended_at.is_(None))


def questions_of(bank_key: str) -> list[Spec]:
    """The questions of a bank as they are asked now, in its order; none where there is no such bank.

    A question that the site keeps stands in the place of the one with its key in a file; others follow.
    """
    return _laid_over([bank_key])[bank_key]


@prepared
def _kept_in() -> Any:
    return (
        unscoped(_open(BankQuestion.bank_key, BankQuestion.key, BankQuestion.spec))
        .where(BankQuestion.bank_key.in_(bindparam("banks", expanding=True)))
        .order_by(BankQuestion.place)
    )


def _laid_over(bank_keys: Iterable[str]) -> dict[str, list[Spec]]:
    keys = list(dict.fromkeys(bank_keys))
    own: dict[str, dict[str, Spec]] = {key: {} for key in keys}
    db.session.flush()
    for one in rows(_kept_in(), banks=keys):
        own[one.bank_key][one.key] = one.spec
    found = {}
    for bank_key in keys:
        kept = own[bank_key]
        first = [kept.pop(one.key) if one.key in kept else one.spec for one in _shipped(bank_key)]
        found[bank_key] = [*first, *kept.values()]
    return found


def banks_for(draws: Iterable[Mapping[str, Any]]) -> dict[str, list[Spec]]:
    """The questions of every bank that these draws name, by the bank's key, for `lms.scoring.draw_attempt`.

    A bank that does not exist is left out. Every question key is used once, see `rules.kept_apart`.
    """
    wanted = dict.fromkeys(draw["bank"] for draw in draws)
    shipped = library().banks
    known = shipped if wanted.keys() <= shipped.keys() else set(bank_keys())
    keys = [key for key in wanted if key in known]
    own = {key: own_keys(key) for key in keys} if len(keys) > 1 else {}
    found = _laid_over(keys)
    return rules.kept_apart(found, own) if any(own.values()) else found


def banks() -> list[BankRow]:
    """All banks with what they hold, those of the files first."""
    statement = _open(BankQuestion.bank_key, BankQuestion.type, func.count()).group_by(
        BankQuestion.bank_key, BankQuestion.type
    )
    counts: dict[str, Counter[str]] = {}
    for bank_key, kind, count in db.session.execute(statement):
        counts.setdefault(bank_key, Counter())[kind] += count
    found = []
    kept = {one.key: one for one in db.session.scalars(db.select(QuestionBank))}
    for key in bank_keys():
        own = counts.get(key, Counter())
        replaced = own_keys(key) if key in kept and key in library().banks else frozenset()
        shipped = Counter(one.spec["type"] for one in _shipped(key) if one.key not in replaced)
        bank = library().banks.get(key)
        found.append(
            BankRow(
                key=key,
                titles=bank.title if bank else kept[key].titles,
                language=bank.language if bank else kept[key].language,
                counts=dict(sorted((shipped + own).items(), key=lambda pair: (-pair[1], pair[0]))),
                own=own.total(),
                in_a_file=bank is not None,
            )
        )
    return found


def entries(
    bank_key: str,
    *,
    kind: str = "",
    competency: str = "",
    search: str = "",
    page: int = 1,
    size: int = 30,
) -> list[Entry]:
    """Questions of a bank for one page of its table, and one more where there is a next page.

    Args:
        kind, competency: as in the spec; empty: any. ``competency="-"``: those that name none.
        search: words that stand in the key, a text of any language or a tag.
    """
    folded = fold(search)
    statement = _open(
        BankQuestion.key, BankQuestion.number, BankQuestion.type, BankQuestion.competency
    ).where(BankQuestion.bank_key == bank_key)
    if folded:
        statement = statement.where(BankQuestion.sought.contains(folded, autoescape=True))
    own = {row.key: row for row in db.session.execute(statement.order_by(BankQuestion.place))}
    replaced = own_keys(bank_key) if library().banks.get(bank_key) else frozenset()
    listed: list[tuple[str, str, str | None, int | None]] = []
    for one in _shipped(bank_key):
        if one.key in own:
            row = own.pop(one.key)
            listed.append((row.key, row.type, row.competency, row.number))
        elif one.key not in replaced and folded in conversion.words_of(one.spec):
            listed.append((one.key, one.spec["type"], one.competency, None))
    listed += [(row.key, row.type, row.competency, row.number) for row in own.values()]
    shown = [
        (key, number)
        for key, its_kind, its_competency, number in listed
        if kind in ("", its_kind)
        and (competency in ("", its_competency) or (competency == "-" and not its_competency))
    ][(page - 1) * size : page * size + 1]
    return _with_specs(bank_key, shown)


def _with_specs(bank_key: str, shown: Sequence[tuple[str, int | None]]) -> list[Entry]:
    statement = _open(BankQuestion.key, BankQuestion.spec).where(
        BankQuestion.bank_key == bank_key, BankQuestion.key.in_([key for key, _number in shown])
    )
    own: dict[str, Spec] = dict(db.session.execute(statement).all())
    shipped = {one.key: one for one in _shipped(bank_key)}
    found = []
    for key, number in shown:
        spec = own[key] if number is not None else shipped[key].spec
        found.append(Entry(key, spec, number, uses_of(bank_key, spec)))
    return found


def kinds_and_competencies(bank_key: str) -> tuple[list[str], list[str], bool]:
    """The types and competencies that a bank's questions have, and whether some name no competency."""
    statement = _open(BankQuestion.type, BankQuestion.competency).where(
        BankQuestion.bank_key == bank_key
    )
    pairs = {(kind, competency) for kind, competency in db.session.execute(statement.distinct())}
    pairs |= {(one.spec["type"], one.competency) for one in _shipped(bank_key)}
    kinds = sorted({kind for kind, _competency in pairs})
    competencies = sorted({competency for _kind, competency in pairs if competency})
    return kinds, competencies, any(not competency for _kind, competency in pairs)


def uses_of(bank_key: str, spec: Mapping[str, Any]) -> tuple[Assessment, ...]:
    """The assessments that may ask this question."""
    return tuple(
        one
        for one in library().assessments.values()
        if any(rules.is_taken_by(spec, bank_key, draw.rule) for draw in one.draws)
    )


def question(bank_key: str, key: str) -> tuple[Spec, BankQuestion | None] | None:
    """A question as it is asked now, and its version where the site keeps it; None: the bank has none such."""
    statement = _open(BankQuestion).where(
        BankQuestion.bank_key == bank_key, BankQuestion.key == key
    )
    kept = db.session.scalar(statement)
    if kept is not None:
        return kept.spec, kept
    found = next((one for one in _shipped(bank_key) if one.key == key), None)
    return (found.spec, None) if found is not None else None


def versions_of(bank_key: str, key: str) -> list[BankQuestion]:
    """Every version of a question that the site kept, newest first, withdrawn ones too."""
    statement = (
        db.select(BankQuestion)
        .where(BankQuestion.bank_key == bank_key, BankQuestion.key == key)
        .order_by(BankQuestion.number.desc())
    )
    return list(db.session.scalars(statement))


def is_in_a_file(bank_key: str, key: str) -> bool:
    """Whether a question of this key stands in the content's files."""
    return any(one.key == key for one in _shipped(bank_key))


def upload(key: UUID, owner: User, at: datetime) -> BankUpload | None:
    """A file of one's own that waits for a yes and is not too old."""
    statement = db.select(BankUpload).where(BankUpload.id == key, BankUpload.by_id == owner.id)
    found = db.session.scalar(statement)
    return found if found is not None and at - found.made_at < rules.UPLOAD_KEPT else None


def names_seen(keys: Iterable[UUID]) -> dict[UUID, User]:
    """Of these people, those whose names the viewer may read, by id."""
    statement = scoped(User, Permission.SEE_PEOPLE).where(User.id.in_(list(keys)))
    return {one.id: one for one in db.session.scalars(statement)}
