"""Changing a bank: taking questions in, withdrawing one; and the file that waits between preview and yes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, update

from lms.accounts.models import User
from lms.audit.operations import record as audit
from lms.courses.library import library
from lms.db import db
from lms.errors import Refused
from lms.interchange.limits import MOST_BYTES
from lms.interchange.pictures import fault_in_picture
from lms.questions import conversion, pictures, queries, rules
from lms.questions.conversion import Incoming, Reading
from lms.questions.models import BankQuestion, BankUpload, QuestionBank
from lms.questions.rules import Plan

#: Rows ended by one statement; SQLite takes a limited number of values at once.
AT_ONCE = 500


def plan(bank_key: str, reading: Reading, *, language: str, replace: bool = False) -> Plan:
    """Say what a file would do to a bank; nothing is written.

    Args:
        language: of the file's texts.
        replace: see `rules.plan_of`.
    """
    brought = {one.key: one.content_hash for one in reading.incoming}
    specs = {str(spec["key"]): spec for spec in queries.questions_of(bank_key)}
    own = queries.own_keys(bank_key)
    hashes = {key: conversion.hash_of(spec) for key, spec in specs.items() if key in brought}
    differing = [specs[key] for key, known in hashes.items() if known != brought[key]]
    exported = conversion.as_exported(
        differing,
        format=reading.format,
        language=language,
        files=pictures.files_of(bank_key, differing),
    )
    present = {
        key: rules.Present(
            hashes=frozenset(one for one in (hashes.get(key), exported.get(key)) if one),
            languages=tuple(conversion.languages_of(spec)),
            in_a_file=key not in own,
            inner=tuple(conversion.keys_of(spec))[1:],
        )
        for key, spec in specs.items()
    }
    return rules.plan_of(reading.incoming, present, replace=replace)


def take_in(
    bank_key: str,
    reading: Reading,
    *,
    title: str = "",
    language: str,
    file_name: str,
    replace: bool = False,
    by: User | None,
    at: datetime,
) -> Plan:
    """Take the questions of a file into a bank, all in one transaction, and return what became of each.

    A question that the bank has already is left as it is, a changed one becomes the next version, nothing is
    deleted.

    Args:
        title: of a bank that is new, in `language`; empty: its key.
        by: None from the server's console.
    """
    bank = _bank(bank_key, title, language, by=by, at=at)
    made = plan(bank_key, reading, language=language, replace=replace)
    _end(bank_key, [one.key for one in made.changed], by=by, at=at)
    origin = {"file_name": file_name, "file_format": reading.format}
    taken = [*made.new, *made.changed]
    pictures.keep_those_of((one.spec for one in taken), reading.pictures, by=by, at=at)
    _add(bank_key, taken, origin, by=by, at=at)
    if made.new or made.changed:
        changes = {"bank": bank_key, "new": len(made.new), "changed": len(made.changed), **origin}
        audit(by, "questions.taken-in", bank, at=at, changes=changes)
    db.session.flush()
    return made


def _bank(key: str, title: str, language: str, *, by: User | None, at: datetime) -> QuestionBank:
    """The bank's row, locked; made when the bank has none yet."""
    statement = db.select(QuestionBank).where(QuestionBank.key == key).with_for_update()
    found = db.session.scalar(statement)
    if found is not None:
        return found
    shipped = library().banks.get(key)
    made = QuestionBank(
        key=key,
        titles=dict(shipped.title) if shipped else {language: title.strip() or key},
        language=shipped.language if shipped else language,
        made_at=at,
        by_id=by.id if by else None,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _end(bank_key: str, keys: list[str], *, by: User | None, at: datetime) -> int:
    """End the open versions of these questions; return how many there were."""
    ended = 0
    for start in range(0, len(keys), AT_ONCE):
        statement = (
            update(BankQuestion)
            .where(
                BankQuestion.bank_key == bank_key,
                BankQuestion.key.in_(keys[start : start + AT_ONCE]),
                BankQuestion.ended_at.is_(None),
            )
            .values(ended_at=at, ended_by_id=by.id if by else None)
        )
        ended += db.session.execute(statement).rowcount  # type: ignore[attr-defined]
    return ended


def _add(
    bank_key: str,
    questions: list[Incoming],
    origin: Mapping[str, str],
    *,
    by: User | None,
    at: datetime,
) -> None:
    statement = (
        db.select(BankQuestion.key, func.max(BankQuestion.number), func.max(BankQuestion.place))
        .where(BankQuestion.bank_key == bank_key)
        .group_by(BankQuestion.key)
    )
    known = {key: (number, place) for key, number, place in db.session.execute(statement)}
    free = max((place for _number, place in known.values()), default=-1) + 1
    rows = []
    for one in questions:
        number, place = known.get(one.key, (0, None))
        if place is None:
            place, free = free, free + 1
        rows.append(
            {
                "bank_key": bank_key,
                "key": one.key,
                "number": number + 1,
                "place": place,
                "spec": one.spec,
                "content_hash": one.content_hash,
                "type": one.spec["type"],
                "competency": one.spec.get("competency"),
                "sought": conversion.words_of(one.spec),
                "made_at": at,
                "by_id": by.id if by else None,
                **origin,
            }
        )
    if rows:
        db.session.execute(insert(BankQuestion), rows)


def set_picture(
    bank_key: str,
    key: str,
    place: str,
    *,
    version: int,
    content: bytes | None,
    file_name: str,
    alt: Mapping[str, str],
    by: User | None,
    at: datetime,
) -> bool:
    """Show another picture in a place of a question, or say anew what it shows: the next version of the question.

    Args:
        place: code of the place, see `rules.picture_places`.
        version: the one that was looked at.
        content: of the new picture; None: the one that is there stays.
        alt: what it shows by language; blank ones are passed over.

    Returns:
        Whether anything changed; what is as it was makes no version.

    Raises:
        Refused: `question.not-the-sites`, `question.changed`, `picture.no-place`, `picture.none`,
            `picture.no-alt`, and the codes of `lms.interchange.pictures.fault_in_picture`.
    """
    kept = _looked_at(bank_key, key, version)
    held = next((one for one in rules.picture_places(kept.spec) if one.code == place), None)
    if held is None:
        raise Refused("picture.no-place")
    if content is None and held.image is None:
        raise Refused("picture.none")
    if content is not None and (fault := fault_in_picture(content)) is not None:
        raise Refused(fault.code, **fault.values)
    told = {name: " ".join(text.split()) for name, text in alt.items() if text.strip()}
    if not told:
        raise Refused("picture.no-alt")
    file = held.image["file"] if held.image else ""
    file = pictures.keep(content, by=by, at=at) if content is not None else file
    spec = rules.with_picture(kept.spec, place, {"file": file, "alt": told})
    return _next_version(kept, spec, file_name or kept.file_name, by=by, at=at)


def remove_picture(
    bank_key: str, key: str, place: str, *, version: int, by: User | None, at: datetime
) -> bool:
    """Take the picture out of a place of a question: its next version. The picture itself stays for the others.

    Returns:
        Whether there was one.

    Raises:
        Refused: `question.not-the-sites`, `question.changed`, `picture.no-place`.
    """
    kept = _looked_at(bank_key, key, version)
    spec = rules.with_picture(kept.spec, place, None)
    return _next_version(kept, spec, kept.file_name, by=by, at=at)


def _looked_at(bank_key: str, key: str, version: int) -> BankQuestion:
    """The open version of a question of the site, which must be the one that was looked at."""
    # Whoever changes a bank holds its row first.
    statement = db.select(QuestionBank).where(QuestionBank.key == bank_key).with_for_update()
    found = queries.question(bank_key, key) if db.session.scalar(statement) is not None else None
    if found is None or found[1] is None:
        raise Refused("question.not-the-sites")
    if found[1].number != version:
        raise Refused("question.changed")
    return found[1]


def _next_version(
    kept: BankQuestion, spec: dict[str, Any], file_name: str, *, by: User | None, at: datetime
) -> bool:
    settled, faults = conversion.settled(spec)
    if settled is None:
        raise ValueError("; ".join(faults))
    made = Incoming(settled, conversion.hash_of(settled), 0, kept.key)
    if made.content_hash == kept.content_hash:
        return False
    bank_key, key = kept.bank_key, kept.key
    origin = {"file_name": file_name, "file_format": kept.file_format}
    _end(bank_key, [key], by=by, at=at)
    _add(bank_key, [made], origin, by=by, at=at)
    changes = {"bank": bank_key, "question": key, "version": kept.number + 1}
    audit(by, "question.picture", queries.kept_bank(bank_key), at=at, changes=changes)
    db.session.flush()
    return True


def withdraw_question(bank_key: str, key: str, *, by: User | None, at: datetime) -> None:
    """End a question of the site: it is drawn no more; attempts that hold it keep it word for word.

    Where it stood in the place of a question of the content's files, that one is asked again.

    Raises:
        Refused: `question.not-the-sites`: the bank has no such question, or it stands in a file.
    """
    bank = queries.kept_bank(bank_key)
    if bank is None or not _end(bank_key, [key], by=by, at=at):
        raise Refused("question.not-the-sites")
    audit(by, "question.withdrawn", bank, at=at, changes={"bank": bank_key, "question": key})


def keep_upload(
    content: bytes,
    *,
    bank_key: str,
    title: str,
    file_name: str,
    file_format: str,
    defaults: Mapping[str, str],
    by: User,
    at: datetime,
) -> BankUpload:
    """Keep a file until it is taken in, for a day at most; each person has one at a time.

    Raises:
        Refused: `upload.large`: it is larger than a file of questions may be.
    """
    if len(content) > MOST_BYTES:
        raise Refused("upload.large", limit=MOST_BYTES // 2**20)
    db.session.execute(
        delete(BankUpload).where(
            (BankUpload.by_id == by.id) | (BankUpload.made_at < at - rules.UPLOAD_KEPT)
        )
    )
    made = BankUpload(
        by_id=by.id,
        bank_key=bank_key,
        title=title,
        file_name=file_name,
        file_format=file_format,
        defaults=dict(defaults),
        made_at=at,
        content=content,
    )
    db.session.add(made)
    db.session.flush()
    return made


def close_upload(upload: BankUpload, *, at: datetime) -> None:
    """Note that a file was taken in, and let go of its content."""
    upload.taken_at = at
    upload.content = b""


def discard_upload(upload: BankUpload) -> None:
    """Let go of a file that is not wanted."""
    db.session.delete(upload)
