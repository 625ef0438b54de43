"""Stored index runs and what they say of each organisation."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Organisation
from lms.accounts.scope import scoped_by_organisation
from lms.db import Base, Identified
from lms.db.types import UtcDateTime


class IndexRun(Identified, Base):
    """A dated, reproducible computation. Same methodology, evidence, day, seed and algorithm: one run."""

    __tablename__ = "index_runs"
    __table_args__ = (
        UniqueConstraint(
            *("methodology_hash", "evidence_hash", "as_of", "seed", "draws", "algorithm"),
            name="repeated",
        ),
        Index(None, "methodology_key", "as_of"),
    )

    methodology_key: Mapped[str] = mapped_column(Text)
    methodology_version: Mapped[str] = mapped_column(Text)
    methodology_hash: Mapped[str] = mapped_column(Text)
    #: The validated file as it was, so that the run recomputes after an edit.
    methodology: Mapped[dict[str, Any]] = mapped_column(JSON)
    evidence_hash: Mapped[str] = mapped_column(Text)
    as_of: Mapped[date]
    #: A whole number up to 2^64 as text: it does not fit a signed column.
    seed: Mapped[str] = mapped_column(Text)
    draws: Mapped[int]
    algorithm: Mapped[str] = mapped_column(Text)
    #: What was left out, and indicators whose error is unknown.
    problems: Mapped[list[Any]] = mapped_column(JSON)
    unknown_error: Mapped[list[Any]] = mapped_column(JSON)
    #: The run as the engine printed it, without its subjects; empty for runs of a release that did not keep it.
    header: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    computed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    values: Mapped[list["IndexValue"]] = relationship(back_populates="run")
    inputs: Mapped["IndexInputs | None"] = relationship(back_populates="run")


class IndexInputs(Identified, Base):
    """What a run was computed from, so that anybody can compute it again; without names of people."""

    __tablename__ = "index_inputs"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("index_runs.id"), unique=True)
    #: Observations and populations, as `lms.capacity.inputs` packs them.
    content: Mapped[bytes] = mapped_column(LargeBinary)

    run: Mapped[IndexRun] = relationship(back_populates="inputs")


@scoped_by_organisation("organisation_id")
class IndexValue(Identified, Base):
    """What a run says of one organisation. Values lie in 0 … 1; None is missing, never zero."""

    __tablename__ = "index_values"
    __table_args__ = (UniqueConstraint("run_id", "organisation_id"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("index_runs.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    value: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    coverage: Mapped[float | None]
    band: Mapped[str] = mapped_column(Text)
    rank: Mapped[int | None]
    #: The subject as the engine printed it: dimensions, indicators, flags, reasons, bounds.
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Evidence behind each observation: `{"observation id": ["evidence id", …]}`.
    sources: Mapped[dict[str, list[str]]] = mapped_column(JSON)

    run: Mapped[IndexRun] = relationship(back_populates="values")
    organisation: Mapped[Organisation] = relationship()
