"""Exports: wanted once, made in a job, frozen where they must be, fetched by whoever wanted them."""

import json

import pytest

from factories.accounts import make_organisation, make_user
from factories.learning import COURSE, complete, publish
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.exports.models import Export, ExportFile
from lms.jobs import worker
from lms.jobs.models import Job
from lms.learning.operations import enrolment_of
from lms.plugins import Artifact, CertificateDocument, Table, hookimpl


class Words:
    """An exporter for tests: writes what it was given as JSON, and counts how often."""

    options = ()
    media_type, extension = "application/json", "json"

    def __init__(self, name, accepts):
        self.name, self.accepts, self.made = name, accepts, 0
        self.title = {"en": name}

    def render(self, document, options, progress=None):
        self.made += 1
        if progress:
            progress(50)
        rows = [[str(cell) for cell in row] for row in getattr(document, "rows", ())]
        text = {
            "title": document.title,
            "rows": rows,
            "recipient": getattr(document, "recipient", ""),
        }
        return Artifact(f"{self.name}.json", self.media_type, json.dumps(text).encode())


class Sample:
    def __init__(self):
        self.certificate = Words("a-certificate", CertificateDocument)
        self.table = Words("a-table", Table)

    @hookimpl
    def lms_exporters(self):
        return [self.certificate, self.table]


@pytest.fixture
def sample(app):
    """A site whose only exporters are the sample's."""
    manager = app.extensions["lms.plugins"]
    manager._exporters.clear()
    found = Sample()
    manager.register("sample", found)
    return found


@pytest.fixture
def site(app, sample):
    with app.app_context():
        publish()
        home, away = make_organisation("lumeya"), make_organisation("karsa")
        holder = make_user("amina", organisation=home, name="Amina Dorval")
        make_user("trainer", organisation=home, role=Role.TRAINER)
        make_user("manager", organisation=home, role=Role.PROGRAMME_MANAGER)
        make_user("stranger", organisation=away, role=Role.PROGRAMME_MANAGER, name="Karsa Stranger")
        complete(holder)
        complete(make_user("away", organisation=away, name="Secret Person"))
        return enrolment_of(holder, COURSE).id


def rows(app, model):
    with app.app_context():
        return app.extensions["sqlalchemy"].session.scalars(everywhere(model)).all()


def wanted(client, **more):
    data = {
        "table-exporter": "a-table",
        "table-organisation": "lumeya",
        "table-dataset": "learning",
        "table-language": "en",
        "table-request_key": "once",
    }
    return client.post("/exports/", data=data | more)


def test_a_table_is_made_in_a_job_and_fetched_by_its_owner_alone(app, login, site):
    manager = login("manager")

    address = wanted(manager).location
    before = manager.get(f"{address}/file")
    worker.run_until_idle(app)
    file = manager.get(f"{address}/file")

    assert before.status_code == 404
    assert "finished" in manager.get(address).text
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "Amina Dorval" in file.text
    assert "Secret Person" not in file.text
    assert login("stranger").get(address).status_code == 404
    assert login("stranger").get(f"{address}/file").status_code == 404


def test_the_same_form_sent_twice_is_one_export(app, login, site):
    manager, before = login("manager"), len(rows(app, Job))

    assert wanted(manager).location == wanted(manager).location
    assert len(rows(app, Export)) == 1
    assert len(rows(app, Job)) == before + 1


def test_an_organisation_that_is_not_theirs_is_refused(app, login, site):
    answer = wanted(login("manager"), **{"table-organisation": "karsa"})

    assert answer.status_code == 422
    assert rows(app, Export) == []


def test_the_file_of_a_certificate_is_made_once_for_everybody(app, login, site, sample):
    trainer = login("trainer")
    certificate = trainer.post(f"/certificates/award/{site}").location
    key = certificate.rsplit("/", 1)[1]

    first = trainer.post(f"/exports/certificates/{key}").location
    worker.run_until_idle(app)
    holder = login("amina")
    second = holder.post(f"/exports/certificates/{key}").location
    worker.run_until_idle(app)

    assert first != second
    assert holder.get(f"{second}/file").data == trainer.get(f"{first}/file").data
    assert sample.certificate.made == 1
    assert len(rows(app, ExportFile)) == 1
    assert login("stranger").post(f"/exports/certificates/{key}").status_code == 404


def test_an_export_can_be_stopped_and_started_again(app, login, site):
    manager = login("manager")
    address = wanted(manager).location

    manager.post(f"{address}/stop")
    worker.run_until_idle(app)
    assert "stopped" in manager.get(address).text
    manager.post(f"{address}/again")
    worker.run_until_idle(app)

    assert manager.get(f"{address}/file").status_code == 200


def test_a_plugin_that_raises_costs_its_export_and_is_told(app, login, site, sample, monkeypatch):
    def broken(document, options, progress=None):
        raise ValueError("no ink")

    monkeypatch.setattr(sample.table, "render", broken)
    manager = login("manager")
    address = wanted(manager).location

    worker.run_until_idle(app)

    assert "no ink" in manager.get(address).text
    assert manager.get("/").status_code == 200


def test_the_plugins_page_names_what_failed(app, login, site):
    with app.app_context():
        make_user("admin", organisation=make_organisation("top"), role=Role.ADMINISTRATOR)
    app.extensions["lms.plugins"].register(
        "broken", type("B", (), {"lms_exporters": Sample.lms_exporters})
    )

    page = login("admin").get("/plugins/").text

    assert "broken" in page
    assert "failed" in page
    assert login("manager").get("/plugins/").status_code == 403


def test_the_command_lists_exporters_and_their_help(app, site):
    runner = app.test_cli_runner()

    listed = runner.invoke(args=["plugins", "--json"])
    helped = runner.invoke(args=["export", "a-table", "--help"])
    unknown = runner.invoke(args=["export", "a-table", "--dataset", "learning", "--as", "nobody"])

    assert "a-table" in json.loads(listed.output)["exporters"]
    assert "--dataset" in helped.output
    assert unknown.exit_code == 1
    assert "nobody" in unknown.output


def test_the_command_writes_what_that_person_may_see(app, site, tmp_path):
    runner = app.test_cli_runner()
    file = tmp_path / "out.json"

    done = runner.invoke(
        args=["export", "a-table", "--dataset", "learning", "--as", "manager", "-o", str(file)]
    )

    assert done.exit_code == 0, done.output
    assert "Amina Dorval" in file.read_text()
    assert "Secret Person" not in file.read_text()
