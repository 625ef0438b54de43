"""A small whole content tree: the examples of the two guides for authors."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from lms.content import Problem, Roots, check, load_library, roots_in, shipped_roots
from lms.content.library import Library

EXAMPLE = re.compile(r"^(`{3,})(?:yaml|markdown|svg) (\S+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


def examples() -> dict[str, str]:
    """Text of every example in the guides by its path; examples of one path are parts of a file."""
    found: dict[str, str] = {}
    shipped = shipped_roots()
    for folder in (*shipped.curricula, *shipped.assessments):
        guide = (folder / "README.md").read_text(encoding="utf-8")
        for example in EXAMPLE.finditer(guide):
            found[example[2]] = found.get(example[2], "") + example[3]
    return found


@dataclass(frozen=True)
class Tree:
    """Content in a folder of its own, to be changed and looked at."""

    folder: Path

    @property
    def roots(self) -> Roots:
        return roots_in(self.folder)

    def path(self, name: str) -> Path:
        return self.folder / name

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def change(self, name: str, old: str, new: str) -> tuple[str, int]:
        """Put new for the first old in a file; return the file and the line where it stood."""
        text = self.path(name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        self.write(name, text.replace(old, new, 1))
        return name, text.count("\n", 0, text.index(old)) + 1

    def library(self) -> Library:
        return load_library(*self.roots)

    def problems(self) -> list[Problem]:
        return check(self.roots)

    def found(self) -> list[tuple[str, int, str]]:
        """File, line and code of every problem."""
        return [
            (problem.path.relative_to(self.folder).as_posix(), problem.line, problem.code)
            for problem in self.problems()
        ]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """The examples of the guides, written to a folder."""
    made = Tree(tmp_path / "site")
    for name, text in examples().items():
        made.write(name, text)
    # The picture that an example shows; a guide has no way to hold one.
    made.write("curricula/safe-wells/media/seal.svg", "<svg><circle r='9'/></svg>")
    return made
