"""Catalogue, course, lesson, and the checks inside a lesson."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from markupsafe import Markup

from lms import clock
from lms.accounts.session import current_user
from lms.content import markdown
from lms.content.courses import Course
from lms.courses.library import competency_titles, framework, library
from lms.db import db
from lms.learning import operations, queries, words
from lms.learning.indicator_words import target_text
from lms.scoring import UnusableAnswer, question_type
from lms.web import refusals
from lms.web.forms import EmptyForm
from lms.web.language import LANGUAGE_NAMES, direction, in_language, language
from lms.web.questions import ANSWER_FAULTS

bp = Blueprint("learning", __name__, template_folder="templates", url_prefix="/courses")
refusals.register(words.REFUSALS)


def _course(key: str) -> Course:
    course = queries.published_course(key)
    if course is None:
        abort(404)
    return course


@bp.get("/")
def catalogue() -> str:
    offers = queries.offers(current_user())
    by_domain = {
        name: [one for one in offers if one.course.domain == name] for name in words.DOMAINS
    }
    return render_template(
        "learning/catalogue.html",
        offers=offers,
        by_domain={name: own for name, own in by_domain.items() if own},
        ways=queries.ways(current_user(), offers),
        around={name: queries.around(domain=name) for name in words.DOMAINS},
        domains=words.DOMAINS,
    )


@bp.get("/paths/<key>")
def path(key: str) -> str:
    """A learning path: its courses in order, and where one stands."""
    way = next((one for one in queries.ways(current_user()) if one.path.key == key), None)
    if way is None:
        abort(404)
    return render_template("learning/path.html", way=way)


@bp.get("/<key>")
def course(key: str) -> str:
    course = _course(key)
    enrolment = operations.enrolment_of(current_user(), key)
    return render_template(
        "learning/course.html",
        course=course,
        offer=queries.offer_of(course, enrolment),
        lessons=[course.lesson(one, language()) for one in course.lessons],
        completion=words.COMPLETION[course.completion],
        domain=words.DOMAINS[course.domain],
        titles=competency_titles(),
        levels={level.key: in_language(level.title) for level in framework().levels},
        scenario=_markdown(course.scenario, course),
        task=_markdown(course.practical_task, course),
        around=queries.around(course=key),
        book_formats=queries.book_formats(),
        book_language=language() if language() in course.languages else course.language,
        language_names=LANGUAGE_NAMES,
    )


def _markdown(texts: Any, course: Course) -> Markup | None:
    # `render_text` gives HTML that nh3 has cleaned.
    return Markup(markdown.render_text(in_language(texts, course.language))) if texts else None


@bp.post("/<key>/enrol")
def enrol(key: str) -> Any:
    course = _course(key)
    if not EmptyForm().validate_on_submit():
        abort(400)
    user = current_user()
    enrolment = operations.enrol(user, key, by=user, at=clock.now())
    db.session.commit()
    resume = queries.offer_of(course, enrolment).resume
    return redirect(url_for(".lesson", key=key, lesson=resume), code=303)


def _lesson_page(key: str, lesson_key: str, answered: dict[str, Any], status: int = 200) -> Any:
    course = _course(key)
    if lesson_key not in course.lessons:
        abort(404)
    shown = course.lesson(lesson_key, language())
    enrolment = operations.enrolment_of(current_user(), key)
    place = course.lessons.index(lesson_key)
    parts: list[tuple[str, Any]] = []
    for part in queries.rendered(course, shown, words.BOXES).parts:
        if isinstance(part, markdown.Html):
            # Cleaned by nh3 in the one place that makes lesson HTML.
            parts.append(("html", Markup(part.html)))
        elif part.question_key in library().questions:
            spec = library().questions[part.question_key].spec
            told = answered.get(spec["key"])
            presentation = question_type(spec["type"]).present(
                spec, {}, told["response"] if told else None
            )
            parts.append(("check", {"spec": spec, "told": told, "presentation": presentation}))
    page = render_template(
        "learning/lesson.html",
        course=course,
        lesson=shown,
        lesson_direction=direction(shown.language),
        parts=parts,
        media=lambda name: url_for(".media", key=key, name=name),
        place=place,
        previous=course.lesson(course.lessons[place - 1], language()) if place else None,
        following=course.lesson(course.lessons[place + 1], language())
        if place + 1 < len(course.lessons)
        else None,
        terms=library().key_terms(shown),
        sources=[(one, course.sources[one]) for one in shown.head.sources if one in course.sources],
        offer=queries.offer_of(course, enrolment),
        done=enrolment is not None and lesson_key in enrolment.done_keys,
        language_names=LANGUAGE_NAMES,
        behind=course.is_behind(shown.language),
        completion=words.COMPLETION[course.completion],
    )
    return page, status


@bp.get("/<key>/<lesson>")
def lesson(key: str, lesson: str) -> Any:
    return _lesson_page(key, lesson, {})


@bp.post("/<key>/<lesson>/check/<question>")
def check(key: str, lesson: str, question: str) -> Any:
    """Tell whether a check for understanding was answered rightly; nothing is kept or marked."""
    found = library().questions.get(question)
    if found is None or found.use != "check":
        abort(404)
    if not EmptyForm().validate_on_submit():
        abort(400)
    spec = found.spec
    kind = question_type(spec["type"])
    try:
        response = kind.parse(spec, _fields_of(question))
    except UnusableAnswer as unusable:
        fault = ANSWER_FAULTS.get(unusable.code)
        told = {"empty": True, "fault": fault, "response": None}
        return _lesson_page(key, lesson, {question: told}, 422)
    if response is None:
        return _lesson_page(key, lesson, {question: {"empty": True, "response": None}}, 422)
    mark = kind.mark(spec, response)
    told = {
        "mark": mark,
        "response": response,
        "lines": kind.review(spec, {}, response, mark),
    }
    return _lesson_page(key, lesson, {question: told})


def _fields_of(question: str) -> dict[str, list[str]]:
    """What the form sent for a question, whose fields are named ``<question key>:<field>``."""
    start = f"{question}:"
    sent = request.form.to_dict(flat=False)
    return {
        name.removeprefix(start): values for name, values in sent.items() if name.startswith(start)
    }


@bp.post("/<key>/<lesson>/done")
def mark_done(key: str, lesson: str) -> Any:
    course = _course(key)
    if not EmptyForm().validate_on_submit():
        abort(400)
    user, at = current_user(), clock.now()
    enrolment = operations.enrol(user, key, by=user, at=at)
    before = enrolment.completed_at
    operations.mark_done(enrolment, lesson, at=at)
    db.session.commit()
    if enrolment.completed_at is not None and before is None:
        flash(_("You have completed the course."), "success")
    place = course.lessons.index(lesson) if lesson in course.lessons else -1
    if 0 <= place < len(course.lessons) - 1:
        return redirect(url_for(".lesson", key=key, lesson=course.lessons[place + 1]), code=303)
    return redirect(url_for(".course", key=key), code=303)


@bp.get("/<key>/media/<name>")
def media(key: str, name: str) -> Any:
    course = _course(key)
    path = course.media(name)
    if path is None:
        abort(404)
    if name not in course.figures:
        return send_file(path, max_age=86400)
    wanted = request.args.get("language")
    response = Response(course.figure(name, wanted or language()) or "", mimetype="image/svg+xml")
    response.add_etag()
    # Without a language in the address it depends on who asks: then no cache may answer for us.
    response.headers["Cache-Control"] = "public, max-age=86400" if wanted else "private, no-cache"
    return response.make_conditional(request)


@bp.get("/glossary")
def glossary() -> str:
    terms = sorted(library().glossary.values(), key=lambda term: in_language(term.term).casefold())
    return render_template("learning/glossary.html", terms=terms)


@bp.get("/indicators")
def indicators() -> str:
    """The partnership indicators: what each measures and which target was proposed."""
    return render_template(
        "learning/indicators.html",
        files=list(library().indicators.values()),
        frequencies=words.FREQUENCIES,
        statistics=words.STATISTICS,
        classes=words.CLASSES,
        target_text=target_text,
    )
