"""Codes, validity, and what a certificate's state is on a day."""

import secrets
from datetime import date
from enum import StrEnum

from lms.errors import Refused

#: 32 signs without O, 0, I and 1: sixteen of them hold 80 bits and survive being copied by hand.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 16
VALID_MONTHS = 36


class State(StrEnum):
    """What a certificate is worth on a day."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


def new_code() -> str:
    """Return a random code of 80 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def normal_code(typed: str) -> str:
    """A typed code as it is compared: capitals without spaces and dashes; empty when it cannot be one."""
    code = "".join(c for c in typed.upper() if c.isalnum())
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else ""


def shown_code(code: str) -> str:
    """A code in four groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def state_on(day: date, *, expires_on: date | None, revoked: bool, superseded: bool) -> State:
    """The state on a day; revocation outweighs all, and the last day of validity still counts."""
    if revoked:
        return State.REVOKED
    if superseded:
        return State.SUPERSEDED
    if expires_on is not None and day > expires_on:
        return State.EXPIRED
    return State.VALID


def check_reason(reason: str) -> str:
    """A reason for revoking, trimmed.

    Raises:
        Refused: `certificate.reason` without one.
    """
    if not reason.strip():
        raise Refused("certificate.reason")
    return reason.strip()
