"""Answers to tests: published, and simulated."""

import json
from pathlib import Path
from typing import Any

import numpy as np

#: Five items of the Law School Admission Test, 1,000 persons, by answers (right 1): Bock & Lieberman
#: (1970), Psychometrika 35, section 6. Estimates for them are published with the package ltm
#: (Rizopoulos 2006, Journal of Statistical Software 17(5)).
PATTERNS = {
    "00000": 3, "00001": 6, "00010": 2, "00011": 11, "00100": 1, "00101": 1, "00110": 3,
    "00111": 4, "01000": 1, "01001": 8, "01011": 16, "01101": 3, "01110": 2, "01111": 15,
    "10000": 10, "10001": 29, "10010": 14, "10011": 81, "10100": 3, "10101": 28, "10110": 15,
    "10111": 80, "11000": 16, "11001": 56, "11010": 21, "11011": 173, "11100": 11, "11101": 61,
    "11110": 28, "11111": 298,
}  # fmt: skip


def lsat() -> np.ndarray:
    """The law school test, persons × items of 0 and 1."""
    rows = [[float(one) for one in answers] for answers in PATTERNS]
    return np.repeat(np.array(rows), list(PATTERNS.values()), axis=0)


def simulated(
    persons: int, difficulties: list[float], *, slope: float = 1.0, seed: int = 1
) -> np.ndarray:
    """Persons × items of 0 and 1 by a Rasch model, abilities normal with mean 0 and sd 1."""
    random = np.random.default_rng(seed)
    ability = random.normal(size=(persons, 1))
    chance = 1 / (1 + np.exp(-slope * (ability - np.array(difficulties))))
    return (random.random(chance.shape) < chance).astype(float)


def published(function: str) -> list[dict[str, Any]]:
    """The published cases of one function, as data/scoring.json of the index tests has them."""
    path = Path(__file__).parents[1] / "index" / "data" / "scoring.json"
    return [one for one in json.loads(path.read_text())["cases"] if one["function"] == function]
