"""Level records: one's own, those to confirm, recording each kind, confirming and withdrawing."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.credentials import check_tries, count_failure, find_by_sign_in_name
from lms.accounts.models import Organisation, User
from lms.accounts.rules import Permission
from lms.accounts.session import asking, current_user, requires
from lms.competencies.queries import survey_items
from lms.courses.library import competency_titles, library
from lms.db import db
from lms.errors import Refused
from lms.level_records import forms, operations, queries, words
from lms.level_records.models import LevelRecord
from lms.level_records.rules import SMALLEST_SURVEY, RecordKind, State
from lms.web import paging, refusals
from lms.web.forms import EmptyForm, WithdrawForm
from lms.web.incoming import page_number
from lms.web.language import in_language

bp = Blueprint("level_records", __name__, template_folder="templates", url_prefix="/level-records")
refusals.register(words.REFUSALS)


@bp.context_processor
def shared() -> dict[str, Any]:
    """What the feature's templates call things."""
    return {
        "record_words": words,
        "titles": competency_titles(),
        "names_coachee": queries.names_coachee,
    }


@bp.get("/")
def index() -> str:
    """Records about oneself or by oneself, and those that wait for one's word."""
    number = page_number()
    found = queries.of_person(current_user(), number)
    return render_template(
        "level_records/index.html",
        waiting=queries.waiting_for(current_user()),
        records=paging.rows_of(found),
        page=paging.pages_of(found, number),
    )


@bp.get("/surveys")
@requires(Permission.CONFIRM_WORK)
def survey_people() -> str:
    """Of whom one may record a partner survey."""
    number, search = page_number(), request.args.get("q", "")
    people = accounts.people(search, Permission.CONFIRM_WORK, number)
    return render_template(
        "level_records/survey_people.html",
        people=[one for one in paging.rows_of(people) if one.id != current_user().id],
        search=search,
        page=paging.pages_of(people, number, q=search or None),
    )


@bp.route("/surveys/<uuid:user_key>", methods=["GET", "POST"])
@requires(Permission.CONFIRM_WORK)
def survey(user_key: UUID) -> Any:
    """What a partner's people answered. 404 for oneself and for whom one does not manage."""
    user = accounts.managed(user_key, Permission.CONFIRM_WORK)
    if user is None:
        abort(404)
    form = forms.SurveyForm(ends_on=clock.today(), request_key=uuid4().hex)
    home = accounts.home_organisation(user)
    partners = [one for one in accounts.directory() if home is None or one.id != home.id]
    form.partner.choices = forms.named(partners)
    form.item.choices = _item_choices()
    if form.validate_on_submit() and form.mean.data is not None:
        competency, _slash, item = form.item.data.partition("/")
        with form.refusals():
            made = operations.record_survey(
                user,
                competency,
                item,
                answered=form.answered.data,
                mean=form.mean.data,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                partner=_chosen(partners, [form.partner.data])[0],
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            return _saved(made, _("The survey is recorded and counts as evidence."))
    page = render_template(
        "level_records/survey.html", form=form, person=user, least=SMALLEST_SURVEY
    )
    return page, form.status


def _item_choices() -> list[SelectChoice]:
    titles = competency_titles()
    return [
        SelectChoice(
            value=f"{key}/{item.key}", label=f"{titles.get(key, key)}: {in_language(item.text)}"
        )
        for key, found in survey_items().items()
        for _survey, item in found
    ]


def _chosen(organisations: list[Organisation], keys: list[str]) -> list[Organisation]:
    return [one for one in organisations if str(one.id) in keys]


@bp.route("/coaching", methods=["GET", "POST"])
def coaching() -> Any:
    """Whom one coached."""
    form = forms.CoachingForm(request_key=uuid4().hex)
    form.competency.choices = forms.competency_choices(competency_titles())
    if form.validate_on_submit():
        with form.refusals():
            made = operations.record_coaching(
                _coachee(form.coachee.data),
                form.competency.data,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                described=form.described.data,
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            return _saved(
                made,
                _(
                    "The coaching is recorded. The person you coached, or their manager, confirms it."
                ),
            )
    return render_template("level_records/coaching.html", form=form), form.status


def _coachee(sign_in_name: str) -> User:
    """Whom somebody names by sign-in name. Names that nobody has are counted: one cannot try out who is there."""
    person, at = asking(), clock.now()
    counted_as, address = f"coachee {person.sign_in_name}", f"user {person.id}"
    check_tries(counted_as, address=address, at=at)
    found = find_by_sign_in_name(sign_in_name)
    if found is None or found.closed_at is not None:
        count_failure(counted_as, address=address, at=at)
        # The form undoes what is not committed; the try stays counted.
        db.session.commit()
        raise Refused("level-record.coachee-unknown")
    return found


@bp.route("/improvement", methods=["GET", "POST"])
def improvement() -> Any:
    """An improvement that one made."""
    form = forms.ImprovementForm(request_key=uuid4().hex)
    form.competency.choices = forms.competency_choices(competency_titles())
    organisations = accounts.directory()
    form.used_by.choices = forms.named(organisations)
    if form.validate_on_submit():
        with form.refusals():
            made = operations.record_improvement(
                form.title.data,
                form.competency.data,
                described=form.described.data,
                used_since=form.used_since.data,
                used_by=_chosen(organisations, form.used_by.data),
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            return _saved(
                made,
                _("The improvement is recorded. The joint committee confirms it."),
            )
    return render_template("level_records/improvement.html", form=form), form.status


def _saved(record: LevelRecord, text: str) -> Any:
    db.session.commit()
    flash(text, "success")
    return redirect(url_for(".show", key=record.id), code=303)


def _record(key: UUID) -> LevelRecord:
    found = queries.readable(key, current_user())
    if found is None:
        abort(404)
    return found


@bp.get("/<uuid:key>")
def show(key: UUID) -> str:
    """One record, for those who have part in it or see the person's results."""
    record = _record(key)
    survey = library().surveys.get(record.survey_key)
    return render_template(
        "level_records/show.html",
        record=record,
        item=next((one for one in survey.items if one.key == record.item_key), None)
        if survey
        else None,
        evidence=queries.evidence_of(record),
        may_confirm=record.state is State.WAITING and queries.may_confirm(record, current_user()),
        may_withdraw=queries.may_withdraw(record, current_user()),
    )


@bp.route("/<uuid:key>/confirm", methods=["GET", "POST"])
def confirm(key: UUID) -> Any:
    """Say that it was so. 404 for whoever may not confirm it."""
    record = _record(key)
    if not queries.may_confirm(record, current_user()):
        abort(404)
    committee = record.kind == RecordKind.IMPROVEMENT
    form = forms.CommitteeForm() if committee else EmptyForm()
    if form.validate_on_submit():
        with form.refusals():
            said = (
                {"decided_on": form.decided_on.data, "minutes": form.minutes.data}
                if isinstance(form, forms.CommitteeForm)
                else {}
            )
            operations.confirm(record, by=current_user(), at=clock.now(), **said)
            return _saved(record, _("The record is confirmed."))
        record = _record(key)
    page = render_template(
        "level_records/confirm.html", form=form, record=record, committee=committee
    )
    return page, form.status


@bp.route("/<uuid:key>/withdraw", methods=["GET", "POST"])
def withdraw(key: UUID) -> Any:
    """Let it count no longer. 404 for whoever may not withdraw it."""
    record = _record(key)
    if not queries.may_withdraw(record, current_user()):
        abort(404)
    form = WithdrawForm()
    if form.validate_on_submit():
        with form.refusals():
            operations.withdraw(record, reason=form.reason.data, by=current_user(), at=clock.now())
            return _saved(record, _("The record is withdrawn and counts no longer."))
        record = _record(key)
    return render_template("level_records/withdraw.html", form=form, record=record), form.status
