"""Item analysis: which attempts count, what the matrix holds, and what is said of the questions."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from sqlalchemy.orm.attributes import flag_modified

from factories.accounts import make_organisation, make_user
from factories.analysis import WRONG, make_group, sit, sit_ladder
from factories.learning import COURSE, STARTED, publish, start
from lms.accounts.rules import Role
from lms.accounts.scope import acting_as
from lms.accounts.session import viewer_of
from lms.assessments import analysis, analysis_pages, operations
from lms.assessments.analysis_rows import Filters, read
from lms.assessments.models import Regrade
from lms.scoring import question_type


@pytest.fixture
def north(db):
    publish()
    return make_organisation("north")


@pytest.fixture
def trainer(north):
    return make_user("trainer", organisation=north, role=Role.TRAINER)


def seen_by(user, **filters):
    with acting_as(viewer_of(user)):
        return read(COURSE, Filters(**filters))


def test_the_matrix_holds_the_share_of_each_question_and_what_was_chosen(north, trainer):
    person = make_user("amina", organisation=north)
    sit(person, ["t01-q03"], answers={"t01-q02": {"answer": ["a"]}})

    sat = seen_by(trainer)

    assert sat.keys == ("t01-q01", "t01-q02", "t01-q03", "t01-q04", "t01-q05", "t01-q06")
    assert sat.shares.tolist() == [[1, 0.5, 0, 1, 1, 1]]
    assert sat.choices[0, 0] == "a"
    assert sat.choices[0, 1] == "a"
    assert sat.choices[0, 2] == "true"
    assert sat.choices[0, 3] is None
    assert len(sat.choices[0, 5]) == 2
    assert sat.percents == (Decimal("75.00"),)
    assert sat.languages == ("en",)


def test_a_question_left_open_is_a_zero_and_one_that_was_not_drawn_a_gap(north, trainer):
    person = make_user("amina", organisation=north)
    attempt = sit(person, answers={"t01-q01": {"answer": []}})
    attempt.marks = {key: mark for key, mark in attempt.marks.items() if key != "t01-q05"}
    other = make_user("omar", organisation=north)
    sit(other)

    sat = seen_by(trainer)

    mine = sat.shares[sat.persons.index(person.id)]
    assert mine[0] == 0
    assert np.isnan(mine[4])


def test_the_first_attempt_counts_unless_another_is_asked_for(north, trainer):
    person = make_user("amina", organisation=north)
    for day, wrong in enumerate([list(WRONG), [], ["t01-q01"]]):
        sit(person, wrong, at=STARTED + timedelta(days=day))

    first, last, best = (seen_by(trainer, which=which) for which in ("first", "last", "best"))

    assert [sat.percents[0] for sat in (first, last, best)] == [0, Decimal("83.33"), 100]
    assert first.attempts == 3


def test_the_persons_attempt_is_chosen_before_the_days(north, trainer):
    """A second attempt is no first one because the first was in another month."""
    person = make_user("amina", organisation=north)
    sit(person)
    sit(person, at=STARTED + timedelta(days=40))
    after = STARTED.date() + timedelta(days=30)

    assert seen_by(trainer, since=after).persons == ()
    assert len(seen_by(trainer, since=after, which="last").persons) == 1


def test_both_ends_of_a_period_count(north, trainer):
    sit(make_user("amina", organisation=north))
    day = STARTED.date()

    assert len(seen_by(trainer, since=day, until=day).persons) == 1
    assert seen_by(trainer, until=day - timedelta(days=1)).persons == ()


def test_void_attempts_and_those_in_progress_do_not_count(north, trainer):
    void = sit(make_user("amina", organisation=north))
    operations.void_attempt(void, "Two people at one phone", by=trainer, at=STARTED)
    start(make_user("omar", organisation=north))

    assert seen_by(trainer).persons == ()


def test_only_people_whose_results_the_viewer_sees_count(north, trainer):
    south = make_organisation("south")
    stranger = make_user("stranger", organisation=south, role=Role.TRAINER)
    sit(make_user("amina", organisation=north))
    sit(stranger)

    assert len(seen_by(trainer).persons) == 1
    # One's own attempt is readable; in the group that a trainer answers for it counts by its organisation.
    assert seen_by(stranger).persons == (stranger.id,)
    with acting_as(None):
        assert read(COURSE).persons == ()
    assert len(read(COURSE, whole_site=True).persons) == 2


def test_filters_of_language_organisation_and_cohort(db, north, trainer):
    from lms.cohorts.models import Cohort, CohortMember

    below = make_organisation("below", parent=north)
    amina = make_user("amina", organisation=north)
    sit(amina, language="fr")
    omar = make_user("omar", organisation=below)
    sit(omar)
    left = make_user("left", organisation=north)
    sit(left)
    cohort = Cohort(
        once_key="c",
        title="Spring",
        course_key=COURSE,
        organisation_id=north.id,
        trainer_id=trainer.id,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 6, 1),
        made_at=STARTED,
    )
    db.session.add(cohort)
    db.session.flush()
    db.session.add(CohortMember(cohort_id=cohort.id, user_id=amina.id, joined_at=STARTED))
    db.session.add(
        CohortMember(cohort_id=cohort.id, user_id=left.id, joined_at=STARTED, left_at=STARTED)
    )
    db.session.commit()

    assert seen_by(trainer, language="fr").persons == (amina.id,)
    assert seen_by(trainer, organisation=below).persons == (omar.id,)
    assert seen_by(trainer, cohort_id=cohort.id).persons == (amina.id,)
    with acting_as(viewer_of(trainer)):
        assert analysis.languages_of(COURSE) == ["en", "fr"]
        assert analysis.counted_assessments() == [(COURSE, 3, 3)]


def test_a_dropped_question_leaves_the_matrix_and_a_credited_one_is_named(db, north, trainer):
    for user in make_group(north, 3):
        attempt = sit(user)
        attempt.dropped = ["t01-q02"]
    db.session.add(
        Regrade(
            once_key="r",
            assessment_key=COURSE,
            question_key="t01-q01",
            kind="full-credit",
            reason="Two right answers",
            by_id=trainer.id,
            at=STARTED,
        )
    )
    db.session.commit()

    sat = seen_by(trainer)

    assert sat.dropped == ("t01-q02",)
    assert "t01-q02" not in sat.keys
    assert sat.credited == {"t01-q01"}


def test_what_blind_guessing_gets_is_weighed_as_the_marks_are(north, trainer):
    sit(make_user("amina", organisation=north))
    sat = seen_by(trainer)
    shares = [question_type(one["spec"]["type"]).guess_share(one["spec"]) for one in sat.questions]
    expected = sum((one or Fraction(0) for one in shares), Fraction(0)) / 6 * 100

    assert abs(Fraction(analysis.guess_percent(sat)) - expected) < Fraction(1, 100)
    heavy = [
        {**one, "spec": {**one["spec"], "weight": "3" if at == 3 else "1"}}
        for at, one in enumerate(sat.questions)
    ]
    # The number weighs three: it cannot be guessed.
    assert analysis.guess_percent(replace(sat, questions=tuple(heavy))) < analysis.guess_percent(
        sat
    )


def test_marks_are_counted_in_tenths_and_full_marks_in_the_last():
    percents = [Decimal(one) for one in ("0", "9.99", "10", "55", "100", "100")]

    assert analysis.distribution(percents) == [2, 1, 0, 0, 0, 1, 0, 0, 0, 2]
    assert analysis.distribution([]) == [0] * 10


def test_the_whole_analysis_of_a_ladder(north, trainer):
    sit_ladder(make_group(north, 13))
    sat = seen_by(trainer)

    report = analysis_pages.report_of(COURSE, sat)

    by_key = {line.figures.id: line.figures for line in report.lines}
    assert by_key["t01-q01"].facility > by_key["t01-q06"].facility
    assert all(one.discrimination > 0.3 for one in by_key.values())
    assert report.analysis.whole.n == 13
    assert report.analysis.whole.guard == "indicative"
    assert report.analysis.whole.pass_mark == 0.8
    assert report.analysis.whole.alpha > 0.8
    assert sum(one.effective_weight for one in by_key.values()) == pytest.approx(1)
    assert sum(report.counts) == 13
    assert report.longer is None


def test_a_question_on_trial_is_held_against_the_others_and_moves_none_of_them(north, trainer):
    sit_ladder(make_group(north, 13))
    sat = seen_by(trainer)
    plain = analysis.analysis_of(sat, Decimal(80))
    columns = [at for at in range(6) if at != 2]
    without = replace(
        sat,
        questions=tuple(sat.questions[at] for at in columns),
        shares=sat.shares[:, columns],
        choices=sat.choices[:, columns],
    )
    trial = replace(
        sat,
        questions=tuple(
            {**one, "spec": {**one["spec"], "weight": "0"}} if at == 2 else one
            for at, one in enumerate(sat.questions)
        ),
    )

    found, others = (
        analysis.analysis_of(trial, Decimal(80)),
        analysis.analysis_of(without, Decimal(80)),
    )

    assert found.whole == others.whole
    assert [one for at, one in enumerate(found.items) if at != 2] == list(others.items)
    assert found.items[2].intended_weight == 0
    assert found.items[2].effective_weight is None
    assert found.items[2].discrimination == pytest.approx(plain.items[2].discrimination, abs=0.05)


def test_the_wordings_of_an_edited_question_are_found_with_their_days(db, north, trainer):
    users = make_group(north, 40)
    for day, user in enumerate(users):
        attempt = sit(user, at=STARTED + timedelta(days=day))
        if day >= 29:
            questions = [dict(one) for one in attempt.questions]
            for one in questions:
                if one["spec"]["key"] == "t01-q01":
                    one["spec"] = {**one["spec"], "text": {"en": "Where is water from?"}}
            attempt.questions = questions
            flag_modified(attempt, "asked")
    db.session.commit()
    with acting_as(viewer_of(trainer)):
        sat = read(COURSE)
        old, new = analysis.wordings_of(sat, "t01-q01")
        assert len(analysis.wordings_of(sat, "t01-q02")) == 1

    assert (old.attempts, new.attempts) == (29, 11)
    assert old.spec["text"]["en"] == "Where does water come from?"
    assert new.first == (STARTED + timedelta(days=29)).date()
    # The newest wording is the one that the page shows.
    assert sat.questions[0]["spec"]["text"] == {"en": "Where is water from?"}


def test_nobody_sat_gives_an_empty_reading(north, trainer):
    sat = seen_by(trainer)

    assert not sat.shown
    assert sat.keys == ()
    assert analysis.guess_percent(sat) is None
