"""Statistics are part of `lms.scoring`, and marking does not pay for them."""

import importlib
import pickle
import pkgutil
import subprocess
import sys

import pytest

import lms.scoring
from lms.scoring import Coefficient, hake_gain


def test_every_public_name_is_there() -> None:
    assert [name for name in lms.scoring.__all__ if not hasattr(lms.scoring, name)] == []
    with pytest.raises(AttributeError, match="no attribute 'no_such_figure'"):
        lms.scoring.no_such_figure  # noqa: B018


def test_marking_loads_without_numpy() -> None:
    code = "import lms.scoring, lms.scoring.types, sys; sys.exit('numpy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_module_hides_the_function_of_its_name() -> None:
    # An imported module becomes an attribute of its package, and would win.
    for module in pkgutil.walk_packages(lms.scoring.__path__, "lms.scoring."):
        importlib.import_module(module.name)

    for name in lms.scoring.__all__:
        assert type(getattr(lms.scoring, name)).__name__ != "module"


def test_a_coefficient_is_its_number_with_more_beside_it() -> None:
    found = hake_gain([0.2, 0.4], [0.6, 0.7])

    assert isinstance(found, Coefficient)
    assert found + 1 == found.value + 1
    assert {found: "kept"}[found.value] == "kept"
    again = pickle.loads(pickle.dumps(found))
    assert (again, again.persons, again.low) == (found, found.persons, found.low)
    with pytest.raises(AttributeError):
        found.value = 1  # type: ignore[misc]
