"""Passwords, one-time codes and counted tries."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func

from lms.accounts import rules
from lms.accounts.models import FailedSignIn, OneTimeCode, User
from lms.accounts.scope import everywhere
from lms.accounts.session import end_sign_ins
from lms.audit.operations import record as audit
from lms.db import db
from lms.errors import Refused

#: 19 MiB and two passes: about 35 ms on a small server (OWASP's second choice for Argon2id).
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
#: An unknown name is checked against this, so that the time taken tells nothing.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def hashed(password: str) -> str:
    """A password as it is kept."""
    return _hasher.hash(password)


def find_by_sign_in_name(sign_in_name: str) -> User | None:
    """The person with that sign-in name, whoever asks: names are unique on the whole site."""
    return db.session.scalar(
        everywhere(User).where(User.sign_in_name == rules.folded_name(sign_in_name))
    )


@dataclass(frozen=True, slots=True)
class Secret:
    """A key that is shown once and kept only as a hash."""

    text: str
    row_id: UUID


def make_one_time_code(user: User, *, by: User | None, at: datetime) -> Secret:
    """Make a code with which a person chooses a new password; ends all their sign-ins."""
    code = rules.new_code()
    row = OneTimeCode(
        user_id=user.id,
        code_hash=rules.digest(code),
        made_by_id=by.id if by else None,
        made_at=at,
        expires_at=at + rules.CODE_VALID,
    )
    db.session.add(row)
    db.session.flush()
    end_sign_ins(user, at=at)
    audit(by, "user.code-made", user, at=at)
    return Secret(code, row.id)


def use_one_time_code(sign_in_name: str, code: str, password: str, *, at: datetime) -> User:
    """Choose a new password with a one-time code.

    Raises:
        Refused: `code.wrong` for whatever is wrong with name or code, `password.short`, `password.name`.
    """
    user = find_by_sign_in_name(sign_in_name)
    if user is None or user.closed_at is not None:
        raise Refused("code.wrong")
    statement = (
        everywhere(OneTimeCode)
        .where(
            OneTimeCode.user_id == user.id,
            OneTimeCode.code_hash == rules.digest(rules.normal_code(code)),
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > at,
        )
        .with_for_update()
    )
    row = db.session.scalar(statement)
    if row is None:
        raise Refused("code.wrong")
    set_password(user, password, by=user, at=at)
    row.used_at = at
    return user


def set_password(user: User, password: str, *, by: User, at: datetime) -> None:
    """Set a password and end all sign-ins.

    Raises:
        Refused: `password.short`, `password.name`.
    """
    rules.check_password(password, sign_in_name=user.sign_in_name)
    user.password_hash = _hasher.hash(password)
    end_sign_ins(user, at=at)
    audit(by, "user.password-changed", user, at=at)


def change_password(user: User, old: str, new: str, *, at: datetime) -> None:
    """Change one's own password.

    Raises:
        Refused: `password.wrong`, `password.short`, `password.name`.
    """
    if not _verify(user.password_hash, old):
        raise Refused("password.wrong")
    set_password(user, new, by=user, at=at)


def check_tries(sign_in_name: str, *, address: str, at: datetime) -> None:
    """Refuse a try that comes too soon after wrong ones, by account and by address block.

    Raises:
        Refused: `sign-in.wait` with `seconds`.
    """
    since = at - rules.TRIES_WINDOW
    counted = []
    newest: list[datetime] = []
    by_name = FailedSignIn.name_hash == rules.digest(rules.folded_name(sign_in_name))
    for criterion in (by_name, FailedSignIn.address == address):
        statement = everywhere(func.count(FailedSignIn.id), func.max(FailedSignIn.at)).where(
            criterion, FailedSignIn.at > since
        )
        count, last = db.session.execute(statement).one()
        counted.append(count)
        newest += [last] if last else []
    if newest:
        until = max(newest) + rules.wait_after(*counted)
        if until > at:
            raise Refused("sign-in.wait", seconds=int((until - at).total_seconds()) + 1)


def count_failure(sign_in_name: str, *, address: str, at: datetime) -> None:
    """Count a wrong try."""
    name_hash = rules.digest(rules.folded_name(sign_in_name))
    db.session.add(FailedSignIn(name_hash=name_hash, address=address, at=at))


def check_credentials(
    sign_in_name: str, password: str, *, address: str, at: datetime
) -> User | None:
    """The person whose name and password these are; None when they are not, and the try is counted.

    Raises:
        Refused: `sign-in.wait`, before anything is checked.
    """
    check_tries(sign_in_name, address=address, at=at)
    user = find_by_sign_in_name(sign_in_name)
    right = _verify(user.password_hash if user else None, password)
    if user is None or not right or user.closed_at is not None:
        count_failure(sign_in_name, address=address, at=at)
        return None
    if _hasher.check_needs_rehash(user.password_hash or ""):
        user.password_hash = _hasher.hash(password)
    return user


def _verify(hashed: str | None, password: str) -> bool:
    try:
        return _hasher.verify(hashed or _NOBODY, password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False
