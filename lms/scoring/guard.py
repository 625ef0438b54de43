"""The caution that a figure carries when few persons stand behind it."""

#: Under 10 nothing is concluded, under 30 only a hint (capacity specification, section 15).
FEW, INDICATIVE = 10, 30
#: Spread below this is rounding, not difference between people.
NO_SPREAD = 1e-12


def guard_of(persons: int) -> str | None:
    """Return the caution due: ``guard`` under 10 persons, ``indicative`` under 30, else None."""
    if persons < FEW:
        return "guard"
    return "indicative" if persons < INDICATIVE else None
