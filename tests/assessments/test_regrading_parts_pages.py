"""A new key for pairs, items and gaps in attempts: the preview, doing it, and the pages for both."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from factories.accounts import make_organisation, make_user
from factories.learning import COURSE, STARTED
from factories.marking import TEXT, handed_in
from factories.regrading import CASES, GAPS, ITEMS, ONE, PAIRS, answers, fields_of, keyed
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.assessments import operations, regrading
from lms.assessments.models import Attempt, RegradeChange
from lms.assessments.regrade_rules import NEW_KEY, Change
from lms.db import db as handle


@pytest.fixture
def lumeya(db):
    return make_organisation("lumeya")


@pytest.fixture
def trainer(lumeya):
    return make_user("noor", organisation=lumeya, role=Role.TRAINER, name="Noor Kassab")


@pytest.mark.parametrize(("spec", "given", "changed"), CASES, ids=lambda one: one.get("type", ""))
def test_preview_and_regrade_agree(db, lumeya, trainer, spec, given, changed):
    by_the_new = handed_in(
        make_user("amina", organisation=lumeya), [spec, TEXT], {spec["key"]: given}
    )
    by_the_old = handed_in(
        make_user("samuel", organisation=lumeya), [spec, TEXT], {spec["key"]: answers(spec)}
    )
    assert (by_the_new.percent < 50, by_the_old.percent) == (True, Decimal("50.00"))
    change = Change(NEW_KEY, spec["key"], keyed(spec, **changed))

    seen = regrading.preview(COURSE, change)
    regrading.apply(COURSE, change, reason="x", request_key="1", by=trainer, at=STARTED)

    assert by_the_new.percent == Decimal("50.00")
    for line in seen.lines:
        attempt = db.session.get(Attempt, line.id, execution_options={"lms_scoped": True})
        assert (attempt.percent, attempt.passed) == (line.percent_after, line.passed_after)
        assert attempt.questions[0]["spec"] == spec
    again = operations.outcome_of(by_the_old)
    assert by_the_old.percent == again.percent


@pytest.fixture
def site(app):
    with app.app_context():
        lumeya = make_organisation("lumeya")
        make_user("noor", organisation=lumeya, role=Role.TRAINER, name="Noor Kassab")
        for number, (spec, given, _changed) in enumerate(CASES):
            handed_in(
                make_user(f"amina-{number}", organisation=lumeya),
                [spec, TEXT],
                {spec["key"]: given},
            )
    return app


def form_of_page(page):
    """Every field of the form for the key, with what stands in it."""
    text = page.text[page.text.index("The new key") : page.text.index("See what would move")]
    fields = dict(re.findall(r'<input id="[^"]*" name="([^"]*)"[^>]* value="([^"]*)"', text))
    for name, options in re.findall(
        r'<select id="[^"]*" name="([^"]*)">(.*?)</select>', text, re.S
    ):
        fields[name] = re.search(r'value="([^"]*)" selected', options).group(1)
    for name, value in re.findall(
        r'<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>', text, re.S
    ):
        fields[name] = value
    return fields


@pytest.mark.parametrize(("spec", "given", "changed"), CASES, ids=lambda one: one.get("type", ""))
def test_from_the_form_over_the_preview_to_the_record(site, login, spec, given, changed):
    noor = login("noor")
    address = f"/assessments/{COURSE}/questions/{spec['key']}/regrade"
    form = noor.get(address)
    fields = form_of_page(form)
    assert fields == {name: values[0] for name, values in fields_of(spec).items()}

    sent = {**fields, **{name.replace("_", "-"): value for name, value in changed.items()}}
    preview = noor.get(address, query_string={"do": "new-key", **sent})
    confirm = preview.text[preview.text.index('method="post" action="/assessments') :]
    hidden = {
        re.search(r'name="([^"]*)"', one).group(1): re.search(r'value="([^"]*)"', one).group(1)
        for one in re.findall(
            r'<input[^>]*type="hidden"[^>]*>', confirm[: confirm.index("</form>")]
        )
    }
    done = noor.post(address, data={**hidden, "reason": "The key was wrong."})
    again = form_of_page(noor.get(address))

    assert "50.00 %" in preview.text
    assert done.status_code == 303
    assert again == sent
    with site.app_context():
        changes = handle.session.scalars(select(RegradeChange)).all()
        assert [one.percent_after for one in changes] == [Decimal("50.00")]
        attempt = handle.session.scalar(
            everywhere(Attempt).where(Attempt.id == changes[0].attempt_id)
        )
        name = attempt.user.sign_in_name
    # The person's own result tells the right answer that holds now.
    result = login(name).get(f"/assessments/attempts/{changes[0].attempt_id}/result").text
    first = result[result.index(f'id="q-{spec["key"]}"') : result.index('id="q-t-1"')]
    assert '<span class="tag wrong">' not in first


@pytest.mark.parametrize(
    ("spec", "changed", "says"),
    [
        (PAIRS, {"left_2": "elsewhere"}, "Choose what belongs to left side 2."),
        (
            PAIRS,
            {"left_1": ONE, "left_2": ONE, "left_3": ONE, "left_4": ONE},
            "The same right side cannot belong to all of them.",
        ),
        (ITEMS, {"place_a": "9"}, "“9” is no place; give each item a number from 1 to 4."),
        (ITEMS, {"place_a": "2"}, "Two items have the place 2; give each a place of its own."),
        (GAPS, {"gap_3_value": "three"}, "Gap 3: “three” is no number"),
        (GAPS, {"gap_2_accepted_en": " "}, "Gap 2: Write at least one variant that is right."),
        (GAPS, {"gap_1_right": "z"}, "Gap 1: Choose the option that is right."),
        (GAPS, {"gap_2_accepted_en": "?"}, "Gap 2: A variant is a text of 200 characters at most"),
    ],
)
def test_what_is_wrong_with_a_key_is_said_and_what_was_typed_stays(
    site, login, spec, changed, says
):
    sent = {name: values[0] for name, values in fields_of(spec, **changed).items()}

    page = login("noor").get(
        f"/assessments/{COURSE}/questions/{spec['key']}/regrade",
        query_string={"do": "new-key", **sent},
    )

    assert page.status_code == 422
    assert says in page.text
    typed = (
        form_of_page(page)
        if "elsewhere" not in sent.values() and "z" not in sent.values()
        else sent
    )
    assert {name: value.strip() for name, value in typed.items()} == {
        name: value.strip() for name, value in sent.items()
    }
