"""Taking a course: pages, progress, languages, checks."""

from uuid import uuid4

from sqlalchemy import event

from factories.accounts import make_organisation, make_user
from factories.learning import COURSE, STARTED, complete, publish, right_answers, start
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.scope import everywhere
from lms.assessments import answering
from lms.db import db
from lms.events import AttemptChanged, attempt_changed
from lms.learning import operations as learning
from lms.learning import rules
from lms.learning.models import Enrolment
from lms.learning.operations import enrolment_of


def learner(app, name="amina", **more):
    with app.app_context():
        publish()
        return make_user(name, organisation=make_organisation(), **more).id


def test_the_rule_of_completion_asks_for_lessons_and_where_stated_the_assessment():
    assert rules.is_complete("all-lessons", ["a", "b"], {"a", "b"}, passed=False)
    assert not rules.is_complete("all-lessons-and-assessment", ["a"], {"a"}, passed=False)
    assert rules.is_complete("all-lessons-and-assessment", ["a"], {"a"}, passed=True)
    assert not rules.is_complete("all-lessons", [], set(), passed=True)


def test_progress_rounds_down_and_counts_only_lessons_of_the_version():
    assert rules.progress(["a", "b", "c"], {"a", "b", "gone"}).percent == 66
    assert rules.progress([], set()).percent == 0


def test_a_course_resumes_where_it_was_left():
    assert rules.resume_at(["a", "b", "c"], {"a"}, "c") == "c"
    assert rules.resume_at(["a", "b", "c"], {"a"}, "a") == "b"
    assert rules.resume_at(["a", "b"], {"a", "b"}, "b") == "a"


def test_a_learner_enrols_reads_and_marks_lessons_as_done(app, login):
    learner(app)
    amina = login("amina")

    enrolled = amina.post(f"/courses/{COURSE}/enrol")
    page = amina.get(enrolled.location)
    done = amina.post(f"/courses/{COURSE}/01-water/done")
    again = amina.post(f"/courses/{COURSE}/01-water/done")

    assert enrolled.location == f"/courses/{COURSE}/01-water"
    assert "Where the water comes from" in page.text
    assert 'href="#source-WELL"' in page.text
    assert done.location == again.location == f"/courses/{COURSE}/02-rope"
    assert "1 of 2 lessons" in amina.get(f"/courses/{COURSE}").text


def test_the_language_switch_keeps_the_place_and_names_the_missing_review(app, login):
    learner(app)
    amina = login("amina")

    switched = amina.post(
        "/language", data={"language": "fr", "next": f"/courses/{COURSE}/01-water"}
    )
    page = amina.get(switched.location)

    assert switched.location == f"/courses/{COURSE}/01-water"
    assert "D’où vient l’eau" in page.text
    assert '<html lang="fr" dir="ltr">' in page.text
    assert "notice warning" in page.text


def test_a_translation_that_somebody_reviewed_carries_no_notice(app, login, monkeypatch):
    learner(app)
    amina = login("amina")
    amina.post("/language", data={"language": "fr"})
    monkeypatch.setattr("lms.content.courses.Lesson.is_reviewed", True)

    assert "notice warning" not in amina.get(f"/courses/{COURSE}/01-water").text


def test_a_lesson_without_translation_is_shown_in_its_own_language(app, login):
    learner(app)
    amina = login("amina")
    amina.post("/language", data={"language": "ar"})

    page = amina.get(f"/courses/{COURSE}/01-water").text

    assert '<html lang="ar" dir="rtl">' in page
    assert '<article lang="en" dir="ltr">' in page


def test_a_check_tells_at_once_and_keeps_nothing(app, login):
    learner(app)
    amina = login("amina")
    address = f"/courses/{COURSE}/01-water/check/t01-c01"

    right = amina.post(address, data={"t01-c01:answer": "a"})
    wrong = amina.post(address, data={"t01-c01:answer": "b"})
    empty = amina.post(address, data={})
    foreign = amina.post(f"/courses/{COURSE}/01-water/check/t01-q01", data={"t01-c01:answer": "a"})

    assert "Right." in right.text
    assert "Not quite." in wrong.text
    assert empty.status_code == 422
    assert foreign.status_code == 404


def test_a_check_that_is_partly_right_says_so(app, login):
    learner(app)
    address = "/courses/crisis-response/05-disease-outbreak-cholera/check/c11-c05"

    half = login("amina").post(address, data={"c11-c05:answer": ["a"]}).text

    assert (
        'class="notice turn" role="status"><p>Partly right. <span class="quiet">50 % of the' in half
    )
    assert "Oral rehydration near homes and fast referral save lives." in half


def test_lessons_and_assessment_complete_the_course_in_either_order(app):
    with app.app_context():
        publish()
        user = make_user("idris", organisation=make_organisation())
        complete(user)

        enrolment = enrolment_of(user, COURSE)

        assert enrolment.completed_at is not None


def test_an_attempt_without_enrolment_enrols_nobody(app):
    from lms.assessments import operations

    with app.app_context():
        publish()
        user = make_user("grace", organisation=make_organisation())
        attempt = start(user)
        answering.save_answers(attempt, right_answers(attempt), at=STARTED)
        operations.submit_attempt(attempt, at=STARTED)

        assert enrolment_of(user, COURSE) is None


def test_unknown_courses_lessons_and_media_are_not_found(app, login):
    learner(app)
    amina = login("amina")

    for address in (
        "/courses/nothing",
        f"/courses/{COURSE}/99-x",
        f"/courses/{COURSE}/media/x.png",
    ):
        assert amina.get(address).status_code == 404
    assert amina.post(f"/courses/{COURSE}/99-x/done").status_code == 409


def test_what_is_sent_together_is_looked_at_once_for_all(db):
    publish()
    organisation = make_organisation("lumeya")
    people = [make_user(f"p-{number}", organisation=organisation) for number in range(12)]
    for person in people[:-1]:
        learning.enrol(person, COURSE, by=person, at=STARTED)
    db.session.commit()

    def told(passed, elsewhere=False):
        return tuple(
            AttemptChanged(uuid4(), one.id, COURSE, COURSE, passed, elsewhere, STARTED)
            for one in people
        )

    def passed():
        db.session.expire_all()
        return sum(one is not None for one in db.session.scalars(everywhere(Enrolment.passed_at)))

    def statements(events):
        count = []

        def one_more(*_more):
            count.append(1)

        event.listen(db.engine, "before_cursor_execute", one_more)
        for one in events:
            attempt_changed.send(one, together=events)
        event.remove(db.engine, "before_cursor_execute", one_more)
        db.session.flush()
        return len(count)

    statements(told(True))
    assert passed() == 11
    # Nothing follows any more, and nobody is read for it.
    assert statements(told(True)) == 1
    assert statements(told(False, elsewhere=True)) == 0
    assert passed() == 11
    # Alone it is heard as well.
    attempt_changed.send(told(False)[0])
    assert passed() == 10
    statements(told(False))
    assert passed() == 0


def test_a_learning_path_tells_the_order_and_where_one_stands(app, login):
    learner(app)
    amina = login("amina")

    catalogue = amina.get("/courses/")
    before = amina.get("/courses/paths/village-committee")
    amina.post(f"/courses/{COURSE}/enrol")
    under_way = amina.get("/courses/paths/village-committee")
    with app.app_context():
        complete(find_by_sign_in_name("amina"))
        db.session.commit()
    after = amina.get("/courses/paths/village-committee")

    assert "/courses/paths/village-committee" in catalogue.text
    assert "You look after a well." in before.text
    assert "0 of 1 courses" in before.text
    assert "To the next course" in before.text
    assert "Go on" in under_way.text
    assert "1 of 1 courses" in after.text
    assert amina.get("/courses/paths/nobody").status_code == 404


def test_the_partnership_indicators_are_told_with_their_targets(app, login):
    learner(app)
    amina = login("amina")

    page = amina.get("/courses/indicators").text

    assert "PI-01" in page
    assert "PI-14" in page
    assert "emergency: at least 95 % (60 minutes)" in page
    assert "routine: at most 24 working hours" in page


def test_a_figure_speaks_the_language_of_its_lesson(app, login):
    learner(app)
    amina = login("amina")
    lesson = "/courses/crisis-response/02-a-simple-incident-command-system"
    figure = "/courses/crisis-response/media/incident-command.svg"

    english = amina.get(lesson)
    shown = amina.get(f"{figure}?language=en")
    amina.post("/language", data={"language": "ar", "next": lesson})
    arabic = amina.get(lesson)
    mirrored = amina.get(f"{figure}?language=ar")
    own = amina.get(figure)
    same = amina.get(figure, headers={"If-None-Match": own.headers["ETag"]})

    assert f'<img src="{figure}?language=en" alt="At the top command' in english.text
    assert f'<img src="{figure}?language=ar" alt="في الأعلى القيادة' in arabic.text
    assert (shown.mimetype, mirrored.mimetype) == ("image/svg+xml", "image/svg+xml")
    assert ">Command<" in shown.text
    assert ">القيادة<" in mirrored.text
    assert "matrix(-1 0 0 1 340 0)" in mirrored.text
    assert "max-age=86400" in mirrored.headers["Cache-Control"]
    # Without a language the reader's own, which no cache may keep for the next reader.
    assert own.text == mirrored.text
    assert own.headers["Cache-Control"] == "private, no-cache"
    assert same.status_code == 304
    assert amina.get("/courses/crisis-response/media/none.svg").status_code == 404
    assert amina.get(f"{figure}?language=xx").text == shown.text
