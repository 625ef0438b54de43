"""`lms content check`, `lms content new course` and `lms i18n status`, as they are typed."""

import json
from pathlib import Path

import pytest

from lms.content import roots_in, shipped_roots
from lms.content.skeleton import NewCourse, skeleton

WELL = NewCourse("village-well", "The village well", "C01", "gov-01", "gov", "2026.1")
LESSON = "curricula/clean-market/en/01-first-lesson.md"


@pytest.fixture
def site(app, tmp_path):
    """The folder of a small site: the framework that ships, and a course."""
    folder = tmp_path / "site"
    files = skeleton(WELL)
    for path in (shipped_roots().assessments[0] / "frameworks").iterdir():
        files[f"assessments/frameworks/{path.name}"] = path.read_text(encoding="utf-8")
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    app.extensions["lms.content-roots"] = roots_in(folder)
    return folder


@pytest.fixture
def run(app, site, tmp_path, monkeypatch):
    """Run a command of the small site, in an empty folder."""
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.chdir(own)

    def run(*arguments):
        return app.test_cli_runner().invoke(args=list(arguments))

    return run


def test_warnings_alone_end_with_0_and_are_told_on_their_lines(run, site):
    done = run("content", "check")

    lesson = site / "curricula/village-well/en/01-first-lesson.md"
    assert done.exit_code == 0
    assert (
        f"{lesson}:8: warning: 89 words; at least 600 are expected; say more about each point, "
        "or make it a part of another lesson [lesson.short]"
    ) in done.stdout.split("\n")
    assert done.stdout.endswith("\n0 faults, 3 warnings\n")


def test_warnings_can_be_left_out(run):
    done = run("content", "check", "--no-warnings")

    assert (done.exit_code, done.stdout) == (0, "no faults\n")


def test_a_fault_ends_with_1(run):
    run("content", "new", "course", "clean-market")
    lesson = Path(LESSON)
    lesson.write_text(lesson.read_text(encoding="utf-8").replace("c02-c01", "c02-c99"), "utf-8")

    done = run("content", "check", ".", "--no-warnings")

    assert done.exit_code == 1
    assert f"{LESSON}:33: no bank has the question c02-c99; write the question" in done.stdout
    assert done.stderr == "1 fault, 0 warnings\n"


def test_programs_get_json(run):
    run("content", "new", "course", "clean-market")

    done = run("content", "check", ".", "--json")
    told = json.loads(done.stdout)

    assert told["faults"] == []
    assert told["accepted"] == 0
    assert {
        "file": LESSON,
        "line": 8,
        "code": "lesson.short",
        "message": "89 words; at least 600 are expected",
        "remedy": "say more about each point, or make it a part of another lesson",
    } in told["warnings"]
    assert (
        json.loads(run("content", "check", ".", "--json", "--no-warnings").stdout)["warnings"] == []
    )


def test_the_help_says_what_the_exit_status_means(run):
    done = run("content", "check", "--help")

    assert "0 with no fault, whatever the warnings; 1 with a fault" in " ".join(done.stdout.split())


def test_lessons_are_measured_in_words_sentences_and_bands(run, site):
    lesson = site / "curricula/village-well/en/01-first-lesson.md"

    table = run("content", "measure").stdout.split("\n")
    assert table[0].split() == ["words", "mean", "longest", "readability"]
    assert table[1].split() == ["89", "7.2", "12", "96", "very", "easy", str(lesson)]

    (told,) = json.loads(run("content", "measure", "--json").stdout)
    assert told["file"] == str(lesson)
    assert (told["language"], told["words"], told["longest_sentence"]) == ("en", 89, 12)
    longest = lesson.read_text(encoding="utf-8").split("\n")[told["longest_sentence_line"] - 1]
    assert longest == "Ask for something that takes five minutes and a sheet of paper."
    assert told["band"] == "very easy"


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_folder_without_content_is_refused(run, folder):
    done = run("content", "check", folder)

    assert done.exit_code == 1
    assert folder in done.stderr


def test_a_new_course_is_written_and_says_what_to_do_next(run):
    done = run("content", "new", "course", "clean-market", "--title", "A clean market")

    written = [line for line in done.stdout.split("\n") if line.startswith("written: ")]
    assert (done.exit_code, len(written)) == (0, 5)
    assert f"written: {LESSON}" in written
    assert 'title: {en: "A clean market"}' in Path("curricula/clean-market/course.yaml").read_text(
        "utf-8"
    )
    assert "1. In curricula/clean-market/course.yaml" in done.stdout
    assert "BARAZA_CURRICULA_DIRS=curricula" in done.stdout
    assert "6. lms content publish" in done.stdout
    assert run("content", "check", ".").exit_code == 0


def test_the_next_course_in_the_same_folder_gets_the_next_code(run):
    run("content", "new", "course", "one", "--into", "here")
    run("content", "new", "course", "two", "--into", "here")

    assert Path("here/assessments/rubrics/c03-p1.yaml").is_file()
    assert run("content", "check", "here", "--no-warnings").exit_code == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Clean Market", "try clean-market"),
        ("../clean", "try clean"),
        ("سوق", "such as safe-wells"),
        ("village-well", "there is a course of this name in"),
    ],
)
def test_a_name_that_will_not_do_is_refused_and_nothing_is_written(run, name, said):
    done = run("content", "new", "course", name)

    assert done.exit_code == 1
    assert said in done.stderr
    assert list(Path().iterdir()) == []


def test_what_exists_is_never_written_over(run):
    bank = Path("assessments/banks/clean-market.yaml")
    bank.parent.mkdir(parents=True)
    bank.write_text("mine", encoding="utf-8")

    done = run("content", "new", "course", "clean-market")

    assert done.exit_code == 1
    assert f"{bank}: it exists already" in done.stderr
    assert bank.read_text(encoding="utf-8") == "mine"
    assert not Path("curricula").exists()


def test_the_status_of_translations_names_what_is_missing_and_stale(run, site):
    course = site / "curricula/village-well/course.yaml"
    text = course.read_text(encoding="utf-8").replace(
        'title: {en: "The village well"}',
        'title: {en: "The village well", fr: "Le puits du village"}\n'
        'translations: {fr: {review: "machine-drafted", of_version: "2025.2"}}',
    )
    course.write_text(text, encoding="utf-8")

    done = run("i18n", "status", "--language", "fr", "--each")

    lines = done.stdout.split("\n")
    assert [
        "fr",
        "course",
        "village-well",
        "1",
        "of",
        "6",
        "partly",
        "missing",
        "(of",
        "2025.2,",
        "now",
        "2026.1)",
    ] in [line.split() for line in lines]
    assert f"    {course}:10: summary" in lines
    assert {line.split()[0] for line in lines if line and not line.startswith("    ")} == {
        "fr",
        "fr:",
    }
    assert lines[-2].startswith("fr: ")
    assert ", 4 stale, " in lines[-2]


def test_the_status_of_translations_as_json_adds_up(run):
    told = json.loads(run("i18n", "status", "--json").stdout)

    assert {row["language"] for row in told["translations"]} == {"fr", "ar"}
    for total in told["totals"]:
        rows = [one for one in told["translations"] if one["language"] == total["language"]]
        assert total["files"] == len(rows)
        assert total["texts"] == sum(row["texts"] for row in rows)
        assert total["missing"] == sum(len(row["missing"]) for row in rows)
        assert total["translated"] + total["missing"] == total["texts"]
        assert total["complete"] == sum(row["missing"] == [] for row in rows)


def test_a_language_that_the_site_does_not_have_is_refused(run):
    done = run("i18n", "status", "--language", "xx")

    assert done.exit_code == 2
    assert "xx" in done.stderr
