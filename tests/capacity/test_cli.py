"""The commands of `lms index` on a site: what they print, in each shape, and how they leave."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from factories.accounts import make_organisation, make_post, make_user
from lms.accounts import operations as accounts
from lms.capacity import operations
from lms.capacity.reasons import _ends, _posts, reasons
from lms.capacity.stored import find_run, inputs_of, result_of
from lms.db import db
from lms.evidence import operations as ledger
from lms.evidence.facts import Fact, Kind
from lms.index.causes import REASONS

MARCH, JUNE = date(2026, 3, 31), date(2026, 6, 30)
DIMENSIONS = ("gov", "sec", "cri", "coo")


def moment(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def record(organisation, *, indicator="", user=None, competency="", share="1", day, **more):
    given = {
        "once_key": uuid4().hex,
        "kind": Kind.ASSESSMENT if user else Kind.EXERCISE_EVALUATION,
        "organisation_id": organisation.id,
        "user_id": user.id if user else None,
        "competency": competency,
        "indicator": indicator,
        "value": Decimal(share),
        "observed_on": day,
        "record_kind": "attempt" if user else "exercise",
        "record_id": uuid4(),
    }
    return ledger.record(Fact(**given | more), by=None, at=moment(day))


@pytest.fixture
def site(app):
    """Lumeya with all dimensions known in March and a change of everything by June; Karsa with nothing."""
    with app.app_context():
        home = make_organisation("lumeya", name="Lumeya")
        make_organisation("karsa", name="Karsa")
        make_post(make_organisation("tiraz"), requirements={"gov-01": 1})
        amina, basil = make_user("amina"), make_user("basil")
        posts = {}
        for domain in DIMENSIONS:
            posts[domain] = make_post(home, requirements={f"{domain}-01": 2}, holder=amina)
            record(home, user=amina, competency=f"{domain}-01", share="0.9", day=date(2026, 2, 1))
        record(home, indicator="exercise-performance", share="0.5", day=date(2026, 2, 10))
        for indicator in (
            "exchange-timeliness",
            "exchange-completeness",
            "corrective-actions-on-time",
        ):
            record(
                home,
                indicator=indicator,
                share="1",
                numerator=Decimal(1),
                denominator=Decimal(1),
                day=date(2026, 2, 12),
                kind=Kind.EXCHANGE,
            )
        # By June: governance has another holder, security reached the next level, one post more in response.
        record(home, user=basil, competency="gov-01", share="0.9", day=date(2026, 4, 1))
        accounts.appoint(posts["gov"], basil, starts_on=date(2026, 4, 2), by=None, at=moment(JUNE))
        record(
            home,
            user=amina,
            competency="sec-01",
            kind=Kind.PRACTICAL_OBSERVATION,
            day=date(2026, 5, 1),
        )
        accounts.add_post(
            home,
            key="second",
            titles={"en": "Second"},
            requirements={"cri-01": 1},
            by=None,
            at=moment(date(2026, 5, 2)),
        )
        db.session.commit()
        for day in (MARCH, JUNE):
            operations.compute_run(day, draws=20, by=None, at=moment(day))
        db.session.commit()
    return app


def lms(site, *arguments, status=0):
    done = site.test_cli_runner().invoke(args=["index", *map(str, arguments)])
    assert done.exit_code == status, done.output + repr(done.exception)
    return done


def table_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_newest_run_is_shown_in_each_shape(site):
    printed = lms(site, "show").stdout
    as_json = json.loads(lms(site, "show", "--json").stdout)
    as_csv = table_of(lms(site, "show", "--csv").stdout)

    assert "as of 2026-06-30" in printed
    assert [one["subject"] for one in as_json["subjects"]] == ["lumeya", "tiraz"]
    assert as_json["methodology"]["key"] == "district-capacity"
    assert float(as_csv[0]["value"]) == as_json["subjects"][0]["value"]
    assert as_csv[1]["value"] == ""


def test_a_stored_run_prints_what_computing_it_printed(site):
    computed = json.loads(
        lms(site, "compute", "--as-of", "2026-03-31", "--draws", "20", "--json").stdout
    )
    shown = json.loads(lms(site, "show", "2026-03-31", "--json").stdout)

    assert shown == computed


def test_a_run_is_found_by_its_day_and_by_its_id(site):
    rows = json.loads(lms(site, "show", "--runs", "--json").stdout)
    by_day = json.loads(lms(site, "show", "2026-03-31", "--json").stdout)
    by_id = json.loads(lms(site, "show", rows[1]["run"], "--json").stdout)
    printed = lms(site, "show", "--runs").stdout
    listed = table_of(lms(site, "show", "--runs", "--csv").stdout)

    assert [row["as_of"] for row in rows] == ["2026-06-30", "2026-03-31"]
    assert by_day == by_id
    assert rows[0]["run"] in printed
    assert [row["run"] for row in listed] == [row["run"] for row in rows]


def test_one_organisation_opens_into_dimensions_and_indicators(site):
    printed = lms(site, "show", "--organisation", "lumeya").stdout
    told = json.loads(lms(site, "show", "--organisation", "lumeya", "--json").stdout)
    row = table_of(lms(site, "show", "--organisation", "lumeya", "--csv").stdout)

    assert "gov-posts-qualified" in printed
    assert "with what is missing" in printed
    assert told["subject"] == "lumeya"
    assert len(row) == 1
    assert lms(site, "show", "--organisation", "tiraz", status=1).stdout.startswith("tiraz: –")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "2020-01-01"), "There is no run 2020-01-01; the newest are of 2026-06-30"),
        (("show", "--organisation", "nowhere"), "says nothing of the organisation nowhere"),
        (("show", "--methodology", "other"), "No index was computed yet."),
        (("explain", "nowhere"), "says nothing of the organisation nowhere"),
        (("explain", "lumeya", "--to", "2026-03-31"), "Two runs of different days"),
        (("compute", "--methodology", "other"), "There is no methodology other"),
        (("compute", "--as-of", "2999-01-01"), "lies in the future"),
        (("diff", "district-capacity", "other"), "There is no methodology other"),
        (("compute", "--populations", "p.csv"), "--populations goes with --observations"),
        (("compute", "--methodology", "x.yaml"), "x.yaml looks like a file"),
        (("show", "--json", "--csv"), "not both"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_2(site, arguments, says):
    done = lms(site, *arguments, status=2)

    assert done.stdout == ""
    assert says in done.stderr


def test_the_explanation_adds_up_and_names_what_happened(site):
    told = json.loads(lms(site, "explain", "lumeya", "--json").stdout)
    parts = {one["key"]: one for one in told["indicators"]}

    assert told["run_a"]["as_of"] == "2026-03-31"
    assert sum(one["part"] for one in told["indicators"]) == pytest.approx(
        told["difference"], abs=1e-9
    )
    # Not said to have risen unless the interval of the difference leaves 0 out.
    assert told["low"] <= told["difference"] <= told["high"]
    assert (told["said"] == "rose") == (told["low"] > 0)
    # Awareness of practitioner before; both after the observed task.
    assert (parts["sec-posts-qualified"]["before"], parts["sec-posts-qualified"]["after"]) == (
        0.5,
        1,
    )
    for one in told["indicators"]:
        causes = [cause["part"] for cause in one["causes"]]
        assert sum(causes) == pytest.approx(one["part"], abs=1e-9)


def test_the_explanation_is_printed_for_people_and_as_rows(site):
    printed = lms(site, "explain", "lumeya").stdout
    rows = table_of(lms(site, "explain", "lumeya", "--from", "2026-03-31", "--csv").stdout)

    assert printed.startswith(("lumeya went from ", "lumeya rose from "))
    assert "The difference is very likely " in printed
    assert "from 2026-03-31 to 2026-06-30" in printed
    assert "Security posts held by qualified people" in printed
    assert [row["part"] for row in rows[:2]] == ["method", "others"]
    assert sum(float(row["points"]) for row in rows if not row["cause"]) == pytest.approx(
        json.loads(lms(site, "explain", "lumeya", "--json").stdout)["difference"], abs=1e-9
    )


def test_without_two_values_only_what_came_or_went_is_said(site):
    done = lms(site, "explain", "tiraz", status=1)

    assert "without both values there are no parts" in done.stdout


def test_reasons_come_from_posts_holders_and_corrections(site):
    with site.app_context():
        run_a, run_b = find_run("2026-03-31"), find_run("2026-06-30")
        inputs = inputs_of(run_a)[0], inputs_of(run_b)[0]
        found = reasons(run_a, run_b, *inputs)
        by_indicator = {}
        for one in (*inputs[0], *inputs[1]):
            if one.id in found:
                by_indicator.setdefault(one.indicator, set()).add(found[one.id])

    assert by_indicator["gov-posts-qualified"] == {"incumbent"}
    assert by_indicator.get("sec-posts-qualified", {"new"}) == {"new"}
    assert set(found.values()) <= set(REASONS)


def test_a_correction_is_a_reason(site):
    with site.app_context():
        from lms.accounts.scope import everywhere
        from lms.evidence.models import Evidence

        def piece(**narrowed):
            return db.session.scalars(everywhere(Evidence).filter_by(**narrowed)).one()

        old = piece(indicator="exchange-timeliness")
        corrected = Fact(
            once_key=uuid4().hex,
            kind=Kind.EXCHANGE,
            organisation_id=old.organisation_id,
            indicator=old.indicator,
            value=Decimal(0),
            numerator=Decimal(0),
            denominator=Decimal(1),
            observed_on=old.observed_on,
            record_kind=old.record_kind,
            record_id=old.record_id,
        )
        successor = ledger.supersede(
            old, corrected, reason="late", by=None, at=moment(date(2026, 7, 2))
        ).id
        ledger.withdraw(
            piece(competency="coo-01"),
            reason="another person",
            by=None,
            at=moment(date(2026, 7, 2)),
        )
        db.session.commit()
        run_a = find_run("2026-06-30")
        run_b = operations.compute_run(
            date(2026, 7, 31), draws=0, by=None, at=moment(date(2026, 7, 31))
        )
        inputs = inputs_of(run_a)[0], inputs_of(run_b)[0]
        found = reasons(run_a, run_b, *inputs)
        gone = {one.id for one in inputs[0]} - {one.id for one in inputs[1]}

    assert found[f"evidence:{successor}"] == "corrected"
    assert {found.get(key, "corrected") for key in gone} == {"corrected"}


def test_a_bundle_is_written_once_and_verifies_without_the_site(site, tmp_path):
    bundle = tmp_path / "march.zip"
    written = lms(site, "export", "2026-03-31", "-o", bundle)
    again = lms(site, "export", "2026-03-31", "-o", bundle, status=2)
    verified = lms(site, "verify", bundle)
    told = json.loads(lms(site, "verify", bundle, "--json").stdout)

    assert "run of 2026-03-31" in written.stdout
    assert "is there already" in again.stderr
    assert "verified" in verified.stdout
    assert (told["verified"], told["exact"], told["count"]) == (True, True, 0)
    assert b"Amina" not in bundle.read_bytes()


def test_a_bundle_that_was_tampered_with_is_found_out(site, tmp_path):
    import zipfile

    bundle, changed = tmp_path / "run.zip", tmp_path / "changed.zip"
    lms(site, "export", "-o", bundle)
    with zipfile.ZipFile(bundle) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "run.json":
                run = json.loads(content)
                run["subjects"][0]["value"] += 0.01
                content = json.dumps(run).encode()
            target.writestr(name, content)

    done = lms(site, "verify", changed, status=1)
    rows = table_of(lms(site, "verify", changed, "--csv", status=1).stdout)

    assert "subjects.0.value" in done.stdout
    assert [row["place"] for row in rows] == ["subjects.0.value"]


@pytest.mark.parametrize("content", [b"", b"no zip at all"])
def test_what_is_no_bundle_is_said_to_be_none(site, tmp_path, content):
    path = tmp_path / "b.zip"
    path.write_bytes(content)

    assert str(path) in lms(site, "verify", path, status=2).stderr
    assert "cannot be read" in lms(site, "verify", tmp_path / "none.zip", status=2).stderr


def test_a_run_of_an_earlier_release_says_what_to_do(site):
    with site.app_context():
        run = find_run("2026-03-31")
        db.session.delete(run.inputs)
        db.session.commit()

    done = lms(site, "export", "2026-03-31", "-o", "x.zip", status=2)
    lms(site, "compute", "--as-of", "2026-03-31", "--draws", "20")

    assert "compute that day again" in done.stderr
    with site.app_context():
        assert find_run("2026-03-31").inputs is not None
        assert result_of(find_run("2026-03-31")).subjects == ("lumeya", "tiraz")


def test_evidence_that_is_not_used_is_counted(site):
    with site.app_context():
        from lms.accounts.queries import organisation_by_code

        home = organisation_by_code("lumeya")
        four = {"numerator": Decimal(4), "denominator": Decimal(4), "kind": Kind.SURVEY}
        record(home, indicator="exchange-timeliness", share="1", day=date(2026, 6, 1), **four)
        db.session.commit()

    done = lms(site, "compute", "--as-of", "2026-07-01", "--draws", "0")

    assert "not used: 1 (surveys of fewer than five respondents)" in done.stderr


def test_every_command_says_how_it_leaves(site):
    commands = "compute show explain diff sensitivity coherence export verify"
    for command in commands.split():
        assert "Exit status:" in lms(site, command, "--help").stdout


def test_nothing_computed_yet_is_said(app):
    done = app.test_cli_runner().invoke(args=["index", "show"])
    listed = app.test_cli_runner().invoke(args=["index", "show", "--runs"])

    assert (done.exit_code, done.stderr) == (2, "No index was computed yet.\n")
    assert "no run is stored" in listed.stdout


def test_a_day_before_any_evidence_has_no_value(site):
    done = lms(site, "compute", "--as-of", "2026-01-15", "--draws", "0", status=1)

    assert "no subject has a value as of 2026-01-15" in done.stderr


def test_reasons_of_a_whole_site_are_asked_in_statements_that_both_databases_take(app):
    observed = {UUID(int=number) for number in range(1, 1201)}
    asked = []

    def counted(*_more):
        asked.append(len(_more[3]))

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", counted)
        ends = _ends({str(key): {str(key)} for key in observed}, date(2026, 6, 1))
        posts = _posts(observed)
        event.remove(db.engine, "before_cursor_execute", counted)
    assert (ends, posts) == ((set(), set()), {})

    # 500 at a time: of pieces as what ended and as what took its place, and a day; then of posts.
    assert len([one for one in asked if one > 1]) == 6
    assert max(asked) <= 1001
