"""Changes to people and organisations. Each takes `by` and `at`; the edge commits."""

import secrets
from datetime import date, datetime

from uuid_utils.compat import uuid7

from lms.accounts import rules
from lms.accounts.credentials import Secret, find_by_sign_in_name, hashed
from lms.accounts.models import (
    Incumbency,
    Invitation,
    Membership,
    Organisation,
    Post,
    PostRequirements,
    User,
)
from lms.accounts.rules import OrganisationKind, Role
from lms.accounts.scope import everywhere
from lms.audit.operations import record as audit
from lms.db import db
from lms.db.at_once import hold
from lms.errors import Refused


def add_organisation(
    *,
    code: str,
    name: str,
    kind: OrganisationKind,
    parent: Organisation | None = None,
    names: dict[str, str] | None = None,
    pcode: str = "",
    country: str = "",
    by: User | None,
    at: datetime,
) -> Organisation:
    """Add an organisation to the tree.

    Raises:
        Refused: `organisation.code-taken`.
    """
    if db.session.scalar(everywhere(Organisation).where(Organisation.code == code)) is not None:
        raise Refused("organisation.code-taken", code=code)
    key = uuid7()
    organisation = Organisation(
        id=key,
        code=code,
        name=name,
        names=names or {},
        kind=kind.value,
        pcode=pcode,
        country=country,
        parent=parent,
        path=f"{parent.path if parent else ''}{key.hex}/",
    )
    db.session.add(organisation)
    db.session.flush()
    audit(by, "organisation.added", organisation, at=at, organisation_id=organisation.id)
    return organisation


def change_organisation(
    organisation: Organisation,
    *,
    name: str,
    names: dict[str, str],
    pcode: str,
    country: str,
    by: User,
    at: datetime,
) -> None:
    """Change what an organisation is called and where it lies; code and place in the tree stay."""
    before = {"name": organisation.name, "pcode": organisation.pcode}
    organisation.name, organisation.names = name, names
    organisation.pcode, organisation.country = pcode, country
    audit(
        by,
        "organisation.changed",
        organisation,
        at=at,
        organisation_id=organisation.id,
        changes={"before": before, "after": {"name": name, "pcode": pcode}},
    )


def add_user(
    *,
    sign_in_name: str,
    name: str,
    password: str | None = None,
    language: str = "en",
    names: dict[str, str] | None = None,
    by: User | None,
    at: datetime,
) -> User:
    """Add a person; without a password they come in by a one-time code.

    Raises:
        Refused: `name.form`, `name.taken`, `password.short`, `password.name`.
    """
    rules.check_sign_in_name(sign_in_name)
    folded = rules.folded_name(sign_in_name)
    if find_by_sign_in_name(folded) is not None:
        raise Refused("name.taken", name=folded)
    user = User(
        sign_in_name=folded,
        name=name.strip(),
        names=names or {},
        language=language,
        made_at=at,
    )
    if password is not None:
        rules.check_password(password, sign_in_name=folded)
        user.password_hash = hashed(password)
    db.session.add(user)
    db.session.flush()
    audit(by, "user.added", user, at=at)
    return user


def add_membership(
    user: User, organisation: Organisation, role: Role, *, by: User | None, at: datetime
) -> Membership:
    """Give a person a role in an organisation and all below it; asked twice, it is one membership."""
    statement = everywhere(Membership).where(
        Membership.user_id == user.id,
        Membership.organisation_id == organisation.id,
        Membership.role == role.value,
    )
    membership = db.session.scalar(statement)
    if membership is None:
        membership = Membership(user=user, organisation=organisation, role=role.value, since=at)
        db.session.add(membership)
    elif membership.ended_at is None:
        return membership
    membership.ended_at = None
    db.session.flush()
    audit(
        by,
        "membership.added",
        membership,
        at=at,
        organisation_id=organisation.id,
        changes={"user": user.name, "role": role.value},
    )
    return membership


def end_membership(membership: Membership, *, by: User, at: datetime) -> None:
    """End a role; an administrator cannot end their own, so that a site never locks itself out.

    Raises:
        Refused: `membership.own`.
    """
    if membership.user_id == by.id and membership.role == Role.ADMINISTRATOR.value:
        raise Refused("membership.own")
    hold(membership)
    if membership.ended_at is None:
        membership.ended_at = at
        audit(by, "membership.ended", membership, at=at, organisation_id=membership.organisation_id)


def add_post(
    organisation: Organisation,
    *,
    key: str,
    titles: dict[str, str],
    requirements: dict[str, int],
    by: User | None,
    at: datetime,
) -> Post:
    """Add an office with the competency levels that it needs.

    Raises:
        Refused: `post.key-taken`.
    """
    taken = everywhere(Post).where(Post.organisation_id == organisation.id, Post.key == key)
    if db.session.scalar(taken) is not None:
        raise Refused("post.key-taken", key=key)
    post = Post(
        organisation=organisation,
        key=key,
        titles=titles,
        made_at=at,
    )
    post.asked.append(_asked(requirements, at.date(), by, at))
    db.session.add(post)
    db.session.flush()
    audit(by, "post.added", post, at=at, organisation_id=organisation.id)
    return post


def change_requirements(
    post: Post,
    requirements: dict[str, int],
    *,
    valid_from: date,
    reason: str,
    by: User | None,
    at: datetime,
) -> PostRequirements:
    """Let a post ask for something else from a day on; what it asked for on earlier days stays as it was.

    What was to hold from the same day on is replaced and kept; what is to hold from a later day on stays.

    Raises:
        Refused: `requirements.past` for a day before today: what was computed of it would no longer be what the
            site says of it; `requirements.reason` without a reason; `requirements.same` where nothing changes.
    """
    if valid_from < at.date():
        raise Refused("requirements.past", day=valid_from)
    if not reason.strip():
        raise Refused("requirements.reason")
    # Two who change the same post at once wait for one another.
    hold(post)
    before = next((one for one in post.asked if one.in_force_on(valid_from)), None)
    made = _asked(requirements, valid_from, by, at)
    made.reason = reason.strip()
    if before is not None:
        if before.requirements == made.requirements:
            raise Refused("requirements.same", day=valid_from)
        made.valid_until, before.valid_until = before.valid_until, valid_from
        db.session.flush()
    post.asked.append(made)
    db.session.flush()
    db.session.expire(post, ["asked"])
    audit(
        by,
        "post.requirements-changed",
        post,
        at=at,
        organisation_id=post.organisation_id,
        changes={
            "from": valid_from.isoformat(),
            "before": before.requirements if before else {},
            "after": made.requirements,
            "reason": made.reason,
        },
    )
    return made


def _asked(
    requirements: dict[str, int], valid_from: date, by: User | None, at: datetime
) -> PostRequirements:
    return PostRequirements(
        valid_from=valid_from,
        requirements=dict(sorted(requirements.items())),
        recorded_at=at,
        recorded_by_id=by.id if by else None,
    )


def appoint(
    post: Post, user: User, *, starts_on: date, by: User | None, at: datetime
) -> Incumbency:
    """Let a person take up a post; whoever held it until then leaves the day before.

    Raises:
        Refused: `incumbency.earlier` when somebody took it up on that day or later.
    """
    hold(post)
    for held in post.incumbencies:
        if held.starts_on >= starts_on:
            raise Refused("incumbency.earlier", day=held.starts_on)
        if held.ends_on is None or held.ends_on >= starts_on:
            held.ends_on = date.fromordinal(starts_on.toordinal() - 1)
    taken = Incumbency(post=post, user=user, starts_on=starts_on)
    db.session.add(taken)
    db.session.flush()
    audit(
        by,
        "post.taken-up",
        post,
        at=at,
        organisation_id=post.organisation_id,
        changes={"user": user.name, "starts_on": starts_on.isoformat()},
    )
    return taken


def leave(incumbency: Incumbency, *, ends_on: date, by: User | None, at: datetime) -> None:
    """Let a person leave a post; the day is the last on which they hold it.

    Raises:
        Refused: `incumbency.order`.
    """
    rules.check_incumbency(incumbency.starts_on, ends_on)
    incumbency.ends_on = ends_on
    audit(
        by,
        "post.left",
        incumbency.post,
        at=at,
        organisation_id=incumbency.post.organisation_id,
        changes={"user": incumbency.user.name, "ends_on": ends_on.isoformat()},
    )


def invite(
    organisation: Organisation, role: Role, *, name: str, language: str, by: User, at: datetime
) -> Secret:
    """Make a link's token that lets one person in; it is shown once and valid for fourteen days."""
    token = secrets.token_urlsafe(24)
    invitation = Invitation(
        token_hash=rules.digest(token),
        organisation=organisation,
        role=role.value,
        name=name.strip(),
        language=language,
        invited_by_id=by.id,
        made_at=at,
        expires_at=at + rules.INVITATION_VALID,
    )
    db.session.add(invitation)
    db.session.flush()
    audit(
        by,
        "invitation.made",
        invitation,
        at=at,
        organisation_id=organisation.id,
        changes={"name": name, "role": role.value},
    )
    return Secret(token, invitation.id)


def open_invitation(token: str, *, at: datetime) -> Invitation:
    """The invitation behind a link.

    Raises:
        Refused: `invitation.unknown`, `invitation.used`, `invitation.expired`.
    """
    statement = (
        everywhere(Invitation).where(Invitation.token_hash == rules.digest(token)).with_for_update()
    )
    invitation = db.session.scalar(statement)
    if invitation is None or invitation.withdrawn_at is not None:
        raise Refused("invitation.unknown")
    if invitation.used_at is not None:
        raise Refused("invitation.used")
    if invitation.expires_at <= at:
        raise Refused("invitation.expired")
    return invitation


def accept_invitation(
    token: str, *, sign_in_name: str, name: str, password: str, language: str, at: datetime
) -> User:
    """Let the invited person in under a sign-in name of their own.

    Raises:
        Refused: what `open_invitation` and `add_user` refuse.
    """
    invitation = open_invitation(token, at=at)
    user = add_user(
        sign_in_name=sign_in_name, name=name, password=password, language=language, by=None, at=at
    )
    add_membership(user, invitation.organisation, Role(invitation.role), by=user, at=at)
    invitation.used_at, invitation.user_id = at, user.id
    return user


def withdraw_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Close a link that has not been used."""
    hold(invitation)
    if invitation.used_at is None and invitation.withdrawn_at is None:
        invitation.withdrawn_at = at
        audit(
            by,
            "invitation.withdrawn",
            invitation,
            at=at,
            organisation_id=invitation.organisation_id,
        )
