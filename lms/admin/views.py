"""State of the site and the audit trail."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy import func, or_

from lms import clock
from lms.accounts.models import Organisation
from lms.accounts.rules import Permission
from lms.accounts.scope import organisations_within, viewer
from lms.accounts.session import requires
from lms.audit.models import AuditEntry
from lms.courses.library import library
from lms.db import db
from lms.exports.queries import plugins
from lms.exports.words import JOB_STATES
from lms.jobs import operations as jobs
from lms.jobs.models import FAILED, Job
from lms.web import paging
from lms.web.forms import EmptyForm
from lms.web.incoming import page_number

bp = Blueprint("admin", __name__, template_folder="templates", url_prefix="/site")
SHOWN = 100


def _whole_site() -> bool:
    """Whether the viewer administers every organisation at the top of the tree, and so the site itself."""
    who = viewer()
    tops = db.session.scalars(db.select(Organisation.path).where(Organisation.parent_id.is_(None)))
    return who is not None and all(who.may(Permission.ADMINISTER, path) for path in tops)


def _entries(whole: bool, number: int) -> list[AuditEntry]:
    within = AuditEntry.organisation_id.in_(organisations_within(Permission.ADMINISTER))
    seen = or_(within, AuditEntry.organisation_id.is_(None)) if whole else within
    statement = (
        db.select(AuditEntry).where(seen).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    return list(db.session.scalars(paging.window(statement, number)))


@bp.get("/")
@requires(Permission.ADMINISTER)
def site() -> str:
    whole = _whole_site()
    counts = (
        dict(db.session.execute(db.select(Job.state, func.count(Job.id)).group_by(Job.state)).all())
        if whole
        else {}
    )
    failed = (
        list(db.session.scalars(db.select(Job).where(Job.state == FAILED).limit(SHOWN)))
        if whole
        else []
    )
    number = page_number()
    found = _entries(whole, number)
    entries = paging.rows_of(found)
    names = {
        row.id: row
        for row in db.session.scalars(
            db.select(Organisation).where(
                Organisation.id.in_({one.organisation_id for one in entries if one.organisation_id})
            )
        )
    }
    return render_template(
        "admin/site.html",
        whole=whole,
        counts={JOB_STATES[state]: count for state, count in counts.items()},
        failed=failed,
        entries=entries,
        page=paging.pages_of(found, number),
        organisations=names,
        problems=[one for one in library().problems if one.severity == "error"] if whole else [],
        broken_plugins=[one for one in plugins() if one.state == "failed"] if whole else [],
    )


@bp.post("/jobs/<uuid:key>/again")
@requires(Permission.ADMINISTER)
def start_job_again(key: UUID) -> Any:
    job = db.session.get(Job, key)
    if job is None or not _whole_site():
        abort(404)
    if EmptyForm().validate_on_submit():
        jobs.start_again(job, at=clock.now())
        db.session.commit()
    return redirect(url_for(".site"), code=303)
