"""The pages, the file and the command of item analysis."""

import csv
import io
import json
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from factories.accounts import make_organisation, make_user
from factories.analysis import make_group, sit, sit_ladder
from factories.learning import COURSE, STARTED, publish
from lms.accounts.queries import organisation_by_code
from lms.accounts.rules import Role
from lms.assessments.analysis_pages import weights_in_attempts
from lms.cohorts.models import Cohort
from lms.db import db as handle

ADDRESS = f"/analysis/{COURSE}"


@pytest.fixture
def north(app):
    """A district with a trainer, a manager of programmes and learners; a trainer elsewhere."""
    with app.app_context():
        publish()
        north = make_organisation("north")
        make_user("trainer", organisation=north, role=Role.TRAINER)
        make_user("manager", organisation=north, role=Role.PROGRAMME_MANAGER)
        make_user("learner", organisation=north)
        make_user("elsewhere", organisation=make_organisation("south"), role=Role.TRAINER)


@contextmanager
def district(app):
    """The district, to fill it; a browser is used after it."""
    with app.app_context():
        yield organisation_by_code("north")


def test_the_list_says_how_many_attempts_there_are(north, app, login):
    with district(app) as north:
        for user in make_group(north, 2):
            sit(user)
            sit(user, at=STARTED + timedelta(days=1))

    page = login("trainer").get("/analysis/")

    assert "The village well" in page.text
    assert 'data-label="Marked attempts">4<' in page.text
    assert "too few" in page.text
    assert "The village well" not in login("elsewhere").get("/analysis/").text


def test_an_empty_list_says_what_to_do_first(north, app, login):
    assert "Invite people" in login("trainer").get("/analysis/").text


@pytest.mark.parametrize("name", ["learner", "manager"])
@pytest.mark.parametrize("address", ["/analysis/", ADDRESS, f"{ADDRESS}/table.csv"])
def test_only_who_manages_assessments_may_look(north, app, login, name, address):
    assert login(name).get(address).status_code == 403


def test_a_group_of_four_is_not_shown_and_one_of_five_is(north, app, login):
    with district(app) as north:
        for user in make_group(north, 4):
            sit(user)
    trainer = login("trainer")

    few = trainer.get(ADDRESS)
    one = trainer.get(f"{ADDRESS}/questions/t01-q01")
    file = trainer.get(f"{ADDRESS}/table.csv")
    with district(app) as north:
        sit(make_user("fifth", organisation=north))
    enough = trainer.get(ADDRESS)

    assert "Fewer than 5 people" in few.text
    assert "Mean mark" not in few.text
    assert "Fewer than 5 people" in one.text
    assert "Chosen by" not in one.text
    assert file.status_code == 404
    assert "Mean mark" in enough.text
    assert "nothing can be concluded yet" in enough.text


def test_the_page_shows_figures_flags_and_the_spread_of_marks(north, app, login):
    with district(app) as north:
        sit_ladder(make_group(north, 13))

    page = login("trainer").get(ADDRESS)

    assert page.status_code == 200
    assert "take every figure as a hint" in page.text
    assert "Reliability" in page.text
    assert "pass mark 80" in page.text
    assert "t01-q06" in page.text
    assert "<svg" in page.text
    assert f'href="{ADDRESS}/questions/t01-q01"' in page.text


def test_of_fewer_than_ten_nothing_is_compared(north, app, login):
    with district(app) as north:
        sit_ladder(make_group(north, 8), language="fr")
        sit(make_user("ninth", organisation=north), language="en")
    trainer = login("trainer")

    page = trainer.get(ADDRESS).text
    one = trainer.get(f"{ADDRESS}/questions/t01-q01").text
    rows = list(
        csv.DictReader(io.StringIO(trainer.get(f"{ADDRESS}/table.csv").data.decode("utf-8-sig")))
    )

    assert "Figures that compare people with each other are held back." in page
    # How many solved it is a description, and shown.
    assert {row["People"] for row in rows} == {"9"}
    assert all(row["Solved, 0 to 1"] for row in rows)
    for name in (
        "Correlation with the rest",
        "Point-biserial",
        "Best less last",
        "Alpha without it",
    ):
        assert {row[name] for row in rows} == {""}, name
    assert "not known yet" in page
    assert "Correlation with the rest" in one
    assert "French: 8, English: 1" in page
    with district(app) as north:
        sit(make_user("tenth", organisation=north), ["t01-q06"])
    rows = csv.DictReader(io.StringIO(trainer.get(f"{ADDRESS}/table.csv").data.decode("utf-8-sig")))
    assert any(row["Correlation with the rest"] for row in rows)


def test_what_a_question_weighs_in_an_attempt_that_draws_some_of_them():
    questions = [{"spec": {"type": "true_false", "weight": weight}} for weight in ("1", "1", "2")]
    gap = float("nan")
    drawn = SimpleNamespace(
        questions=questions, shares=np.array([[1, 0, gap], [gap, 1, 1], [0, gap, 1]])
    )
    whole = SimpleNamespace(questions=questions, shares=np.array([[1.0, 0.0, 1.0]]))

    # 1 of 2 and 1 of 3; 1 of 2 and 1 of 3; 2 of 3 twice.
    assert weights_in_attempts(drawn) == pytest.approx([5 / 12, 5 / 12, 2 / 3])
    assert weights_in_attempts(whole) == [None, None, None]


def test_a_wrong_key_is_named_by_the_choice_of_the_strongest(north, app, login):
    """Whoever knows everything else chooses C; whoever knows nothing chooses the key."""
    with district(app) as north:
        for number, user in enumerate(make_group(north, 12)):
            if number < 6:
                sit(user, ["t01-q02", "t01-q03", "t01-q04", "t01-q05"])
            else:
                sit(user, answers={"t01-q01": {"answer": ["c"]}})
    trainer = login("trainer")

    page = trainer.get(ADDRESS)
    one = trainer.get(f"{ADDRESS}/questions/t01-q01")

    sentence = "The strongest people choose C “From buckets” and not the key: check the key."
    assert sentence in page.text
    assert "check the key" in page.text
    assert sentence in one.text
    assert "If the key is wrong, regrade the question" in one.text
    assert "its choosers do better than those of the key" in one.text


def test_a_question_page_shows_options_marks_languages_and_every_text(north, app, login):
    with district(app) as north:
        users = make_group(north, 12)
        for number, user in enumerate(users):
            sit(user, ["t01-q01"] * (number < 5), language="fr" if number < 6 else "en")

    page = login("trainer").get(f"{ADDRESS}/questions/t01-q01").text

    assert "From rain" in page
    # Among so few one person more or less is no finding.
    assert "hardly chosen" not in page
    assert "By language" in page
    assert "French" in page
    assert "that needs 50 people in each of two languages, and there are " in page
    assert "French: 6" in page
    assert "a difference that is chance would look like a bad translation" in page
    assert "not compared: too few people" in page
    assert "D’où vient l’eau ?" in page
    assert "Who solves it" in page


def test_a_question_without_options_shows_what_is_right(north, app, login):
    with district(app) as north:
        sit_ladder(make_group(north, 6))

    page = login("trainer").get(f"{ADDRESS}/questions/t01-q04").text

    assert "12" in page
    assert "Chosen by" not in page


def test_what_is_not_there_is_a_404(north, app, login):
    with district(app) as north:
        sit_ladder(make_group(north, 5))
    trainer = login("trainer")

    for address in (
        "/analysis/no-such-assessment",
        f"{ADDRESS}/questions/no-such-question",
        f"{ADDRESS}?which=third",
        f"{ADDRESS}?since=yesterday",
        f"{ADDRESS}?cohort=nonsense",
        f"{ADDRESS}?organisation=01a21572-f940-769f-91fb-32d4a204c41d",
    ):
        assert trainer.get(address).status_code == 404, address


def test_an_organisation_or_cohort_of_others_is_no_filter(north, app, login):
    with district(app) as north:
        south = make_organisation("south-two")
        boss = make_user("boss", organisation=south, role=Role.TRAINER)
        cohort = Cohort(
            once_key="c",
            title="Theirs",
            course_key=COURSE,
            organisation_id=south.id,
            trainer_id=boss.id,
            starts_on=STARTED.date(),
            ends_on=STARTED.date(),
            made_at=STARTED,
        )
        handle.session.add(cohort)
        handle.session.commit()
        sit_ladder(make_group(north, 5))
        keys = {"cohort": cohort.id, "organisation": south.id}
    trainer = login("trainer")

    for name, key in keys.items():
        assert trainer.get(f"{ADDRESS}?{name}={key}").status_code == 404
    assert "Theirs" not in trainer.get(ADDRESS).text


def test_a_question_that_four_people_were_given_shows_nothing_of_their_answers(north, app, login):
    with district(app) as north:
        for number, attempt in enumerate(sit_ladder(make_group(north, 8))):
            if number >= 4:
                attempt.marks = {
                    key: mark for key, mark in attempt.marks.items() if key != "t01-q01"
                }
        handle.session.commit()
    trainer = login("trainer")

    table = trainer.get(f"{ADDRESS}/table.csv").data.decode("utf-8-sig")
    row = next(one for one in csv.reader(io.StringIO(table)) if one[0] == "t01-q01")
    page = trainer.get(f"{ADDRESS}/questions/t01-q01").text

    assert row[4] == "4"
    assert row[5] == row[7] == row[8] == ""
    assert "Fewer than 5 people" in page
    assert "Chosen by" not in page


def test_filters_stay_in_the_links(north, app, login):
    with district(app) as north:
        sit_ladder(make_group(north, 6), language="fr")

    page = login("trainer").get(f"{ADDRESS}?language=fr&which=last").text

    assert f"{ADDRESS}/questions/t01-q01?which=last&amp;language=fr" in page
    assert f"{ADDRESS}/table.csv?which=last&amp;language=fr" in page


def test_the_table_is_a_file_that_no_spreadsheet_runs(north, app, login):
    with district(app) as north:
        for user in make_group(north, 6):
            attempt = sit(user, ["t01-q02"])
            questions = [dict(one) for one in attempt.questions]
            for one in questions:
                if one["spec"]["key"] == "t01-q01":
                    one["spec"] = {**one["spec"], "text": {"en": "=1+1"}}
            attempt.questions = questions
        handle.session.commit()

    answer = login("trainer").get(f"{ADDRESS}/table.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))

    assert answer.mimetype == "text/csv"
    assert f"{COURSE}-" in answer.headers["Content-Disposition"]
    assert len(rows) == 7
    assert rows[1][:2] == ["t01-q01", "'=1+1"]
    assert rows[1][5] == "1.0000"
    assert {len(row) for row in rows} == {len(rows[0])}


def test_negative_numbers_stay_numbers_in_the_file(app):
    from lms.assessments.analysis_table import _cell

    assert [_cell(value) for value in (-0.25, -0.000001, 3, None, "-1")] == [
        "-0.2500",
        "0.0000",
        "3",
        "",
        "'-1",
    ]


def test_the_command_prints_the_analysis(north, app):
    with district(app) as north:
        sit_ladder(make_group(north, 13))
    run = app.test_cli_runner().invoke

    plain = run(args=["assessments", "analyse", COURSE])
    found = run(args=["assessments", "analyse", COURSE, "--json"])
    told = json.loads(found.output)

    assert plain.exit_code == 0
    assert "t01-q06" in plain.output
    assert told["persons"] == 13
    assert told["questions"][0]["key"] == "t01-q01"
    assert told["questions"][0]["options"][0]["option"] == "a"
    assert 0.8 < told["reliability"] < 1


def test_the_command_refuses_what_is_not_there_or_too_few(north, app):
    run = app.test_cli_runner().invoke
    nobody = "01a21572-f940-769f-91fb-32d4a204c41d"

    for args, word in (
        (["no-such"], "no assessment"),
        ([COURSE], "0 people"),
        ([COURSE, "--cohort", nobody], "no cohort"),
    ):
        answer = run(args=["assessments", "analyse", *args])
        assert answer.exit_code == 1
        assert word in answer.output


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pages_open_in_every_language(north, app, login, language):
    with district(app) as north:
        for number, user in enumerate(make_group(north, 12)):
            sit(
                user,
                ["t01-q02", "t01-q03"] * (number < 6),
                answers={"t01-q01": {"answer": ["c"]}} if number > 5 else {},
            )
    trainer = login("trainer")
    with trainer.session_transaction() as cookie:
        cookie["language"] = language

    for address in (ADDRESS, f"{ADDRESS}/questions/t01-q01", f"{ADDRESS}/table.csv", "/analysis/"):
        assert trainer.get(address).status_code == 200
