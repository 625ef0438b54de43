"""`lms questions`."""

import json

import pytest

from factories.questions_files import BROKEN_LINE, GIFT
from lms.app import create_app
from lms.questions import queries


@pytest.fixture
def run(app):
    def run(*arguments, given=None):
        return app.test_cli_runner().invoke(args=["questions", *arguments], input=given)

    return run


@pytest.fixture
def gift(tmp_path):
    path = tmp_path / "meetings.gift"
    path.write_text(GIFT, encoding="utf-8")
    return str(path)


def test_what_is_read_and_what_is_left_out_is_told(run, gift):
    done = run("import", gift, "--to", "meetings")

    assert done.exit_code == 2
    assert "3 questions read from" in done.output
    assert "Bank meetings: 3 new, 0 changed, 0 the same" in done.output
    assert "Without a competency: 3 questions" in done.output
    assert f"line {BROKEN_LINE}: 'Broken': " in done.output


def test_json_holds_questions_and_what_was_left_out_in_file_order(run, gift):
    done = run("import", gift, "--to", "meetings", "--json", "--dry-run")

    told = json.loads(done.output)
    assert set(told) == {"questions", "skipped"}
    assert [one["id"] for one in told["questions"]] == ["mtg-opens", "mtg-quorum", "mtg-notice"]
    assert [(one["line"], one["name"]) for one in told["skipped"]] == [(BROKEN_LINE, "Broken")]
    assert set(told["skipped"][0]) == {"line", "name", "reason"}
    assert done.exit_code == 2


def test_a_file_without_fault_ends_with_0(run, tmp_path):
    path = tmp_path / "a.gift"
    path.write_text("One {T}\n")

    assert run("import", str(path), "--to", "b").exit_code == 0


def test_a_dry_run_writes_nothing(app, run, gift):
    done = run("import", gift, "--to", "meetings", "--dry-run")

    assert "Nothing was written" in done.output
    with app.app_context():
        assert not queries.is_bank("meetings")


def test_a_file_can_be_looked_at_before_there_is_a_database(tmp_path, gift):
    site = create_app({"INSTANCE": str(tmp_path / "new"), "SECRET_KEY": "x", "TESTING": True})

    done = site.test_cli_runner().invoke(
        args=["questions", "import", gift, "--to", "b", "--dry-run", "--json"]
    )

    assert len(json.loads(done.output)["questions"]) == 3


@pytest.mark.parametrize("content", [None, b"", b"\x00\x01\x02", b"<quiz/>"])
def test_nothing_read_ends_with_1(run, tmp_path, content):
    path = tmp_path / "a.xml"
    if content is not None:
        path.write_bytes(content)

    plain = run("import", str(path), "--to", "b")
    done = run("import", str(path), "--to", "b", "--json")

    assert plain.exit_code == done.exit_code == 1
    assert json.loads(done.output)["questions"] == []


def test_an_unknown_format_is_told_with_those_that_are_known(run, gift):
    done = run("import", gift, "--to", "b", "--format", "word")

    assert done.exit_code == 1
    assert "moodle_xml" in done.output


def test_a_file_beyond_the_limit_is_refused_with_the_limit(run, tmp_path):
    path = tmp_path / "a.gift"
    path.write_bytes(b"x" * (8 * 1024 * 1024 + 1))

    assert "8 MiB" in run("import", str(path), "--to", "b").output


def test_places_that_a_file_leaves_open_are_filled_in(app, run, tmp_path):
    path = tmp_path / "a.gift"
    path.write_text("// [id:q]\nUn {T}\n")

    done = run(
        "import", str(path), "--to", "b", "--competency", "gov-01", "--level", "awareness",
        "--language", "fr", "--title", "Une banque",
    )  # fmt: skip

    assert "Without a competency" not in done.output
    with app.app_context():
        (spec,) = queries.questions_of("b")
        assert (spec["competency"], spec["level"], spec["text"]) == (
            "gov-01",
            "awareness",
            {"fr": "Un"},
        )
        assert queries.titles_of("b") == {"fr": "Une banque"}


def test_a_competency_that_no_framework_has_is_refused(app, run, gift):
    done = run("import", gift, "--to", "b", "--competency", "gov-99")

    assert done.exit_code == 1
    with app.app_context():
        assert not queries.is_bank("b")


def test_a_competency_that_a_file_names_and_no_framework_has_is_told(run, tmp_path):
    path = tmp_path / "a.gift"
    path.write_text("// [tag:competency:gov-99]\nOne {T}\n")

    assert "No framework has the competency gov-99" in run("import", str(path), "--to", "b").output


def test_a_next_version_that_lacks_a_language_is_told(run, tmp_path):
    bank = tmp_path / "b.yaml"
    run("export", "village-well", "--format", "yaml", "-o", str(bank))
    run("import", str(bank), "--to", "copy")
    gift = tmp_path / "b.gift"
    run("export", "copy", "--format", "gift", "-o", str(gift))
    lines = gift.read_text(encoding="utf-8")
    first = json.loads(run("import", str(gift), "--to", "copy", "--dry-run", "--json").output)
    word = first["questions"][0]["text"]
    gift.write_text(lines.replace(word[:12], "Say: " + word[:12]), encoding="utf-8")

    done = run("import", str(gift), "--to", "copy", "--dry-run")

    assert "1 changed" in done.output
    assert "its next version has no text in fr" in done.output


def test_a_bank_goes_out_into_a_file_and_never_over_another(run, gift, tmp_path):
    run("import", gift, "--to", "meetings")
    path = tmp_path / "out.gift"

    first = run("export", "meetings", "--format", "gift", "-o", str(path))
    content = path.read_bytes()
    second = run("export", "meetings", "--format", "aiken", "-o", str(path))
    third = run("export", "meetings", "--format", "moodle-xml", "-o", str(path), "--force")

    assert (first.exit_code, second.exit_code, third.exit_code) == (0, 1, 0)
    assert b"quorum" in content
    assert "--force" in second.output
    assert b"<quiz>" in path.read_bytes()
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_what_a_format_cannot_carry_is_told_beside_the_file(run, gift, tmp_path):
    run("import", gift, "--to", "meetings")

    done = run("export", "meetings", "--format", "aiken", "-o", str(tmp_path / "a.txt"))

    assert done.exit_code == 2
    assert "Aiken has no questions of the type true_false" in done.stderr
    assert "left out" not in done.stdout


def test_a_bank_that_a_format_cannot_carry_at_all_makes_no_file(run, tmp_path):
    path = tmp_path / "a.gift"
    path.write_text("One {T}\n")
    run("import", str(path), "--to", "b")

    done = run("export", "b", "--format", "aiken", "-o", str(tmp_path / "a.txt"))

    assert done.exit_code == 1
    assert not (tmp_path / "a.txt").exists()


def test_a_bank_goes_through_a_pipe(app, run, gift):
    run("import", gift, "--to", "meetings")

    out = run("export", "meetings", "--format", "gift", "-o", "-")
    back = run("import", "-", "--to", "copy", given=out.stdout_bytes)

    assert back.exit_code == 0
    with app.app_context():
        assert queries.questions_of("copy") == queries.questions_of("meetings")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere", "--format", "gift"), "there is no bank nowhere"),
        (("village-well", "--format", "word"), "there is no format"),
        (("village-well", "--format", "qti"), "qti3"),
        (("village-well", "--format", "gift", "-o", "/nowhere/a.gift"), "no such file"),
    ],
)
def test_what_cannot_be_written_ends_with_1_and_a_reason(run, arguments, words):
    done = run("export", *arguments)

    assert done.exit_code == 1
    assert words in done.output


def test_banks_are_listed(run, gift):
    run("import", gift, "--to", "meetings")

    assert "meetings: 3 questions (kept by the site)" in run("list").output
    told = {one["key"]: one for one in json.loads(run("list", "--json").output)}
    assert told["meetings"]["questions"] == {"numeric": 1, "single_choice": 1, "true_false": 1}
    assert "village-well" in told


@pytest.mark.parametrize("command", ["import", "export"])
def test_help_gives_examples(run, command):
    assert "Examples:\n" in run(command, "--help").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "a.gift"), "Nothing could be read: missing option '--to'"),
        (("import", "a.gift", "--to"), "Nothing could be read: option '--to' requires an argument"),
        (("import", "--to", "b"), "Nothing could be read: missing argument 'FILE'"),
        (("import", "a.gift", "--to", "b", "--level", "x"), "Nothing could be read: invalid value"),
        (("import", "a.gift", "--to", "b", "--wrong"), "Nothing could be read: no such option"),
        (("export", "b"), "Nothing could be written: missing option '--format'"),
        (("export", "--format", "gift"), "Nothing could be written: missing argument 'BANK'"),
    ],
)
def test_wrong_use_ends_with_1_and_not_as_if_something_was_left_out(run, arguments, words):
    done = run(*arguments)

    assert done.exit_code == 1
    assert words.lower() in done.stderr.lower()


def test_wrong_use_is_told_in_json_too(run, gift):
    done = run("import", gift, "--json")

    assert json.loads(done.stdout)["skipped"][0]["reason"].startswith("missing option '--to'")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--to", " "), "bank"),
        (("--to", "meetings", "--competency", "zz-99"), "zz-99"),
    ],
)
def test_what_is_refused_is_told_in_json_too(run, gift, arguments, words):
    done = run("import", gift, *arguments, "--json")

    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert told["questions"] == []
    assert [(one["line"], words in one["reason"]) for one in told["skipped"]] == [(None, True)]


def test_a_file_can_be_looked_at_without_a_bank(run, gift):
    done = run("import", gift, "--dry-run")

    assert done.exit_code == 2
    assert "In an empty bank: 3 new, 0 changed, 0 the same" in done.output


@pytest.mark.parametrize("content", ["", "// a comment alone\n"])
def test_a_file_that_asks_nothing_says_why(run, tmp_path, content):
    path = tmp_path / "a.gift"
    path.write_text(content)

    plain = run("import", str(path), "--to", "b")
    told = json.loads(run("import", str(path), "--to", "b", "--json").stdout)

    assert plain.exit_code == 1
    assert "Nothing could be read from" in plain.stderr
    (skipped,) = told["skipped"]
    assert (skipped["line"], skipped["name"]) == (None, "")
    assert skipped["reason"]


def test_a_question_that_was_read_and_not_taken_is_told_from_one_that_lost_a_part(run, tmp_path):
    path = tmp_path / "a.gift"
    path.write_text("One {=a =b =%50%c}\n\nTwo {=%50%a}\n\nThree {~%50%a ~%25%b ~c}\n")

    told = json.loads(run("import", str(path), "--to", "b", "--json").stdout)

    assert [one["name"] for one in told["questions"]] == ["One", "Two", "Three"]
    two, three = told["skipped"]
    assert (two["name"], two["reason"].partition(":")[0]) == ("Two", "not taken into the bank")
    assert three["reason"].startswith("its weights above 0 add up to 75 %")


@pytest.fixture
def alike(run, tmp_path):
    """A bank of five questions that have the same tag."""
    path = tmp_path / "c.gift"
    path.write_text("\n\n".join(f"// [id:q-{at}] [tag:w]\nR{at} {{=a ~c}}" for at in range(5)))
    run("import", str(path), "--to", "c")
    return "c"


def test_what_many_questions_lose_is_one_line_with_their_names(run, alike, tmp_path):
    done = run("export", alike, "--format", "aiken", "-o", str(tmp_path / "a.txt"))

    (line,) = [one for one in done.stderr.splitlines() if "its tags" in one]
    assert line.startswith("left out of 5 questions: its tags: this format has no place for it: ")
    assert all(f"'R{at}'" in line for at in range(5))
    assert done.exit_code == 2


def test_one_question_goes_out_as_an_item(run, alike, tmp_path):
    path = tmp_path / "q.xml"

    several = run("export", alike, "--format", "qti22", "-o", str(path))
    done = run("export", alike, "--format", "qti22", "--question", "q-1", "-o", str(path))
    none = run("export", alike, "--format", "qti22", "--question", "q-9")

    assert several.exit_code == none.exit_code == 1
    assert "write a package (.zip)" in several.stderr
    assert "has no question q-9" in none.stderr
    # The tags stand in the manifest of a package alone.
    assert done.exit_code == 2
    assert b"imsqti_v2p2" in path.read_bytes()
    assert b"R1" in path.read_bytes()
