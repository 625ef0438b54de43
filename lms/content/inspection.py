"""All that `lms content check` tells: faults, warnings, and warnings that authors accepted."""

from dataclasses import dataclass

from lms.content.check import faults_of
from lms.content.guards import warnings_of
from lms.content.guards.acceptance import entries_of, sort_accepted
from lms.content.library import library_of, read_roots
from lms.content.problems import Problem
from lms.content.sources import Roots


@dataclass(frozen=True)
class Inspection:
    """What was found, each sorted by file and line."""

    faults: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    #: Warnings that their own file accepts; they are not among `warnings`.
    accepted: tuple[Problem, ...]


def inspect(roots: Roots) -> Inspection:
    """Read all files once, and return every fault and every warning.

    What is faulty is left out of the library, so that warnings are about the rest.
    """
    reading = read_roots(roots.curricula, roots.assessments)
    library = library_of(reading)
    found = {*faults_of(reading, library), *warnings_of(reading, library)}
    stay, accepted = sort_accepted(found, entries_of(reading))
    return Inspection(
        faults=tuple(sorted(one for one in stay if one.severity == "error")),
        warnings=tuple(sorted(one for one in stay if one.severity == "warning")),
        accepted=tuple(sorted(accepted)),
    )
