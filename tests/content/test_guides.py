"""The examples in the guides for authors are right, and there is one of each format."""

from lms.content.library import READERS


def test_the_examples_have_no_problems(tree):
    assert [str(problem) for problem in tree.problems()] == []


def test_there_is_an_example_of_each_format(tree):
    library = tree.library()
    assert set(READERS) == {path.name for path in tree.path("assessments").iterdir()}
    assert set(library.courses) == {"safe-wells"}
    assert set(library.methodologies) == {"wells"}
    assert {question.type for question in library.questions.values()} == {
        "single_choice",
        "multiple_choice",
        "true_false",
        "numeric",
        "short_text",
        "matching",
    }
