"""Arithmetic, content and rules load where Flask, a database and templates are absent."""

import subprocess
import sys
from pathlib import Path

import pytest

LMS = Path(__file__).parents[2] / "lms"
ABSENT = ("flask", "flask_sqlalchemy", "sqlalchemy", "wtforms", "flask_wtf", "jinja2")
PURE = ("index", "scoring", "content", "interchange")


def modules_of(folder: Path) -> list[str]:
    """Dotted names of all modules below the folder."""
    paths = (path.relative_to(LMS.parent).with_suffix("") for path in folder.rglob("*.py"))
    return sorted(".".join(path.parts).removesuffix(".__init__") for path in paths)


GROUPS = {f"lms.{name}": modules_of(LMS / name) for name in PURE} | {
    f"lms.{path.parent.name}.rules": [f"lms.{path.parent.name}.rules"]
    for path in sorted(LMS.glob("*/rules.py"))
}


def imported_without(names: tuple[str, ...], modules: list[str]) -> subprocess.CompletedProcess:
    """Import the modules in a fresh interpreter in which those packages cannot be found."""
    code = (
        "import importlib, sys\n"
        f"sys.modules.update(dict.fromkeys({names!r}))\n"
        f"for name in {modules!r}:\n"
        "    importlib.import_module(name)\n"
    )
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("group", GROUPS)
def test_a_pure_module_needs_no_web_and_no_database(group):
    assert GROUPS[group], f"{group} has no modules"

    run = imported_without(ABSENT, GROUPS[group])

    assert run.returncode == 0, run.stderr


def test_the_blockade_stops_what_it_should():
    run = imported_without(ABSENT, ["lms.db"])

    assert run.returncode == 1
    assert "ModuleNotFoundError" in run.stderr
