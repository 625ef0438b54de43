"""Evaluation, closing, report and corrective actions of an exercise."""

from typing import Any
from uuid import UUID, uuid4

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from lms import clock
from lms.accounts.models import Organisation, User
from lms.accounts.session import asking, current_user
from lms.db import db
from lms.errors import Refused
from lms.exercises import evaluation as operations
from lms.exercises import queries, rules
from lms.exercises.forms import ActionForm, RatingForm, ReasonForm
from lms.exercises.models import CorrectiveAction, Exercise, Participant
from lms.exercises.rules import Access
from lms.exercises.views import allow, back, bp, found_or_404
from lms.web.forms import EmptyForm
from lms.web.language import language
from lms.web.refusals import sentence


@bp.get("/<uuid:key>/evaluation")
def evaluation(key: UUID) -> str:
    """Who rated what: an evaluator sees only the own ratings until the exercise is closed, the lead all."""
    exercise, access = found_or_404(key)
    try:
        operations.check_closable(exercise)
        missing = ""
    except Refused as refused:
        missing = sentence(refused)
    evaluator = queries.evaluator_of(exercise, current_user())
    sees_all = access.leads or (
        exercise.closed_at is not None and (access.staff or access.accepted)
    )
    return render_template(
        "exercises/evaluation.html",
        exercise=exercise,
        access=access,
        evaluator=evaluator,
        shown=[
            one for one in exercise.evaluators if sees_all or (evaluator and one.id == evaluator.id)
        ],
        missing=missing,
    )


@bp.route("/<uuid:key>/objectives/<objective_key>", methods=["GET", "POST"])
def rate(key: UUID, objective_key: str) -> Any:
    """The evaluator's page: one objective, what each rating looks like, one way on."""
    exercise, _access = found_or_404(key)
    evaluator = queries.evaluator_of(exercise, current_user())
    objective = next((one for one in exercise.objectives if one.key == objective_key), None)
    if evaluator is None or objective is None:
        abort(404)
    given = objective.rating_of(evaluator)
    form = RatingForm(obj=given)
    if form.validate_on_submit():
        with form.refusals():
            operations.rate(
                objective, evaluator, form.rating.data, form.remark.data or "", at=clock.now()
            )
            db.session.commit()
            open_ones = [one for one in exercise.objectives if one.rating_of(evaluator) is None]
            if not open_ones:
                return back(".evaluation", exercise, _("Saved. You have rated every objective."))
            later = [one for one in open_ones if one.number > objective.number]
            following = (later or open_ones)[0]
            flash(_("Saved. Here is the next objective."), "success")
            address = url_for(".rate", key=exercise.id, objective_key=following.key)
            return redirect(address, code=303)
    page = render_template(
        "exercises/rate.html",
        exercise=exercise,
        objective=objective,
        evaluator=evaluator,
        form=form,
        given=given,
    )
    return page, form.status


@bp.post("/<uuid:key>/close")
def close(key: UUID) -> Any:
    exercise, access = found_or_404(key)
    allow(access.evaluates and EmptyForm().validate_on_submit())
    operations.close_exercise(exercise, by=current_user(), at=clock.now())
    db.session.commit()
    return back(
        ".report", exercise, _("The exercise is closed, and its ratings count as evidence.")
    )


def _owners(exercise: Exercise, access: Access) -> dict[str, tuple[User, Organisation]]:
    """Whom a corrective action can be given to: people of the exercise whose names the viewer sees."""
    return {
        str(one.user_id): (one.user, one.organisation)
        for one in exercise.everybody()
        if access.sees_name(one.user_id, one.organisation_id)
        and not (isinstance(one, Participant) and one.answer == rules.Answer.DECLINED)
    }


@bp.route("/<uuid:key>/report", methods=["GET", "POST"])
def report(key: UUID) -> Any:
    """The after-action report: results once the exercise is closed, and what must change."""
    exercise, access = found_or_404(key)
    form = ActionForm(request_key=uuid4().hex)
    owners = _owners(exercise, access)
    form.owner.choices = [
        SelectChoice(value=key, label=f"{user.name_in(language())}, {home.name_in(language())}")
        for key, (user, home) in owners.items()
    ]
    if form.is_submitted():
        allow(access.staff)
    if form.validate_on_submit():
        owner, organisation = owners[form.owner.data]
        with form.refusals():
            operations.add_corrective_action(
                exercise,
                form.text.data,
                owner=owner,
                organisation=organisation,
                due_on=form.due_on.data,
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            return back(".report", exercise, _("The corrective action is added."))
    rated = [one for one in exercise.rated_organisations if access.sees_result(one.id)]
    results = queries.results(exercise) if exercise.closed_at else []
    page = render_template(
        "exercises/report.html",
        exercise=exercise,
        access=access,
        form=form,
        rated=rated,
        results=results,
        means=queries.means(results, rated),
        agreement=queries.agreement_of(exercise) if exercise.closed_at else None,
        today=rules.local_day(clock.now(), exercise.zone),
    )
    return page, form.status


def _action(key: UUID, action_key: UUID) -> tuple[Exercise, Access, CorrectiveAction]:
    exercise, access = found_or_404(key)
    action = queries.action(action_key)
    if action is None or action.exercise_id != exercise.id:
        abort(404)
    return exercise, access, action


@bp.post("/<uuid:key>/actions/<uuid:action_key>/done")
def complete(key: UUID, action_key: UUID) -> Any:
    """By its owner, a trainer of the owner's organisation, or whoever manages the exercise."""
    exercise, access, action = _action(key, action_key)
    own = action.owner_id == asking().id
    allow(own or access.manages or action.organisation_id in access.brings)
    allow(EmptyForm().validate_on_submit())
    operations.complete_action(action, by=current_user(), at=clock.now())
    db.session.commit()
    return back(".report", exercise, _("The corrective action is done."))


@bp.route("/<uuid:key>/actions/<uuid:action_key>/drop", methods=["GET", "POST"])
def drop(key: UUID, action_key: UUID) -> Any:
    exercise, access, action = _action(key, action_key)
    allow(access.manages)
    form = ReasonForm()
    if form.validate_on_submit():
        with form.refusals():
            operations.drop_action(
                action, reason=form.reason.data, by=current_user(), at=clock.now()
            )
            db.session.commit()
            return back(".report", exercise, _("The corrective action is dropped."))
    page = render_template(
        "exercises/drop.html", exercise=exercise, access=access, action=action, form=form
    )
    return page, form.status
