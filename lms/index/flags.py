"""Marks on values, as bits."""

from enum import IntFlag
from functools import lru_cache


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
    #: Filled in by the indicator's rule; the error is the rule's.
    IMPUTED = 1 << 15
    #: Drawn towards the mean of all subjects; the raw value stands beside it.
    SHRUNK = 1 << 16
    #: Too few subjects with a known error to say how much is chance.
    NOT_SHRUNK = 1 << 17
    #: Altered as an outlier; the raw value stands beside it.
    TREATED = 1 << 18
    #: Too few subjects to say what an outlier is.
    NOT_TREATED = 1 << 19
    #: Outliers are left after as many points as may be treated.
    STILL_SKEWED = 1 << 20
    #: Entropy tells no child from another, so that all weigh the same.
    EQUAL_WEIGHTS = 1 << 21
    #: What is missing could change the band.
    BAND_OPEN = 1 << 22


@lru_cache(maxsize=1024)
def _names(bits: int) -> tuple[str, ...]:
    return tuple(str(flag.name).lower() for flag in Flag if bits & flag)


def flag_names(bits: int) -> list[str]:
    """The names of the bits that are set, in a fixed order."""
    return list(_names(bits))


def flag_bits(names: list[str]) -> int:
    """The bits of names; the opposite of `flag_names`."""
    return int(sum(Flag[name.upper()] for name in names))
