"""What is installed is what is in the tree."""

import configparser
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSTALLED_AS = {
    "lms": "lms",
    "plugins": "lms_plugins",
    "curricula": "lms_curricula",
    "assessments": "lms_assessments",
}
NEEDED_TO_BUILD = ("setup.py", "setup.cfg", "pyproject.toml", "README.md", "NOTICE")
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", "node_modules", ".*")


def run(*arguments: str | Path, folder: Path, **environment: str) -> str:
    """Run Python with the arguments; return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of what is packed: building leaves files behind, and nothing stale may get in."""
    tree = tmp_path_factory.mktemp("tree")
    for name in INSTALLED_AS:
        shutil.copytree(ROOT / name, tree / name, ignore=NOT_SHIPPED)
    for name in (*NEEDED_TO_BUILD, *(path.name for path in ROOT.glob("LICENSE*"))):
        shutil.copy(ROOT / name, tree / name)
    return tree


@pytest.fixture(scope="module")
def wheel(tree, tmp_path_factory):
    """The wheel, built by way of the source archive as a release is."""
    target = tmp_path_factory.mktemp("wheel")
    run("-m", "build", "--no-isolation", "--outdir", target, tree, folder=tree)
    return next(target.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_tree_and_nothing_else(tree, wheel):
    expected = {
        f"{installed}/{path.relative_to(tree / folder).as_posix()}"
        for folder, installed in INSTALLED_AS.items()
        for path in (tree / folder).rglob("*")
        if path.is_file()
    }

    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}

    shipped = {name for name in names if ".dist-info/" not in name}
    assert sorted(expected - shipped) == [], "in the tree and not in the wheel"
    assert sorted(shipped - expected) == [], "in the wheel and not in the tree"
    licences = {Path(name).name for name in names if ".dist-info/licenses/" in name}
    assert {"LICENSE", "LICENSE-content", "NOTICE"} <= licences


@pytest.mark.slow
def test_a_site_runs_from_the_wheel(wheel, tmp_path):
    """Migrations, templates and content are where the installed package looks for them."""
    site = tmp_path / "site-packages"
    run(
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        site,
        wheel,
        folder=tmp_path,
    )
    code = (
        "import lms, lms_curricula\n"
        "from flask_migrate import upgrade\n"
        "from lms.app import create_app\n"
        "app = create_app()\n"
        "with app.app_context():\n"
        "    upgrade()\n"
        "answer = app.test_client().get('/sign-in', follow_redirects=True)\n"
        "assert answer.status_code == 200, answer.status\n"
        "print(lms.__file__, lms_curricula.__file__, sep='\\n')\n"
    )

    printed = run(
        "-c",
        code,
        folder=tmp_path,
        PYTHONPATH=str(site),
        BARAZA_INSTANCE=str(tmp_path / "instance"),
    )

    assert [line for line in printed.splitlines() if not line.startswith(str(site))] == []
    assert (tmp_path / "instance" / "baraza.sqlite").is_file()


def test_the_installed_entry_points_are_those_declared():
    """They are read when the package is installed: after a change, `make setup` installs it again."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    declared = {
        (group, *(part.strip() for part in line.split("=", 1)))
        for group, lines in config["options.entry_points"].items()
        for line in lines.strip().splitlines()
    }

    installed = {(e.group, e.name, e.value) for e in distribution("baraza-lms").entry_points}

    assert installed == declared


@pytest.mark.parametrize("entry", distribution("baraza-lms").entry_points, ids=lambda e: e.name)
def test_an_entry_point_can_be_loaded(entry):
    assert entry.load() is not None


def test_every_direct_dependency_is_locked():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    ranges = config["options"]["install_requires"] + "".join(
        config["options.extras_require"].values()
    )
    names = {
        line.split(">")[0].split("[")[0].strip().lower().replace("_", "-")
        for line in ranges.splitlines()
        if line.strip()
    }
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {line.split("==")[0] for line in lock.splitlines() if "==" in line}

    assert names - locked == set()
