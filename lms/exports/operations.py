"""Wanting a file and making it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from uuid_utils.compat import uuid7

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.audit.operations import record as audit
from lms.db import db
from lms.errors import Refused
from lms.exports.models import Export, ExportFile
from lms.jobs.operations import enqueue, id_of
from lms.plugins import Artifact, Exporter

KIND = "export"


def exporter_named(name: str) -> Exporter:
    """An exporter of the site.

    Raises:
        Refused: `exporter.unknown`, naming those there are.
    """
    exporters = current_app.extensions["lms.plugins"].exporters
    if name not in exporters:
        raise Refused("exporter.unknown", name=name, known=sorted(exporters))
    return exporters[name]


def check_options(exporter: Exporter, given: Mapping[str, str]) -> dict[str, str]:
    """The exporter's options with defaults filled in.

    Raises:
        Refused: `exporter.option` for an unknown option or a value that is not a choice.
    """
    known = {option.name: option for option in exporter.options}
    for name, value in given.items():
        if name not in known or value not in known[name].choices:
            allowed = sorted(known[name].choices) if name in known else sorted(known)
            raise Refused("exporter.option", name=name, value=value, allowed=allowed)
    return {name: given.get(name, option.default) for name, option in known.items()}


def want(
    exporter: Exporter,
    document_kind: str,
    parameters: Mapping[str, Any],
    *,
    options: Mapping[str, str],
    language: str,
    organisation_id: UUID | None,
    request_key: str,
    by: User,
    at: datetime,
) -> Export:
    """Write down a wanted file and its job; the same `request_key` by the same person is one export."""
    key, once_key = uuid7(), f"export:{by.id}:{request_key}"
    enqueue(KIND, {"export": str(key)}, once_key=once_key, at=at, by_id=by.id)
    job_id = id_of(once_key)
    known = db.session.scalar(everywhere(Export).where(Export.job_id == job_id))
    if known is not None:
        return known
    export = Export(
        id=key,
        exporter=exporter.name,
        document_kind=document_kind,
        parameters=dict(parameters),
        options=check_options(exporter, options),
        language=language,
        wanted_by=by,
        organisation_id=organisation_id,
        wanted_at=at,
        job_id=job_id,
    )
    db.session.add(export)
    db.session.flush()
    audit(
        by,
        "export.wanted",
        export,
        at=at,
        organisation_id=organisation_id,
        changes={"exporter": exporter.name, "of": dict(parameters)},
    )
    return export


def keep_file(export: Export, once_key: str, artifact: Artifact, *, at: datetime) -> ExportFile:
    """Keep a finished file; where one is there under the key, that one stays and is given."""
    known = frozen_file(once_key)
    if known is None:
        known = ExportFile(
            once_key=once_key,
            filename=artifact.filename,
            media_type=artifact.media_type,
            size_bytes=len(artifact.content),
            sha256=hashlib.sha256(artifact.content).hexdigest(),
            made_at=at,
            content=artifact.content,
        )
        db.session.add(known)
        db.session.flush()
    export.file = known
    return known


def frozen_file(once_key: str) -> ExportFile | None:
    """The file kept under a key, or None."""
    return db.session.scalar(everywhere(ExportFile).where(ExportFile.once_key == once_key))
