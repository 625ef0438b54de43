"""A run with all it was computed from in one file, and the check that it computes again.

Bytes in, bytes out: `make_bundle` packs, `verify_bundle` unpacks, computes anew and compares. No file
is touched and nothing is unpacked to disk, so that no name in a bundle leads anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from lms.index.archive import ArchiveError, pack, unpack
from lms.index.bundle_tables import (
    Populations,
    TableError,
    read_observations,
    read_populations,
    write_observations,
    write_populations,
)
from lms.index.compute import compute
from lms.index.methodology import Methodology, MethodologyError
from lms.index.observations import Observation
from lms.index.pieces import Observations
from lms.index.result import ALGORITHM, Result

FORMAT = 1
README, VERSIONS, METHODOLOGY = "README.txt", "versions.json", "methodology.json"
OBSERVATIONS, POPULATIONS, RUN = "observations.csv", "populations.csv", "run.json"
MEMBERS = (README, VERSIONS, METHODOLOGY, OBSERVATIONS, POPULATIONS, RUN)
#: Beside a run of another algorithm or another major version of numpy, numbers may differ so much.
TOLERANCE = 1e-9
#: What a stranger's bundle may ask of the verifier: subjects × indicators, subjects × draws, and
#: groups that only a population says are there. A thousand times the size of a large country.
MOST_CELLS, MOST_DRAWN, MOST_ABSENT = 2_000_000, 10_000_000, 10_000_000
#: Differences that are told one by one; the rest is counted.
TOLD = 20

TEXT = """\
A run of the capacity index, with all that it was computed from.

methodology  {key} {version}
             {methodology_hash}
evidence     {evidence_hash}
as of        {as_of}
seed         {seed}, {draws} draws
computed by  algorithm {algorithm}, numpy {numpy}

methodology.json   how indicators become an index
observations.csv   what was observed, one piece a line
populations.csv    how many groups there should be
run.json           the run: values, intervals, coverage, bands, and the pieces behind each
versions.json      format of this bundle, algorithm, numpy

To check that the run follows from the rest, without any site:

    lms index verify BUNDLE

or in Python: lms.index.verify_bundle(open("BUNDLE", "rb").read())

Methodology and tables also compute by themselves:

    lms index compute --methodology methodology.json --observations observations.csv
        --populations populations.csv --as-of {as_of} --seed {seed} --draws {draws} --json

An apostrophe in front of a text in a table belongs to the file: it keeps a spreadsheet from
taking the text for a formula.
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where the run of a bundle and the run computed anew say different things.

    Args:
        place: such as ``subjects.3.value``; positions count from 0.
        stored, computed: what stands there.
    """

    place: str
    stored: Any
    computed: Any


@dataclass(frozen=True, slots=True)
class Verification:
    """What computing a bundle anew has shown.

    Args:
        faults: why it could not be computed or does not hold together, in sentences.
        versions: which versions differ, in sentences; then numbers are compared at 1e-9, else bit
            for bit.
        differences: the first 20 places that differ; `count`: how many there are.
        methodology, version, methodology_hash, evidence_hash, as_of, subjects: of the bundle's run;
            empty where it could not be read.
    """

    faults: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    count: int = 0
    methodology: str = ""
    version: str = ""
    methodology_hash: str = ""
    evidence_hash: str = ""
    as_of: str = ""
    subjects: int = 0

    @property
    def verified(self) -> bool:
        """Whether the run follows from the evidence and the methodology."""
        return not self.faults and not self.count

    @property
    def exact(self) -> bool:
        """Whether it was compared bit for bit; what cannot be read was not compared."""
        return not (self.versions or self.faults)


def make_bundle(
    run: Result,
    methodology: Mapping[str, Any],
    observations: Observations,
    populations: Populations | None = None,
    readme: str = "",
) -> bytes:
    """A run and its inputs as one zip; the same run gives the same bytes.

    Args:
        methodology: the mapping that `Methodology.from_mapping` read for the run.
        observations: all that the run was given, in their order, with those that it left out.
        populations: those that the run was given.
        readme: text of the README in place of the English one.

    Raises:
        ValueError: methodology or evidence are not those of the run, or a value has no place in a
            file.
    """
    return pack(bundle_members(run, methodology, observations, populations, readme))


def bundle_members(
    run: Result,
    methodology: Mapping[str, Any],
    observations: Observations,
    populations: Populations | None = None,
    readme: str = "",
) -> dict[str, bytes]:
    """The members of `make_bundle` by name.

    Raises:
        ValueError: as there.
    """
    text = json.dumps(_plain(methodology), ensure_ascii=False, indent=1) + "\n"
    read = Methodology.from_mapping(json.loads(text))
    if read.hash != run.methodology.hash:
        raise ValueError("the methodology is not that of the run: their hashes differ")
    levels = with_levels(read)
    table = write_observations(observations, levels)
    counts = write_populations(populations or {})
    # What a reader will make of the tables is computed now: a bundle that is handed out holds.
    again = compute(
        read, read_observations(table, levels), run.as_of, read_populations(counts), 0, run.seed
    )
    if again.evidence_hash != run.evidence_hash or again.problems != run.problems:
        raise ValueError(
            "the observations or populations are not those of the run, or hold values that no "
            "table can: evidence hashes or problems differ"
        )
    facts = {
        "key": run.methodology.key,
        "version": run.methodology.version,
        "methodology_hash": run.methodology.hash,
        "evidence_hash": run.evidence_hash,
        "as_of": run.as_of.isoformat(),
        "seed": run.seed,
        "draws": run.draws,
        "algorithm": run.algorithm,
        "numpy": run.numpy,
    }
    versions = {"format": FORMAT, "algorithm": run.algorithm, "numpy": run.numpy}
    texts = {
        README: readme or TEXT.format(**facts),
        VERSIONS: json.dumps(versions, indent=1) + "\n",
        METHODOLOGY: text,
        OBSERVATIONS: table,
        POPULATIONS: counts,
        RUN: run.to_json() + "\n",
    }
    return {name: texts[name].encode("utf-8") for name in MEMBERS}


def with_levels(methodology: Methodology) -> frozenset[str]:
    """Indicators whose value is a level."""
    return frozenset(one.key for one in methodology.indicators if one.normalise.levels)


def _plain(value: Any) -> Any:
    """A methodology's values as JSON has them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return float(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise ValueError(f"the methodology holds {value!r}, which has no place in a file")


def verify_bundle(data: bytes) -> Verification:
    """Compute a bundle's run anew from its methodology and evidence, and compare.

    Bit for bit where the algorithm and the major version of numpy are the same, else at 1e-9, and
    `versions` says which differs. A bundle that is damaged, too large or not one at all is told in
    `faults`; nothing is raised for it.
    """
    try:
        members = unpack(data, MEMBERS)
        versions = _json(members, VERSIONS)
        if versions.get("format") != FORMAT:
            known = f"this version reads format {FORMAT}"
            return Verification((f"{VERSIONS}: format {versions.get('format')!r}; {known}",))
        methodology = Methodology.from_mapping(_json(members, METHODOLOGY))
        levels = with_levels(methodology)
        rows = read_observations(_text(members, OBSERVATIONS), levels)
        populations = read_populations(_text(members, POPULATIONS))
        told = _json(members, RUN)
        stored = _Stored.of(told)
    except (ArchiveError, TableError, _Unreadable) as fault:
        return Verification((str(fault),))
    except MethodologyError as error:
        return Verification(tuple(f"{METHODOLOGY}: {one.message}" for one in error.problems))
    asked = _too_much(methodology, rows, populations, stored.draws)
    if asked:
        return Verification((asked,))
    again = compute(
        methodology, rows, stored.as_of, populations, draws=stored.draws, seed=stored.seed
    )
    computed = json.loads(again.to_json())
    differ = _versions(stored)
    found: list[Difference] = []
    # These two are told as versions, not as differences.
    for name in ("numpy", "algorithm"):
        told[name] = computed[name]
    _compare(told, computed, "", TOLERANCE if differ else 0.0, found)
    return Verification(
        versions=differ,
        differences=tuple(found[:TOLD]),
        count=len(found),
        methodology=methodology.key,
        version=methodology.version,
        methodology_hash=methodology.hash,
        evidence_hash=again.evidence_hash,
        as_of=stored.as_of.isoformat(),
        subjects=len(again.subjects),
    )


class _Unreadable(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class _Stored:
    """What a run says of how it was computed."""

    as_of: date
    draws: int
    seed: int
    algorithm: str
    numpy: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> _Stored:
        numbers = [told.get(name) for name in ("draws", "seed")]
        for name, number in zip(("draws", "seed"), numbers, strict=True):
            if type(number) is not int or not 0 <= number < 2**64:
                raise _Unreadable(f"{RUN}: {name} is no whole number from 0: {number!r}")
        day = told.get("as_of")
        try:
            as_of = date.fromisoformat(day if isinstance(day, str) else "")
        except ValueError:
            raise _Unreadable(f"{RUN}: as_of is no date such as 2026-03-31: {day!r}") from None
        texts = (str(told.get(name, "")) for name in ("algorithm", "numpy"))
        return cls(as_of, *numbers, *texts)  # type: ignore[arg-type]


def _text(members: Mapping[str, bytes], name: str) -> str:
    try:
        return members[name].decode("utf-8")
    except UnicodeDecodeError:
        raise _Unreadable(f"{name} is not UTF-8") from None


def _json(members: Mapping[str, bytes], name: str) -> dict[str, Any]:
    try:
        told = json.loads(_text(members, name))
    except (ValueError, RecursionError) as error:
        raise _Unreadable(f"{name} is no JSON that can be read: {error}") from None
    if not isinstance(told, dict):
        raise _Unreadable(f"{name} holds no JSON object")
    return told


def _too_much(
    methodology: Methodology,
    rows: list[Observation],
    populations: Mapping[tuple[str, str], Any],
    draws: int,
) -> str:
    """Why the bundle asks more of a machine than a run would; empty where it does not."""
    subjects = len({one.subject for one in rows} | {subject for subject, _ in populations})
    zeros = {one.key for one in methodology.indicators if one.unobserved == "zero"}
    absent = sum(
        size
        for (_, key), size in populations.items()
        if key in zeros and isinstance(size, int | float) and size > 0
    )
    asked = (
        ("subjects × indicators", subjects * len(methodology.indicators), MOST_CELLS),
        ("subjects × draws", subjects * draws, MOST_DRAWN),
        ("groups counted as zero", absent, MOST_ABSENT),
    )
    for name, size, most in asked:
        if size > most:
            return f"the bundle asks for {size:.3g} {name}; at most {most:.3g} are computed"
    return ""


def _versions(stored: _Stored) -> tuple[str, ...]:
    found = []
    if stored.algorithm != ALGORITHM:
        found.append(f"algorithm: {stored.algorithm} computed the run, {ALGORITHM} verifies it")
    own = np.__version__
    if stored.numpy.partition(".")[0] != own.partition(".")[0]:
        found.append(f"numpy: {stored.numpy or 'unknown'} computed the run, {own} verifies it")
    return tuple(found)


def _compare(
    stored: Any, computed: Any, place: str, tolerance: float, found: list[Difference]
) -> None:
    if isinstance(stored, dict) and isinstance(computed, dict):
        for name in dict.fromkeys((*stored, *computed)):
            inner = f"{place}.{name}" if place else str(name)
            _compare(stored.get(name), computed.get(name), inner, tolerance, found)
    elif isinstance(stored, list) and isinstance(computed, list) and len(stored) == len(computed):
        for position, pair in enumerate(zip(stored, computed, strict=True)):
            _compare(*pair, f"{place}.{position}", tolerance, found)
    elif not _same(stored, computed, tolerance):
        found.append(Difference(place, stored, computed))


def _same(stored: Any, computed: Any, tolerance: float) -> bool:
    if type(stored) is not type(computed) and not tolerance:
        # 1 and 1.0 are one number, and a float of a whole value is printed without a point.
        numbers = {type(stored), type(computed)} <= {int, float}
        return bool(numbers and stored == computed)
    if tolerance and all(type(one) in (int, float) for one in (stored, computed)):
        return bool(abs(stored - computed) <= tolerance)
    return bool(stored == computed)
