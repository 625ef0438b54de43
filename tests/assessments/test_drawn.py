"""What is remembered of questions as they are drawn reads as what is drawn anew."""

import re
from uuid import UUID

import pytest

from factories.accounts import make_organisation, make_user
from factories.assessments import begin
from factories.learning import STARTED, publish
from factories.questions import SPECS, VARIANTS, make_options, make_question
from lms import clock
from lms.accounts.credentials import find_by_sign_in_name
from lms.assessments import drawn, operations
from lms.assessments.models import Attempt
from lms.db import db as handle
from lms.demo.learning_story import right_fields

CHOICE = make_question("single_choice", "c-1", options=make_options("a", "bcd"))
PICTURED = next(
    one for one in VARIANTS if any("image" in option for option in one.get("options", ()))
)
#: One of each type that an attempt can hold, the wrong answers among the right ones.
KINDS = [{**spec, "key": f"k-{kind}"} for kind, spec in SPECS.items() if kind != "description"]
REVIEWED = {"review": {"right_after": "all", "after_close": "all"}}


@pytest.fixture
def site(app):
    for remembered in (drawn._asked, drawn._reviewed):
        remembered.cache_clear()
    with app.app_context():
        publish()
        lumeya = make_organisation("lumeya")
        make_user("amina", organisation=lumeya)
        make_user("hawa", organisation=lumeya)
    return app


def sit(site, who, *questions, **rules):
    """The address of an attempt in progress."""
    with site.app_context():
        key = begin(find_by_sign_in_name(who), *questions, at=clock.now(), **REVIEWED, **rules).id
    return f"/assessments/attempts/{key}"


def main_of(client, address):
    page = client.get(address).text
    whole = page[page.index("<main") : page.index("</main>")]
    return re.sub(r'name="csrf_token" type="hidden" value="[^"]+"', "", whole)


def answers_to(site, address, wrong=()):
    with site.app_context():
        attempt = handle.session.get(Attempt, UUID(address.rpartition("/")[2]))
        given = {}
        for place, question in enumerate(attempt.questions):
            key = question["spec"]["key"]
            fields = right_fields(question) if place not in wrong else {}
            given |= {f"{key}:{name}": values for name, values in fields.items()}
        return given


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_reads_the_same_remembered_and_anew(site, login, monkeypatch, language):
    client = login("amina")
    client.post("/language", data={"language": language})
    address = sit(site, "amina", *KINDS, PICTURED)

    def same_both_ways(where):
        first, second = main_of(client, where), main_of(client, where)
        with monkeypatch.context() as anew:
            anew.setattr(drawn, "_is_plain", lambda _question: False)
            assert main_of(client, where) == second == first
        return first

    asked = same_both_ways(address)
    assert asked.count("<fieldset") >= len(KINDS)
    assert "\ue000" not in asked
    given = {
        name: values
        for name, values in answers_to(site, address, wrong=(1,)).items()
        if not name.startswith(("k-file_upload", "k-essay"))
    }
    client.post(address, data={**given, "save": "1"}, follow_redirects=True)
    assert same_both_ways(address) != asked
    client.post(address, data={**given, "submit": "1"}, follow_redirects=True)
    result = same_both_ways(f"{address}/result")
    assert len(re.findall(r'<section class="card" id="q-', result)) > len(KINDS)


def test_the_same_question_is_drawn_once_wherever_it_stands(site, login):
    before = make_question("true_false", "c-0", answer=True)
    first = main_of(login("amina"), sit(site, "amina", CHOICE, shuffle_options=False))
    drawn_so_far = drawn._asked.cache_info().misses

    second = main_of(login("hawa"), sit(site, "hawa", before, CHOICE, shuffle_options=False))

    assert drawn._asked.cache_info().misses == drawn_so_far + 1
    block = re.compile(r'<legend id="c-1-text">(\d+)\. (.*?)</fieldset>', re.DOTALL)
    (number, text), (other_number, other_text) = block.findall(first + second)
    assert (number, other_number) == ("1", "2")
    assert text == other_text


def test_another_answer_another_order_and_another_language_are_drawn_anew(site, login):
    client, address = login("amina"), sit(site, "amina", CHOICE)
    plain = main_of(client, address)

    client.post(address, data={"c-1:answer": "b", "save": "1"}, follow_redirects=True)
    chosen = main_of(client, address)
    client.post(address, data={"c-1:answer": "c", "save": "1"}, follow_redirects=True)
    other = main_of(client, address)
    client.post("/language", data={"language": "fr"})

    assert 'value="b" checked' in chosen
    assert 'value="c" checked' in other
    assert "checked" not in plain
    assert main_of(client, address) != other


def test_a_regraded_question_tells_the_answer_that_holds_now(site, login):
    client, address = login("amina"), sit(site, "amina", CHOICE)
    client.post(address, data={"c-1:answer": "b", "submit": "1"}, follow_redirects=True)
    before = main_of(client, f"{address}/result")
    with site.app_context():
        attempt = handle.session.get(Attempt, UUID(address.rpartition("/")[2]))
        changed = {**CHOICE, "options": make_options("b", "acd")}
        attempt.questions = [{**attempt.questions[0], "marked_by": changed}]
        handle.session.flush()
        operations.settle(attempt, by=None, at=STARTED)
        handle.session.commit()

    after = main_of(client, f"{address}/result")

    assert "not right" in before
    assert "not right" not in after


def test_what_somebody_wrote_is_not_remembered(site, login):
    essay = next(one for one in KINDS if one["type"] == "essay")
    client, address = login("amina"), sit(site, "amina", essay)
    client.post(address, data={"k-essay:answer": "The well. " * 40, "save": "1"})
    so_far = drawn._asked.cache_info()

    assert "The well. The well." in main_of(client, address)

    now = drawn._asked.cache_info()
    assert (now.hits, now.misses) == (so_far.hits, so_far.misses)


def test_what_is_remembered_never_asks_for_a_picture():
    with pytest.raises(LookupError, match="no picture"):
        drawn._no_picture("well.png")
