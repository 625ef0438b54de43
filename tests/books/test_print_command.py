"""`lms content print`: a course of the content folders as a file, without a database."""

import re

import pypdf
import pytest

COURSE = "village-well"


def test_the_command_prints_a_course_by_key_or_code_without_a_database(site, tmp_path):
    runner = site.test_cli_runner()
    first, second = tmp_path / "one.epub", tmp_path / "two.epub"

    for name, file in ((COURSE, first), ("T01", second)):
        done = runner.invoke(
            args=[
                *("content", "print", name, "--language", "fr", "--format", "epub"),
                *("--date", "2026-03-02", "-o", str(file)),
            ]
        )
        assert done.exit_code == 0, done.output
        assert done.output.strip() == str(file)

    assert first.read_bytes() == second.read_bytes()


def test_the_command_prints_a_pdf_of_a_size_in_the_original_language(site, tmp_path):
    file = tmp_path / "well.pdf"

    done = site.test_cli_runner().invoke(
        args=["content", "print", COURSE, "--paper", "a4", "-o", str(file)]
    )

    assert done.exit_code == 0, done.output
    reader = pypdf.PdfReader(file)
    assert reader.metadata.title == "The village well"
    assert round(reader.pages[0].mediabox.width) == 595


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], f"there is no course nothing; there are: .*{COURSE}"),
        ([COURSE, "--language", "ar"], "not there in ar; it is there in: en, fr"),
        ([COURSE, "--format", "doc"], "as doc; formats: epub, pdf"),
        ([COURSE, "--format", "epub", "--paper", "a4"], "epub has no paper size"),
        ([COURSE, "--date", "yesterday"], "yesterday"),
        ([COURSE, "--format", "epub", "-o", "/nowhere/at/all.epub"], "choose another file"),
    ],
)
def test_the_command_says_what_is_wrong_and_what_there_is(site, arguments, words):
    done = site.test_cli_runner().invoke(args=["content", "print", *arguments])

    assert done.exit_code != 0
    assert re.search(words, done.output)
