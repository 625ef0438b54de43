"""The job that makes a file: build the document as the person may see it, render, keep."""

from uuid import UUID

from flask_babel import force_locale

from lms import clock
from lms.accounts.scope import acting_as
from lms.accounts.session import viewer_of
from lms.db import db
from lms.exports import documents, operations
from lms.exports.models import Export
from lms.exports.operations import KIND
from lms.jobs.operations import Claim, report

__all__ = ["KIND", "run_export"]


def run_export(claimed: Claim) -> None:
    """Make the file of one export; run twice, it is made once."""
    export = db.session.get(Export, UUID(claimed.payload["export"]))
    if export is None or export.file_id is not None:
        return
    once_key = documents.once_key(export)
    frozen = operations.frozen_file(once_key)
    if frozen is not None:
        export.file = frozen
        return
    with acting_as(viewer_of(export.wanted_by)), force_locale(export.language):
        document = documents.build(export)
    exporter = operations.exporter_named(export.exporter)
    options = dict(export.options)
    key = export.id
    # No rendering inside a transaction: on SQLite it is the only one in the house.
    db.session.commit()
    report(claimed, 10, at=clock.now())
    artifact = exporter.render(
        document,
        options,
        lambda percent: report(claimed, 10 + percent * 8 // 10, at=clock.now()),
    )
    export = db.session.get_one(Export, key)
    operations.keep_file(export, once_key, artifact, at=clock.now())
