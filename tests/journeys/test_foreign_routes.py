"""Every route, as every role, against another organisation's data: nothing is shown and nothing is done."""

import io
from collections import defaultdict
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from factories.accounts import LONG_AGO, make_organisation, make_post, make_user
from factories.cohorts import make_cohort
from factories.exercises import TEMPLATE
from factories.learning import COURSE, STARTED, complete, publish
from factories.marking import CHOICE, FILE, GOOD, TEXT, TWICE, begun, handed_in, written
from lms.accounts import operations as accounts
from lms.accounts.rules import Role
from lms.assessments import answering, cut_scores, files, marking, observing, regrading
from lms.assessments import operations as assessments
from lms.assessments.queries import assessment, banks_of, rubric
from lms.assessments.regrade_rules import FULL_CREDIT, Change
from lms.capacity.operations import compute_run
from lms.certificates import operations as certificates
from lms.db import Base
from lms.db import db as handle
from lms.exchanges import operations as exchanges
from lms.exchanges import stock
from lms.exchanges.rules import ExchangeKind, ResourceKind, Side
from lms.exercises import operations as exercises
from lms.exercises.rules import ExerciseRole
from lms.exports import operations as exports
from lms.learning.operations import enrolment_of
from lms.level_records import operations as level_records
from lms.questions import operations as questions
from lms.questions.conversion import read_file

SECRET = "Zebulon"
#: Names of organisations are no secret inside the site, and a certificate is there to be checked by anybody.
OPEN = {"organisations.show_organisation", "verify.show_verified"}
#: Refusals; 405 stands for a route that has no such method.
REFUSED = {400, 403, 404, 405, 409, 415, 422}


def their_world():
    """An organisation with something in every table, all of it about people called Zebulon."""
    publish()
    theirs = make_organisation("theirs", name="Theirs")
    partner = make_organisation("partner", name="Partner")
    person = make_user("zebulon", organisation=theirs, name=f"{SECRET} Person")
    boss = make_user("boss", organisation=theirs, role=Role.ADMINISTRATOR, name=f"{SECRET} Boss")
    helper = make_user("helper", organisation=partner, role=Role.TRAINER, name=f"{SECRET} Helper")
    make_post(theirs, requirements={"gov-01": 1}, holder=person)
    accounts.invite(
        theirs, Role.LEARNER, name=f"{SECRET} Guest", language="en", by=boss, at=LONG_AGO
    )
    complete(person)
    observing.record_observation(
        person,
        rubric("t01-p1"),
        {"rope-checked": "meets", "bucket-full": "meets"},
        competencies=["gov-01"],
        observed_on=STARTED.date(),
        remark=SECRET,
        request_key="x",
        by=boss,
        at=STARTED,
    )
    level_records.record_coaching(
        person,
        "gov-01",
        starts_on=LONG_AGO.date(),
        ends_on=STARTED.date(),
        described=SECRET,
        request_key="x",
        by=helper,
        at=STARTED,
    )
    level_records.record_improvement(
        f"{SECRET} list",
        "gov-01",
        described=SECRET,
        used_since=LONG_AGO.date(),
        used_by=[theirs, partner],
        request_key="y",
        by=person,
        at=STARTED,
    )
    essay_and_regrade(person, boss, helper)
    rules = assessment(COURSE)
    panel = cut_scores.open_round(
        rules,
        banks_of(rules),
        theirs,
        title=f"{SECRET} panel",
        chosen=["t01-q01"],
        by=boss,
        at=STARTED,
    )
    cut_scores.save_estimates(panel, boss, {"t01-q01": "50"}, at=STARTED)
    certificate = certificates.award(
        enrolment_of(person, COURSE), language="en", by=boss, at=STARTED
    )
    exporters = list(exports_of_the_site())
    if exporters:
        exports.want(
            exporters[0],
            "certificate",
            {"code": certificate.code},
            options={},
            language="en",
            organisation_id=theirs.id,
            request_key="x",
            by=boss,
            at=STARTED,
        )
    exercise = exercises.schedule_exercise(
        TEMPLATE,
        host=theirs,
        organisations=[partner],
        evaluated=[theirs],
        starts_at=STARTED,
        zone="UTC",
        title=f"{SECRET} exercise",
        by=boss,
        at=LONG_AGO,
    )
    exercises.invite(exercise, person, theirs, ExerciseRole.PLAYER, by=boss, at=LONG_AGO)
    exercises.add_evaluator(exercise, helper, partner, by=boss, at=LONG_AGO)
    boats = exchanges.add_resource_type(
        titles={"en": "Boat"},
        units={"en": "boats"},
        kind=ResourceKind.ASSET,
        by=boss,
        at=LONG_AGO,
    )
    stock.record_stock(theirs, boats, Decimal(4), by=boss, at=LONG_AGO)
    exchanges.propose_exchange(
        giver=theirs,
        receiver=partner,
        side=Side.GIVER,
        kind=ExchangeKind.DONATION,
        lines=[(boats, Decimal(2))],
        dispatch_by=date(2099, 1, 1),
        note=SECRET,
        by=boss,
        at=STARTED,
    )
    compute_run(STARTED.date(), draws=20, by=boss, at=STARTED)
    make_cohort(theirs, boss, members=(person,), title=f"{SECRET} cohort")
    # Banks belong to the whole site; who brought a question, and what somebody looks at, do not.
    gift = b"// [id:t01-c01]\nA bucket is enough. {F}\n"
    questions.take_in(
        COURSE,
        read_file(gift, name="a.gift"),
        language="en",
        file_name="a.gift",
        replace=True,
        by=boss,
        at=STARTED,
    )
    questions.keep_upload(
        gift,
        bank_key=COURSE,
        title=SECRET,
        file_name=f"{SECRET}.gift",
        file_format="",
        defaults={"language": "en", "competency": "", "level": ""},
        by=boss,
        at=STARTED,
    )
    handle.session.commit()
    return theirs, partner, person, boss, helper


def essay_and_regrade(person, boss, helper):
    """An essay that one of two has marked, a file beside it, and a question marked anew, all with a secret."""
    # The key that the walk below writes into every address.
    essay = {**TWICE, "key": "t01-c01"}
    attempt = begun(
        person, [essay, FILE, CHOICE], {"t01-c01": written(SECRET), "c-1": written("b")}
    )
    upload = FileStorage(io.BytesIO(SECRET.encode()), filename=f"{SECRET}.txt")
    taken, _faults = files.take_uploads(attempt, {"f-1:answer": upload}, at=STARTED)
    answering.save_answers(attempt, taken, at=STARTED)
    assessments.submit_attempt(attempt, at=STARTED)
    marking.give_mark(attempt, "t01-c01", GOOD, remark=SECRET, by=helper, at=STARTED)
    marking.give_mark(attempt, "f-1", {"overall": "0.5"}, remark=SECRET, by=helper, at=STARTED)
    other = handed_in(person, [CHOICE, TEXT], {"c-1": written("b")}, at=STARTED)
    assert other.percent == 0
    regrading.apply(
        COURSE, Change(FULL_CREDIT, "c-1"), reason=SECRET, request_key="x", by=boss, at=STARTED
    )


def exports_of_the_site():
    from flask import current_app

    return current_app.extensions["lms.plugins"].exporters.values()


def counted():
    """Rows of every table."""
    tables = Base.metadata.sorted_tables
    return {
        table.name: handle.session.scalar(select(func.count()).select_from(table))
        for table in tables
        # What a stranger may leave behind: their own sign-in.
        if table.name not in ("sign_ins", "failed_sign_ins")
    }


def keys_of_everything():
    """One id of each table, by the feature that keeps it and the table's name."""
    found = defaultdict(dict)
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        if "id" not in table.c:
            # Wordings of questions: kept by their digest, which stands in no address.
            continue
        first = handle.session.execute(select(table.c.id).limit(1)).scalar()
        if first is not None:
            key = first if isinstance(first, UUID) else UUID(str(first))
            found[feature_of(mapper.class_)][table.name] = key
    return found


def feature_of(thing):
    """The part of the house that something stands in."""
    return thing.__module__.split(".")[1]


def keys_for(view, keys):
    """Ids to put into a route's address: of each table of its own feature, and of what everybody shares.

    All tables for all routes would take ten times as long and try a sign-in's id where an exercise is asked for.
    """
    return [
        *keys[feature_of(view)].values(),
        *keys["accounts"].values(),
        *keys["evidence"].values(),
    ]


@pytest.mark.slow
# Thousands of requests: tracing each line of them would double the time and tell nothing new.
@pytest.mark.no_cover
@pytest.mark.parametrize("role", list(Role))
def test_a_stranger_sees_and_does_nothing(app, login, role):
    with app.app_context():
        their_world()
        keys = keys_of_everything()
        ours = make_organisation("ours", name="Ours")
        make_user("stranger", organisation=ours, role=role)
        before = counted()
    stranger = login("stranger")
    adapter = app.url_map.bind("localhost")
    walked = 0

    for rule in app.url_map.iter_rules():
        if rule.endpoint.endswith("static"):
            continue
        names = {name for name in rule.arguments if isinstance_uuid(rule, name)}
        others = {name: words(name) for name in rule.arguments - names}
        view = app.view_functions[rule.endpoint]
        for key in keys_for(view, keys) if names else [None]:
            values = others | dict.fromkeys(names, key)
            address = adapter.build(
                rule.endpoint, values, method=sorted(rule.methods - {"HEAD", "OPTIONS"})[0]
            )
            if "GET" in rule.methods:
                answer = stranger.get(address)
                assert SECRET not in answer.text, f"GET {address} ({rule.endpoint})"
                if names and rule.endpoint not in OPEN:
                    assert answer.status_code in REFUSED, f"GET {address} ({rule.endpoint})"
                assert answer.status_code != 500, address
            if "POST" in rule.methods and names:
                answer = stranger.post(address, data={"reason": "x", "text": "x"})
                assert SECRET not in answer.text, f"POST {address} ({rule.endpoint})"
                assert answer.status_code in REFUSED, f"POST {address} ({rule.endpoint})"
            walked += 1

    assert walked > 100
    with app.app_context():
        assert counted() == before


def isinstance_uuid(rule, name):
    return type(rule._converters[name]).__name__ == "UUIDConverter"


def words(name):
    """Something that exists for each named part of an address."""
    return {
        "key": COURSE,
        "bank": COURSE,
        "lesson": "01-water",
        "question": "t01-c01",
        "name": "x.png",
        "rubric_key": "t01-p1",
        "indicator": "gov-posts-qualified",
        "code": "ABCDABCDABCDABCD",
        "token": "nothing",
        "step": "dispatch",
        "objective_key": "t1-e1",
    }.get(name, "nothing")
