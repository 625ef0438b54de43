"""Organisations, people, memberships, posts; and the keys by which people come in."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.rules import OrganisationKind, Role
from lms.accounts.scope import scoped_by, scoped_by_organisation
from lms.db import Base, Identified
from lms.db.types import UtcDateTime


class Organisation(Identified, Base):
    """A body in the tree. Its name is no secret inside the site: partners must find each other."""

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(k.value for k in OrganisationKind)}", name="kind"),
    )

    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    #: Ids from the root to itself, each followed by a slash: what lies below begins with it.
    path: Mapped[str] = mapped_column(Text, unique=True)
    #: Short and permanent, for tables and files.
    code: Mapped[str] = mapped_column(Text, unique=True)
    #: Administrative code of the area (P-code), where there is one.
    pcode: Mapped[str] = mapped_column(Text, default="")
    country: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    #: The name in other languages, by language.
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    parent: Mapped["Organisation | None"] = relationship(remote_side="Organisation.id")

    def name_in(self, language: str) -> str:
        """The name in a language, else the ordinary one."""
        return self.names.get(language) or self.name


@scoped_by(lambda cls, within, viewer: cls.id.in_(_members_of(within)) | (cls.id == viewer.user_id))
class User(Identified, Base):
    """A person. The sign-in name is theirs alone; an e-mail address is not needed."""

    __tablename__ = "users"

    sign_in_name: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    #: The name in another script, for certificates in that language.
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    password_hash: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, default="en")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="user", foreign_keys="Membership.user_id"
    )

    def name_in(self, language: str) -> str:
        """The name as written in a language, else the ordinary one."""
        return self.names.get(language) or self.name


@scoped_by_organisation("organisation_id", own="user_id")
class Membership(Identified, Base):
    """A role of a person in an organisation and all below it; ended, never deleted."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id", "role"),
        CheckConstraint(f"role IN {tuple(r.value for r in Role)}", name="role"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(back_populates="memberships", foreign_keys=[user_id])
    organisation: Mapped[Organisation] = relationship()


def _members_of(within: Any) -> Any:
    return select(Membership.user_id).where(
        Membership.organisation_id.in_(within), Membership.ended_at.is_(None)
    )


@scoped_by_organisation("organisation_id")
class Post(Identified, Base):
    """An office of an organisation, whoever holds it."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    key: Mapped[str] = mapped_column(Text)
    #: Title by language.
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_on: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship()
    #: What it asked for from when on, the earliest first; those that were replaced on their own day as well.
    asked: Mapped[list["PostRequirements"]] = relationship(
        back_populates="post", order_by="PostRequirements.valid_from, PostRequirements.id"
    )
    incumbencies: Mapped[list["Incumbency"]] = relationship(
        back_populates="post", order_by="Incumbency.starts_on"
    )

    def title_in(self, language: str) -> str:
        """The title in a language, else in English, else in any."""
        return (
            self.titles.get(language) or self.titles.get("en") or next(iter(self.titles.values()))
        )

    def requirements_on(self, day: date) -> dict[str, int]:
        """Required level by competency key on a day; nothing before the post was made."""
        found = next((one for one in self.asked if one.in_force_on(day)), None)
        return found.requirements if found else {}

    def holder_on(self, day: date) -> "Incumbency | None":
        """Who holds the post on a day; None when it is vacant."""
        for held in reversed(self.incumbencies):
            if held.starts_on <= day and (held.ends_on is None or held.ends_on >= day):
                return held
        return None


class PostRequirements(Identified, Base):
    """What a post asks for from one day until another. Reached through its post, which is scoped; never deleted.

    One that was replaced on the very day from which it was to hold is in force on no day: it ends on the day on
    which it begins.
    """

    __tablename__ = "post_requirements"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="order"),
        Index(
            "uq_post_requirements_day",
            "post_id",
            "valid_from",
            unique=True,
            sqlite_where=text("valid_until IS NULL OR valid_until > valid_from"),
            postgresql_where=text("valid_until IS NULL OR valid_until > valid_from"),
        ),
    )

    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), index=True)
    valid_from: Mapped[date]
    #: The first day on which it holds no longer; None where nothing follows.
    valid_until: Mapped[date | None]
    #: Required level by competency key: 1 awareness … 4 mentor.
    requirements: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    #: Why it was changed; empty for what the post asked for when it was added.
    reason: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    post: Mapped[Post] = relationship(back_populates="asked")
    recorded_by: Mapped[User | None] = relationship()

    def in_force_on(self, day: date) -> bool:
        """Whether this is what the post asks for on a day."""
        return self.valid_from <= day and (self.valid_until is None or self.valid_until > day)


class Incumbency(Identified, Base):
    """Who holds a post, from when to when. Reached through its post, which is scoped."""

    __tablename__ = "incumbencies"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="order"),
        Index(None, "post_id", "starts_on"),
    )

    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    post: Mapped[Post] = relationship(back_populates="incumbencies")
    user: Mapped[User] = relationship()


class SignIn(Identified, Base):
    """One signed-in browser: the cookie holds the token, this row its SHA-256."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class FailedSignIn(Identified, Base):
    """A wrong try, counted by account and by address block."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (Index(None, "name_hash", "at"), Index(None, "address", "at"))

    name_hash: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@scoped_by_organisation("organisation_id")
class Invitation(Identified, Base):
    """A link that lets one person in, with a role in an organisation; used once."""

    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint(f"role IN {tuple(r.value for r in Role)}", name="role"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, default="en")
    invited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    organisation: Mapped[Organisation] = relationship()


class OneTimeCode(Identified, Base):
    """A code that lets a person choose a new password; valid a day, used once."""

    __tablename__ = "one_time_codes"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
