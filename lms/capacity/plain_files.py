"""The index from plain files: a methodology and observations in, a run out; no site and no database.

All that is wrong with the files is gathered before anything is computed, and each fault names its file and line.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lms.capacity.observation_files import (
    ObservationTable,
    PopulationTable,
    read_observations,
    read_populations,
)
from lms.content.methodologies import MethodologyFile, read_methodology
from lms.content.problems import Problem, has_errors
from lms.index import Result, compute


class FileFaults(Exception):
    """Files cannot be used as they stand; `problems` are all their faults, each with file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run is computed from, as it was read. `as_of` is the newest `observed_on` unless it was given."""

    methodology: MethodologyFile
    table: ObservationTable
    populations: PopulationTable | None
    as_of: date
    warnings: tuple[Problem, ...] = ()

    @property
    def counts(self) -> Mapping[tuple[str, str], Any]:
        """Populations by (subject, indicator); empty where none are known."""
        return self.populations.counts if self.populations else {}


@dataclass(frozen=True, slots=True)
class Run:
    """A run over plain files.

    `told` is what section 14 of the specification prints, with messages that say what to do; `refused` are its
    problems in the order of the files, each as one line with file and line where they are known.
    """

    inputs: Inputs
    result: Result
    told: dict[str, Any]
    refused: tuple[str, ...]

    @property
    def status(self) -> int:
        """0 when some subject has a value, 1 when none has, 2 when the observations were refused."""
        refuses = self.inputs.methodology.methodology.faulty_observations == "refuse"
        if refuses and self.told["problems"]:
            return 2
        return 0 if any(one["value"] is not None for one in self.told["subjects"]) else 1


def read_methodologies(paths: Iterable[Path]) -> tuple[list[MethodologyFile], list[Problem]]:
    """Read methodology files and return them with what is odd about them.

    Raises:
        FileFaults: all faults of all of them.
    """
    files, problems = [], []
    for path in paths:
        file, _, found = read_methodology(path)
        problems += found
        if file is not None:
            files.append(file)
    if has_errors(problems):
        raise FileFaults(problems)
    return files, problems


def read_inputs(
    methodology: Path,
    observations: Path,
    populations: Path | None = None,
    *,
    as_of: date | None = None,
    today: date,
) -> Inputs:
    """Read what a run needs. Without `as_of`, it is the newest `observed_on`, else `today`.

    Raises:
        FileFaults: the faults of all files at once.
    """
    file, _, problems = read_methodology(methodology)
    with_levels = (
        {one.key for one in file.methodology.indicators if one.normalise.levels} if file else set()
    )
    table, found = read_observations(observations, with_levels)
    problems = problems + found
    counts = None
    if populations is not None:
        counts, found = read_populations(populations)
        problems += found
    if file is None or has_errors(problems):
        raise FileFaults(problems)
    return Inputs(file, table, counts, as_of or table.newest or today, tuple(problems))


def compute_inputs(inputs: Inputs, *, draws: int | None = None, seed: int | None = None) -> Run:
    """Compute the run of what was read."""
    result = compute(
        inputs.methodology.methodology,
        inputs.table.columns,
        as_of=inputs.as_of,
        populations=inputs.counts,
        draws=draws,
        seed=seed,
    )
    told: dict[str, Any] = json.loads(result.to_json())
    refused = _located(told["problems"], inputs)
    return Run(inputs, result, told, tuple(refused))


def _located(problems: list[dict[str, str]], inputs: Inputs) -> list[str]:
    """Each problem as a line with its place; messages of faulty rows become those of the reader."""
    if not problems:
        return []
    table = inputs.table
    positions: dict[str, list[int]] = defaultdict(list)
    for position in range(len(table.lines)):
        positions[table.name(position)].append(position)
    told = []
    for problem in problems:
        own = positions.get(problem["id"], []) if problem["id"] else []
        if not own:
            told.append(f"{_population_place(problem, inputs)}: {problem['message']}")
            continue
        # The first row of an id stands; it is the later ones that are refused as duplicates.
        at = 1 if problem["code"].startswith("duplicate") and len(own) > 1 else 0
        position = own.pop(at) if len(own) > 1 else own[0]
        fault = table.faults.get(position)
        if fault is not None:
            problem["code"] = fault.code
            problem["message"] = f"{problem['id']}: {fault.message}"
        told.append(f"{table.path}:{table.lines[position]}: {problem['message']}")
    return told


def _population_place(problem: dict[str, str], inputs: Inputs) -> str:
    """The line of a population of which the message speaks, or the file of observations as a whole."""
    counts = inputs.populations
    if counts is None or not problem["message"].startswith("population of "):
        return str(inputs.table.path)
    about = problem["message"].removeprefix("population of ")
    for (subject, indicator), line in counts.lines.items():
        if about.startswith((f"{subject}, {indicator}:", f"{subject}: no indicator '{indicator}'")):
            return f"{counts.path}:{line}"
    return str(counts.path)
