"""House rules about files: names, lengths, and what may not stand in them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEFT_OUT = {"build", "dist", "instance", "node_modules", "htmlcov", "__pycache__"}
SHOWN = {".ci", ".gitignore"}
VENDORED = ("lms/web/static/vendor/", "lms/plugins/fonts/", "tests/browser/axe.")
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc"}
# Written so that this file does not find itself.
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME)\b")
MACHINE_PATH = re.compile(r"""(?:^|[\s"'`(=:,])(?:file://)?/(?:work|root|home|Users)/\w""", re.M)
REGISTRY = re.compile(r"pypi\.(?:org|python)|pythonhosted\.|registry\.(?:npmjs|yarnpkg)|\.debian\.")


def files() -> list[Path]:
    """Files of the project, without what is built, made by a tool or hidden."""

    def walk(folder: Path):
        for path in sorted(folder.iterdir()):
            if path.name in LEFT_OUT or path.name.endswith(".egg-info"):
                continue
            if path.name.startswith(".") and path.name not in SHOWN:
                continue
            yield from walk(path) if path.is_dir() else [path]

    return list(walk(ROOT))


FILES = files()
#: What people wrote: path from the root → text. Vendored files and pictures are not among them.
TEXTS: dict[str, str] = {}
for file in FILES:
    name = file.relative_to(ROOT).as_posix()
    if not name.startswith(VENDORED):
        try:
            TEXTS[name] = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def places(pattern: re.Pattern[str]) -> list[str]:
    """`path:line` of every place that matches."""
    return [
        f"{name}:{text.count(chr(10), 0, found.end()) + 1}"
        for name, text in TEXTS.items()
        for found in pattern.finditer(text)
    ]


def test_the_walk_sees_the_tree():
    assert {"setup.cfg", "lms/app.py", ".ci/run", "Makefile"} <= set(TEXTS)


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(UNFINISHED, id="unfinished"),
        pytest.param(MACHINE_PATH, id="a path of one machine"),
        pytest.param(REGISTRY, id="a package registry"),
    ],
)
def test_no_file_names(pattern):
    assert places(pattern) == []


def test_no_file_is_a_drawer_for_everything():
    parts = {
        (path.relative_to(ROOT).as_posix(), Path(part).stem)
        for path in FILES
        for part in path.relative_to(ROOT).parts
    }

    assert [path for path, part in sorted(parts) if part in DRAWERS] == []


def test_a_module_is_short_enough_to_read():
    lengths = {name: text.count("\n") for name, text in TEXTS.items() if name.endswith(".py")}

    assert {name: lines for name, lines in lengths.items() if lines >= 450} == {}


def test_every_python_folder_that_ships_is_a_package():
    """`find_packages` passes a folder without `__init__.py` by in silence."""
    folders = {
        file.parent
        for file in FILES
        if file.suffix == ".py" and file.relative_to(ROOT).parts[0] in {"lms", "plugins"}
    }

    assert [folder.as_posix() for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_text_files_have_plain_line_ends():
    assert [name for name, text in TEXTS.items() if "\r" in text] == []
