"""Roles, what they permit, and the decisions about passwords, codes and failed tries."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from lms.errors import Refused


class Somebody(Protocol):
    """A person of whom only this is asked: the row, or who is asking as plain values."""

    @property
    def id(self) -> UUID: ...


class Role(StrEnum):
    """What somebody is in an organisation and all below it."""

    LEARNER = "learner"
    TRAINER = "trainer"
    EVALUATOR = "evaluator"
    LIAISON_OFFICER = "liaison-officer"
    PROGRAMME_MANAGER = "programme-manager"
    ADMINISTRATOR = "administrator"


class OrganisationKind(StrEnum):
    """The kinds of `product.md`."""

    LOCAL_GOVERNMENT = "local-government"
    PEACE_OPERATION = "peace-operation"
    UN_AGENCY = "un-agency"
    NATIONAL_AUTHORITY = "national-authority"
    CIVIL_SOCIETY = "civil-society"
    TRAINING_INSTITUTION = "training-institution"


class Permission(StrEnum):
    """What a role may do in the organisations for which it holds."""

    BELONG = "belong"
    SEE_PEOPLE = "see-people"
    MANAGE_PEOPLE = "manage-people"
    MANAGE_ORGANISATIONS = "manage-organisations"
    SEE_RESULTS = "see-results"
    OBSERVE = "observe"
    #: Confirm that somebody applied a competency at work.
    CONFIRM_WORK = "confirm-work"
    #: Mark essays and files by hand.
    MARK = "mark"
    #: Hold a supervised sitting; print papers and enter their sheets.
    SUPERVISE = "supervise"
    #: Overrides, regrades, question banks, cohorts, item analysis, cut scores.
    MANAGE_ASSESSMENTS = "manage-assessments"
    SCHEDULE_EXERCISES = "schedule-exercises"
    EVALUATE = "evaluate"
    MANAGE_EXCHANGES = "manage-exchanges"
    SEE_CAPACITY = "see-capacity"
    COMPUTE_INDEX = "compute-index"
    AWARD = "award"
    EXPORT = "export"
    ADMINISTER = "administer"


_P = Permission
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.LEARNER: frozenset({_P.BELONG}),
    Role.EVALUATOR: frozenset({_P.BELONG, _P.EVALUATE, _P.OBSERVE, _P.MARK, _P.SUPERVISE}),
    Role.TRAINER: frozenset(
        {
            _P.BELONG,
            _P.SEE_PEOPLE,
            _P.SEE_RESULTS,
            _P.OBSERVE,
            _P.MARK,
            _P.SUPERVISE,
            _P.MANAGE_ASSESSMENTS,
            _P.SCHEDULE_EXERCISES,
            _P.AWARD,
            _P.SEE_CAPACITY,
            _P.EXPORT,
        }
    ),
    Role.LIAISON_OFFICER: frozenset({_P.BELONG, _P.SEE_PEOPLE, _P.MANAGE_EXCHANGES}),
    Role.PROGRAMME_MANAGER: frozenset(
        {
            _P.BELONG,
            _P.SEE_PEOPLE,
            _P.SEE_RESULTS,
            _P.CONFIRM_WORK,
            _P.MANAGE_EXCHANGES,
            _P.SEE_CAPACITY,
            _P.COMPUTE_INDEX,
            _P.AWARD,
            _P.EXPORT,
        }
    ),
    Role.ADMINISTRATOR: frozenset(Permission) - {_P.EVALUATE},
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Everything that any of the roles permits."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


MIN_PASSWORD = 10


def check_password(password: str, *, sign_in_name: str) -> None:
    """Refuse a password that is short or the sign-in name itself.

    Length alone is asked for, not a mixture of signs: NIST SP 800-63B, section 5.1.1.2.

    Raises:
        Refused: `password.short`, `password.name`.
    """
    if len(password) < MIN_PASSWORD:
        raise Refused("password.short", least=MIN_PASSWORD)
    if password.casefold() == sign_in_name.casefold():
        raise Refused("password.name")


def folded_name(sign_in_name: str) -> str:
    """A sign-in name as it is compared: without outer spaces, in small letters."""
    return sign_in_name.strip().casefold()


def check_sign_in_name(sign_in_name: str) -> None:
    """Refuse a sign-in name that would be hard to type on a shared phone.

    Raises:
        Refused: `name.form`.
    """
    name = folded_name(sign_in_name)
    if not 3 <= len(name) <= 60 or any(not (c.isalnum() or c in ".-_@") for c in name):
        raise Refused("name.form")


#: Crockford's alphabet: no I, L, O, U, so that a code can be read aloud and copied from paper.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
INVITATION_VALID = timedelta(days=14)
CODE_VALID = timedelta(hours=24)


def new_code(length: int = 10) -> str:
    """Return a random code; ten characters hold 50 bits and live one day."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def normal_code(typed: str) -> str:
    """A typed code as it is compared: capitals, no spaces or dashes, misread letters put right."""
    return "".join(c for c in typed.upper() if c.isalnum()).translate(_MISREAD)


def digest(token: str) -> bytes:
    """SHA-256 of a token: what the database keeps, so that a leaked backup opens no door."""
    return hashlib.sha256(token.encode()).digest()


FREE_TRIES = 5
ADDRESS_TRIES = 60
TRIES_WINDOW = timedelta(minutes=15)


def wait_after(failures_of_account: int, failures_of_address: int) -> timedelta:
    """How long after the last failure the next try is let in.

    Five tries are free; then 10 s, 20 s, 40 s … up to five minutes. An address has sixty free tries, since a
    whole office may share one. Never a lock by name alone: that would let anybody lock a colleague out.
    """
    over = max(failures_of_account - FREE_TRIES, (failures_of_address - ADDRESS_TRIES))
    if over < 0:
        return timedelta(0)
    return min(timedelta(seconds=10 * 2 ** min(over, 10)), timedelta(minutes=5))


def check_incumbency(starts_on: date, ends_on: date | None) -> None:
    """Refuse an incumbency that ends before it starts.

    Raises:
        Refused: `incumbency.order`.
    """
    if ends_on is not None and ends_on < starts_on:
        raise Refused("incumbency.order", starts_on=starts_on, ends_on=ends_on)


def read_requirements(text: str, known: Iterable[str]) -> dict[str, int]:
    """Read required levels from lines such as ``gov-03 2``; levels are 1 awareness … 4 mentor.

    Raises:
        Refused: `requirements.line` naming the first line that cannot be read and why.
    """
    known = set(known)
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        key, _, level = line.strip().partition(" ")
        if key not in known or level.strip() not in ("1", "2", "3", "4") or key in found:
            raise Refused("requirements.line", number=number, line=line.strip())
        found[key] = int(level)
    return found
