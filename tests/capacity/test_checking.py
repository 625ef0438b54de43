"""Checks of section 19 that look into the records: marks, answers and ratings; each a sentence, none accusing."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from factories.accounts import make_post, make_user
from factories.exercises import STARTS, make_partners, make_staffed, play
from factories.learning import publish
from lms.accounts import rules
from lms.accounts.models import Organisation
from lms.accounts.rules import Permission, Role
from lms.assessments import check_queries as sat
from lms.assessments.models import MARKED, VOIDED, Attempt, Response
from lms.assessments.observing import record_observation
from lms.capacity import operations
from lms.courses.library import library, plain
from lms.db import db as handle
from lms.exercises import check_queries as rated
from lms.exercises import evaluation

DAY = STARTS.date() + timedelta(days=20)
AT = datetime.combine(DAY, datetime.min.time(), UTC) + timedelta(hours=12)
METHODOLOGY = {
    "key": "district-capacity",
    "version": "t",
    "dimensions": [
        {
            "key": "governance",
            "indicators": [
                {
                    "key": "gov-posts-qualified",
                    "title": {"en": "Qualified posts"},
                    "unit": "share",
                    "statistic": "mean",
                    "source": "competencies",
                    "min_coverage": 0,
                    "weight": 3,
                },
                {
                    "key": "exercise-performance",
                    "title": {"en": "Exercises"},
                    "unit": "share",
                    "statistic": "mean",
                    "source": "exercises",
                },
            ],
        }
    ],
}


def attempt(user, organisation, percent, *, key="village-well", days=10, **more):
    """A marked attempt of so many days before the run."""
    given = {
        "user_id": user.id,
        "organisation_id": organisation.id,
        "assessment_key": key,
        "number": 1,
        "assessment": {"pass_mark": "60.0"},
        "questions": [{"spec": {"key": f"q{place}"}} for place in range(6)],
        "seed": "s",
        "state": MARKED,
        "started_at": AT - timedelta(days=days, hours=1),
        "submitted_at": AT - timedelta(days=days),
        "percent": Decimal(percent),
        "passed": Decimal(percent) >= 60,
    }
    made = Attempt(**given | more)
    handle.session.add(made)
    return made


def answer(made, chosen):
    handle.session.flush()
    for place, option in enumerate(chosen):
        handle.session.add(
            Response(
                attempt_id=made.id,
                question_key=f"q{place}",
                response={"option": option},
                saved_at=made.submitted_at,
            )
        )


@pytest.fixture
def site(app, monkeypatch):
    """North with one post, an observed task, an exercise that Eva alone rated, and 30 people who sat the quiz."""
    monkeypatch.setattr(operations, "methodology_mapping", lambda _key: METHODOLOGY)
    with app.app_context():
        publish()
        partners = make_partners()
        north = partners.north
        make_user("north-manager", organisation=north, role=Role.PROGRAMME_MANAGER)
        make_post(north, requirements={"gov-01": 1}, holder=partners.amina)
        rubric = plain(next(iter(library().rubrics.values())))
        record_observation(
            partners.amina,
            rubric,
            {one["key"]: "meets" for one in rubric["criteria"]},
            competencies=["gov-01"],
            observed_on=DAY - timedelta(days=30),
            remark="",
            request_key="one",
            by=partners.evaluator,
            at=AT,
        )
        exercise = make_staffed(partners)
        play(exercise)
        for one in exercise.evaluators:
            for number, objective in enumerate(exercise.objectives):
                mark = "P" if number == 0 else "S"
                evaluation.rate(
                    objective, one, mark, "All came in time.", at=STARTS + timedelta(hours=3)
                )
        evaluation.close_exercise(exercise, by=partners.evaluator, at=STARTS + timedelta(hours=4))
        for number in range(30):
            person = make_user(f"sitter-{number}", organisation=north)
            # 22 marks just at the pass mark or above it, two below, six far away.
            percent = "61.50" if number < 22 else "58.00" if number < 24 else "90.00"
            made = attempt(person, north, percent)
            answer(made, "abcdef" if number < 12 else [f"{number}{place}" for place in range(6)])
        operations.compute_run(DAY, draws=50, by=None, at=AT)
        handle.session.commit()
        return str(north.id), str(exercise.id)


def organisation(code):
    return handle.session.scalar(handle.select(Organisation).where(Organisation.code == code))


def shown(page):
    text = page.text.split("<main")[1].split("</main")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_every_check_is_named_with_what_it_looks_for_and_what_it_found(login, site):
    north, exercise = site
    page = login("north-manager").get(f"/capacity/organisations/{north}/checks")
    told = shown(page)

    assert page.text.count("<h2>") == 9
    # 22 of 24: 2 · P(X ≥ 22 | 24, ½) = 2 · (276 + 24 + 1) / 2²⁴ = 3.6e-5, once in 27,869.
    assert "of 24 marks within 3 points of the pass mark 60, 22 lie at or above it" in told
    assert "once in 27,869 times" in told
    assert "12 of 30 people who sat it together gave the same answers to all 6 questions" in told
    assert "gave the same ratings on all" in told
    # Three quarters of the weight is the observed task, the rest the exercise; both are Eva's.
    assert "100.0 of 100 comes from one person: Eva Evaluator" in told
    assert "On objectives that others rated too, this person rates as they do" in told
    assert "Needs an earlier run" in told
    assert f'href="/exercises/{exercise}"' in page.text
    assert 'href="/assessments/results?assessment=village-well"' in page.text
    assert "sitter" not in told.lower()


def test_who_may_not_see_results_reads_no_name(app, login, site, monkeypatch):
    north, _exercise = site
    allowed = rules.PERMISSIONS[Role.PROGRAMME_MANAGER] - {Permission.SEE_RESULTS}
    monkeypatch.setitem(rules.PERMISSIONS, Role.PROGRAMME_MANAGER, allowed)
    page = login("north-manager").get(f"/capacity/organisations/{north}/checks")

    assert "comes from one person: one who is not named here" in shown(page)
    assert "Eva" not in shown(page)
    assert "/assessments/results" not in page.text


def test_marks_are_those_that_stand_of_the_organisation_and_of_the_days(app, site):
    with app.app_context():
        north = organisation("north")
        south = organisation("south")
        person = make_user("late", organisation=north)
        attempt(person, south, "61.00")
        attempt(person, north, "61.00", number=2, state=VOIDED, void_reason="copied")
        attempt(person, north, "12.00", number=3, days=400)
        attempt(person, north, "62.00", number=4, assessment={"pass_mark": "80"})
        handle.session.commit()

        found = sat.marks_of(north.id, DAY - timedelta(days=100), DAY)

        assert [(one.pass_mark, len(one.marks)) for one in found] == [(60.0, 30), (80.0, 1)]


def test_of_two_tries_in_one_sitting_the_last_counts(app, site):
    with app.app_context():
        north = organisation("north")
        person = make_user("twice", organisation=north)
        for number, chosen in enumerate(("zzzzzz", "yyyyyy"), start=1):
            made = attempt(person, north, "10.00", key="other", number=number)
            answer(made, chosen)
        other = attempt(make_user("once", organisation=north), north, "10.00", key="other")
        other.questions = [{"spec": {"key": f"q{place}"}} for place in range(2, 9)]
        handle.session.commit()

        (found,) = [
            one
            for one in sat.sat_together(north.id, DAY - timedelta(days=100), DAY, at_least=2)
            if one.assessment_key == "other"
        ]

        # Questions 2 to 5 were asked of both.
        assert found.questions == 4
        assert sorted(found.answers, key=str)[0] == ('{"option": "y"}',) * 4
        assert found.answers.count((None,) * 4) == 1


def test_an_exercise_has_one_assessor_where_one_from_elsewhere_rated(app, site):
    with app.app_context():
        north, south = organisation("north"), organisation("south")
        (given, *rest) = rated.ratings_of(north.id, DAY - timedelta(days=100), DAY)

        # Noor is of the north, Eva of the mission: north is rated by Eva alone, south by both.
        assert len(rest) == 1
        assert rated.sole_evaluators({given.exercise_id}, south.id) == {}
        assert len(rated.sole_evaluators({given.exercise_id}, north.id)) == 1
        assert rated.ratings_of(north.id, DAY, DAY) == []
