"""All or nothing: questions of several parts that ask for the whole right answer (``grading: exact``)."""

from fractions import Fraction

from lms.scoring.question import Spec, SpecProblem

#: How a question of several parts may be graded; ``parts``, the default, is its type's own formula.
GRADINGS = ("parts", "exact")


def is_exact(spec: Spec) -> bool:
    """Return whether only the whole right answer earns the mark."""
    return spec.get("grading") == "exact"


def grading_problems(spec: Spec) -> list[SpecProblem]:
    """Return the fault of a grading that is not known."""
    if spec.get("grading") in (None, *GRADINGS):
        return []
    message = f"grading is one of {', '.join(GRADINGS)}"
    return [SpecProblem(("grading",), "question.bad-grading", message)]


def earned(spec: Spec, share: Fraction) -> Fraction:
    """Return what a share is worth: itself, or nothing where only the whole counts and it is less.

    >>> earned({"grading": "exact"}, Fraction(3, 4)), earned({}, Fraction(3, 4))
    (Fraction(0, 1), Fraction(3, 4))
    """
    return share if share >= 1 or not is_exact(spec) else Fraction(0)


def formula(spec: Spec, name: str) -> str:
    """Return the name of a type, or ``<name>.exact``."""
    return f"{name}.exact" if is_exact(spec) else name
