"""Pages of whoever runs an assessment: sittings with their code, overrides, papers and their sheets."""

import re
from datetime import timedelta

import pytest

from factories.accounts import make_organisation, make_user
from factories.learning import COURSE, publish
from lms import clock
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.assessments import paper
from lms.assessments.models import IN_PROGRESS, MARKED, Attempt, Override, Sitting
from lms.scoring import question_type

FINAL = "crisis-response-final"


@pytest.fixture
def people(app):
    with app.app_context():
        publish()
        top = make_organisation("programme")
        lumeya = make_organisation("lumeya", parent=top)
        make_user("noor", organisation=top, role=Role.TRAINER)
        make_user("amina", organisation=lumeya)
        make_user("joseph", organisation=lumeya)
        other = make_organisation("elsewhere")
        make_user("stranger", organisation=other, role=Role.TRAINER)
        return {"top": str(top.id)}


def session(app):
    return app.extensions["sqlalchemy"].session


def sitting_code(app, noor, people):
    now = clock.now()
    made = noor.post(
        f"/assessing/{FINAL}/sittings/new",
        data={
            "organisation": people["top"],
            "place": "Council hall",
            "opens_at": f"{now - timedelta(minutes=5):%Y-%m-%dT%H:%M}",
            "closes_at": f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M}",
        },
    )
    assert made.status_code == 303
    with app.app_context():
        return made.location, session(app).scalar(everywhere(Sitting.code))


def test_a_supervised_assessment_begins_only_with_the_code_of_its_sitting(app, login, people):
    noor, amina = login("noor"), login("amina")
    _room, code = sitting_code(app, noor, people)

    without = amina.post(f"/assessments/{FINAL}/start", follow_redirects=True)
    wrong = amina.post(
        f"/assessments/{FINAL}/start", data={"code": "ZZZZZZ"}, follow_redirects=True
    )
    right = amina.post(f"/assessments/{FINAL}/start", data={"code": code.lower()})

    assert "type the code that the supervisor reads out" in without.text
    assert "No sitting of this assessment is open under that code" in wrong.text
    assert "/assessments/attempts/" in right.location


def test_the_supervisor_sees_who_is_in_the_room_and_closes_it(app, login, people):
    noor, amina, joseph = login("noor"), login("amina"), login("joseph")
    room, code = sitting_code(app, noor, people)
    amina.post(f"/assessments/{FINAL}/start", data={"code": code})

    page = noor.get(room)
    closed = noor.post(room + "/close", data={"remark": "One phone ran empty."})
    late = joseph.post(f"/assessments/{FINAL}/start", data={"code": code}, follow_redirects=True)

    assert code in page.text
    assert "Amina" in page.text
    assert closed.status_code == 303
    assert "One phone ran empty." in noor.get(room).text
    assert "No sitting of this assessment is open" in late.text


def test_codes_are_not_tried_without_end(app, login, people):
    _room, code = sitting_code(app, login("noor"), people)
    amina = login("amina")
    start = f"/assessments/{FINAL}/start"

    for _try in range(5):
        answer = amina.post(start, data={"code": "000000"}, follow_redirects=True)
        assert "No sitting of this assessment is open under that code" in answer.text
    right = amina.post(start, data={"code": code}, follow_redirects=True)

    assert "Too many" in right.text
    assert "questions still open" not in right.text


def test_a_sitting_of_others_is_not_there(app, login, people):
    room, _code = sitting_code(app, login("noor"), people)
    stranger = login("stranger")

    assert stranger.get(room).status_code == 404
    assert stranger.post(room + "/close", data={"remark": "x"}).status_code == 404
    assert login("amina").get(room).status_code == 403


def test_one_goes_forward_through_sections_and_back_never(app, login, people):
    noor, amina = login("noor"), login("amina")
    _room, code = sitting_code(app, noor, people)
    place = amina.post(f"/assessments/{FINAL}/start", data={"code": code}).location

    first = amina.get(place)
    second = amina.post(place, data={"page": "0", "go": "next"})
    back = amina.get(f"{place}?page=1")

    assert "What you know" in first.text
    assert second.location.endswith("?page=2")
    assert "What you would do" in amina.get(second.location).text
    assert back.status_code == 409
    assert "that page does not open again" in back.text


def grant(client, app, people, **fields):
    with app.app_context():
        from lms.accounts.models import User

        amina = session(app).scalar(everywhere(User).where(User.sign_in_name == "amina"))
        data = {
            "organisation": people["top"],
            "whom": f"u:{amina.id}",
            "extra_minutes": "15",
            "reason": "reads with a glass",
            "request_key": "k1",
        }
    return client.post(f"/assessing/{COURSE}/overrides/new", data=data | fields)


def test_an_override_is_granted_shown_with_its_reason_and_withdrawn(app, login, people):
    noor = login("noor")

    made = grant(noor, app, people)
    page = noor.get(f"/assessing/{COURSE}")
    intro = login("amina").get(f"/assessments/{COURSE}")
    with app.app_context():
        override = session(app).scalar(everywhere(Override.id))
    address = f"/assessing/overrides/{override}/withdraw"
    without = noor.post(address, data={"reason": ""})
    withdrawn = noor.post(address, data={"reason": "Has new glasses"})

    assert made.status_code == 303
    assert "reads with a glass" in page.text
    assert "35 minutes" in intro.text
    assert (without.status_code, withdrawn.status_code) == (422, 303)
    assert "Has new glasses" in noor.get(f"/assessing/{COURSE}").text
    assert "20 minutes" in login("amina").get(f"/assessments/{COURSE}").text


def test_an_override_without_a_reason_is_answered_on_the_form(app, login, people):
    answer = grant(login("noor"), app, people, reason="")

    assert answer.status_code == 422
    with app.app_context():
        assert session(app).scalar(everywhere(Override.id)) is None


def test_people_of_others_cannot_be_chosen_and_learners_grant_nothing(app, login, people):
    foreign = grant(login("stranger"), app, people)
    learner = grant(login("amina"), app, people)

    assert foreign.status_code == 422
    assert learner.status_code == 403


def papers(app, login, *names):
    noor = login("noor")
    with app.app_context():
        from lms.accounts.models import User

        ids = [
            str(session(app).scalar(everywhere(User.id).where(User.sign_in_name == name)))
            for name in names
        ]
    return noor, noor.post(f"/assessing/{COURSE}/papers", data={"person": ids})


def sheet_of(app):
    """What somebody who knows everything writes on the sheet, by row."""
    with app.app_context():
        attempt = session(app).scalar(everywhere(Attempt))
        written = {}
        for place, one in enumerate(attempt.questions):
            spec, kind = one["spec"], question_type(one["spec"]["type"])
            shown = kind.present(spec, one["order"], kind.right_answer(spec))
            written |= paper.written_of(paper.rows_of(place + 1, spec["key"], shown))
        return {f"row-{row}": text for row, text in written.items()}


def test_a_paper_is_printed_entered_by_its_code_and_marked(app, login, people):
    noor, printed = papers(app, login, "amina")
    page = noor.get(printed.location)
    code = re.search(r"paper=([0-9A-Z]+)", printed.location)[1]
    rows = re.findall(r"<tr><td>(\d+[a-z]?)</td><td>[^<]+</td><td></td></tr>", page.text)
    found = noor.post("/assessing/sheet", data={"code": f"{code[:4]} {code[4:]}".lower()})
    sat_at = f"{clock.now():%Y-%m-%dT%H:%M}"
    written = sheet_of(app)

    done = noor.post(found.location, data={"sat_at": sat_at, "submit": "1", **written})

    assert code in page.text
    assert "Amina" in page.text
    assert [f"row-{row}" for row in rows] == list(written)
    assert done.status_code == 303
    with app.app_context():
        attempt = session(app).scalar(everywhere(Attempt))
        assert (attempt.state, attempt.percent) == (MARKED, 100)


def test_a_row_that_cannot_be_read_is_named_and_the_others_are_kept(app, login, people):
    noor, printed = papers(app, login, "amina")
    code = re.search(r"paper=([0-9A-Z]+)", printed.location)[1]
    written = sheet_of(app)
    with app.app_context():
        attempt = session(app).scalar(everywhere(Attempt))
        types = [one["spec"]["type"] for one in attempt.questions]
    row = f"row-{types.index('single_choice') + 1}"
    sat_at = f"{clock.now():%Y-%m-%dT%H:%M}"

    answer = noor.post(
        f"/assessing/sheet/{code}",
        data={"sat_at": sat_at, "submit": "1", **written, row: "Q"},
    )

    assert answer.status_code == 422
    assert "Write the letters that stand before the answers" in answer.text
    with app.app_context():
        attempt = session(app).scalar(everywhere(Attempt))
        assert attempt.state == IN_PROGRESS
        assert len(attempt.given()) == len(attempt.questions) - 1


def test_a_sheet_is_handed_in_as_of_the_moment_when_it_was_sat(app, login, people):
    noor, printed = papers(app, login, "amina")
    code = re.search(r"paper=([0-9A-Z]+)", printed.location)[1]
    later = clock.now() + timedelta(minutes=3)

    done = noor.post(
        f"/assessing/sheet/{code}", data={"sat_at": f"{later:%Y-%m-%dT%H:%M}", "submit": "1"}
    )

    assert done.status_code == 303
    with app.app_context():
        attempt = session(app).scalar(everywhere(Attempt))
        assert attempt.state == MARKED
        assert attempt.percent == 0
    assert noor.get(done.location).status_code == 200
    assert noor.post("/assessing/sheet", data={"code": code}).status_code == 422


def test_a_sheet_from_the_future_is_refused_and_stays_open(app, login, people):
    noor, printed = papers(app, login, "amina")
    code = re.search(r"paper=([0-9A-Z]+)", printed.location)[1]
    future = clock.now() + timedelta(days=2)

    answer = noor.post(
        f"/assessing/sheet/{code}", data={"sat_at": f"{future:%Y-%m-%dT%H:%M}", "submit": "1"}
    )

    assert answer.status_code == 422
    assert "lies in the future" in answer.text
    assert noor.get(f"/assessing/sheet/{code}").status_code == 200


def test_sheets_of_others_are_not_there(app, login, people):
    _noor, printed = papers(app, login, "amina")
    code = re.search(r"paper=([0-9A-Z]+)", printed.location)[1]
    stranger = login("stranger")

    assert stranger.get(f"/assessing/sheet/{code}").status_code == 404
    assert stranger.get(printed.location).status_code == 404
    assert stranger.post("/assessing/sheet", data={"code": code}).status_code == 422


def test_a_trainer_declares_an_attempt_void_and_a_stranger_cannot(app, login, people):
    amina, noor, stranger = login("amina"), login("noor"), login("stranger")
    place = amina.post(f"/assessments/{COURSE}/start").location
    result = amina.post(place, data={"submit": "1"}).location
    void = result.replace("/result", "/void")

    foreign = stranger.post(void, data={"reason": "spite"})
    own = amina.post(void, data={"reason": "mine"})
    done = noor.post(void, data={"reason": "another person sat it"}, follow_redirects=True)

    assert (foreign.status_code, own.status_code) == (404, 403)
    assert "This attempt is void." in done.text
    assert "another person sat it" in amina.get(result).text
