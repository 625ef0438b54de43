"""Marks on values, as bits."""

from enum import IntFlag


class Flag(IntFlag):
    """What a reader of a value ought to know; the lower-case name is what JSON carries."""

    NO_EVIDENCE = 1
    NO_WEIGHT = 2
    LOW_COVERAGE = 4
    NO_DENOMINATOR = 8
    EXPIRED = 16
    OUT_OF_RANGE = 32
    SINGLE_GROUP = 64
    NO_SPREAD_OBSERVED = 128
    UNKNOWN_ERROR = 256
    CLIPPED = 512
    NO_SPREAD = 1024
    FLOORED = 2048
    AT_EDGE = 4096
    GUARDED = 8192
    LOW_INDEPENDENT = 16384


def flag_names(bits: int) -> list[str]:
    """The names of the bits that are set, in a fixed order."""
    return [str(flag.name).lower() for flag in Flag if bits & flag]


def flag_bits(names: list[str]) -> int:
    """The bits of names; the opposite of `flag_names`."""
    return int(sum(Flag[name.upper()] for name in names))
