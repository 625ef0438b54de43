"""The examples in the guides for authors are right, and there is one of each format."""

from lms.content import shipped_roots
from lms.content.library import READERS
from lms.scoring import TYPES


def test_the_examples_have_no_problems(tree):
    assert [str(problem) for problem in tree.problems()] == []


def test_there_is_an_example_of_each_format(tree):
    library = tree.library()
    assert set(READERS) == {path.name for path in tree.path("assessments").iterdir()}
    assert set(library.courses) == {"safe-wells"}
    assert set(library.methodologies) == {"wells"}
    assert {question.type for question in library.questions.values()} == set(TYPES)


def test_the_guide_has_a_row_for_each_type(tree):
    guide = (shipped_roots().assessments[0] / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in guide for name in TYPES)
