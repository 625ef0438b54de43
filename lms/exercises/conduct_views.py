"""People, injects and log of an exercise."""

from typing import Any
from uuid import UUID, uuid4

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.session import asking, current_user
from lms.db import db
from lms.exercises import operations, queries
from lms.exercises.forms import BringForm, LogForm, choices_of
from lms.exercises.rules import ExerciseRole
from lms.exercises.views import allow, back, bp, found_or_404
from lms.web.forms import EmptyForm
from lms.web.language import language


@bp.get("/<uuid:key>/people")
def people(key: UUID) -> str:
    exercise, access = found_or_404(key)
    return render_template(
        "exercises/people.html",
        exercise=exercise,
        access=access,
        booked=queries.booked_elsewhere(exercise),
    )


@bp.route("/<uuid:key>/people/<uuid:organisation_key>", methods=["GET", "POST"])
def bring(key: UUID, organisation_key: UUID) -> Any:
    """A trainer brings people of their own organisation, as players or in another role."""
    exercise, access = found_or_404(key)
    organisation = accounts.organisation(organisation_key)
    if organisation is None or organisation.id not in access.brings:
        abort(404)
    form = BringForm()
    candidates = queries.candidates(exercise, organisation)
    form.people.choices = choices_of(candidates, language())
    if form.validate_on_submit():
        chosen = [one for one in candidates if str(one.id) in form.people.data]
        by, at = current_user(), clock.now()
        with form.refusals():
            for person in chosen:
                if form.role.data == "evaluator":
                    operations.add_evaluator(exercise, person, organisation, by=by, at=at)
                else:
                    role = ExerciseRole(form.role.data)
                    operations.invite(exercise, person, organisation, role, by=by, at=at)
            db.session.commit()
            said = ngettext("%(num)s person is added.", "%(num)s people are added.", len(chosen))
            return back(".people", exercise, said)
    page = render_template(
        "exercises/bring.html",
        exercise=exercise,
        access=access,
        organisation=organisation,
        form=form,
    )
    return page, form.status


@bp.post("/<uuid:key>/people/<uuid:participant_key>/answer")
def answer(key: UUID, participant_key: UUID) -> Any:
    """One's own answer, or a trainer's for somebody of their organisation."""
    exercise, access = found_or_404(key)
    participant = queries.participant(exercise, participant_key)
    own = participant is not None and participant.user_id == asking().id
    if participant is None or not (own or participant.organisation_id in access.brings):
        abort(404)
    given = request.form.get("answer")
    if not EmptyForm().validate_on_submit() or given not in ("accept", "decline"):
        abort(400)
    operations.answer_invitation(
        participant, accepted=given == "accept", by=current_user(), at=clock.now()
    )
    db.session.commit()
    if not own:
        return back(".people", exercise, _("The answer is noted."))
    if given == "accept":
        return back(".show", exercise, _("You take part. Add the exercise to your calendar."))
    return back(".show", exercise, _("You do not take part. You can change this until it closes."))


@bp.post("/<uuid:key>/evaluators/<uuid:evaluator_key>/lead")
def lead(key: UUID, evaluator_key: UUID) -> Any:
    exercise, access = found_or_404(key)
    allow(access.manages and EmptyForm().validate_on_submit())
    evaluator = next((one for one in exercise.evaluators if one.id == evaluator_key), None)
    if evaluator is None:
        abort(404)
    operations.appoint_lead(evaluator, by=current_user(), at=clock.now())
    db.session.commit()
    return back(".people", exercise, _("The evaluation has a new lead."))


@bp.post("/<uuid:key>/evaluators/<uuid:evaluator_key>/remove")
def dismiss(key: UUID, evaluator_key: UUID) -> Any:
    exercise, access = found_or_404(key)
    evaluator = next((one for one in exercise.evaluators if one.id == evaluator_key), None)
    if evaluator is None:
        abort(404)
    allow(access.manages or evaluator.organisation_id in access.brings)
    allow(EmptyForm().validate_on_submit())
    operations.dismiss_evaluator(evaluator, by=current_user(), at=clock.now())
    db.session.commit()
    return back(".people", exercise, _("The evaluator is removed."))


@bp.get("/<uuid:key>/injects")
def injects(key: UUID) -> str:
    """The events list: whole for who conducts or evaluates, what was delivered for everybody else."""
    exercise, access = found_or_404(key)
    shown = [
        one for one in exercise.injects if access.staff or exercise.closed_at or one.delivered_at
    ]
    page = "exercises/injects.html"
    return render_template(page, exercise=exercise, access=access, injects=shown)


@bp.post("/<uuid:key>/injects/<uuid:inject_key>/deliver")
def deliver(key: UUID, inject_key: UUID) -> Any:
    exercise, access = found_or_404(key)
    allow(access.conducts and EmptyForm().validate_on_submit())
    inject = next((one for one in exercise.injects if one.id == inject_key), None)
    if inject is None:
        abort(404)
    operations.deliver_inject(inject, by=current_user(), at=clock.now())
    db.session.commit()
    return back(".injects", exercise, _("The inject is noted as given."))


@bp.route("/<uuid:key>/log", methods=["GET", "POST"])
def log(key: UUID) -> Any:
    exercise, access = found_or_404(key)
    allow(access.staff)
    form = LogForm(request_key=uuid4().hex)
    if form.validate_on_submit():
        with form.refusals():
            operations.add_log_entry(
                exercise,
                form.text.data,
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            return back(".log", exercise, _("It is in the log."))
    page = render_template("exercises/log.html", exercise=exercise, access=access, form=form)
    return page, form.status
