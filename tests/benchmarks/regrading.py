"""How long a regrade of 5,000 attempts takes. Run by hand:

    python tests/benchmarks/regrading.py [attempts] [--enrolled]

Makes a database of its own in a temporary folder with attempts of 20 questions of the usual size, looks at what a
new key would move, and then does it. The preview is asked to be done within 20 seconds, the rest at 1,000 changed
attempts a second. With `--enrolled` it is the assessment of a course that everybody is enrolled in, so that each
change is also looked at by the course. Seconds of the processor are told beside those of the clock: on a machine
that does other things as well they say more.
"""

import argparse
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from uuid import UUID

from flask_migrate import upgrade
from sqlalchemy import insert
from uuid_utils.compat import uuid7

sys.path.insert(0, str(Path(__file__).parents[1]))

from factories.accounts import make_organisation, make_user
from factories.learning import publish
from lms.accounts.models import User
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.app import create_app
from lms.assessments import regrading, rules
from lms.assessments.frozen import freeze
from lms.assessments.models import MARKED, Attempt, Response
from lms.assessments.regrade_rules import NEW_KEY, Change
from lms.courses.library import library
from lms.courses.queries import current_version
from lms.db import db
from lms.evidence.models import Evidence
from lms.learning.models import Enrolment

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parents[1] / "samples"
COURSE = "village-well"
RULES = {
    "key": COURSE,
    "course": COURSE,
    "title": {"en": "Benchmark"},
    "pass_mark": "80",
    "draws": [],
}
WORDS = {
    "en": "A sentence of some length, as questions have, with a place and a person in it. ",
    "fr": "Une phrase d’une certaine longueur, avec un lieu et une personne, comme ailleurs. ",
    "ar": "جملة ذات طول معين، كما في الأسئلة، فيها مكان وشخص. ",
}


def question(number: int, right: str = "a") -> dict:
    """A single choice with four options and reasons."""
    return {
        "key": f"q-{number:02}",
        "type": "single_choice",
        "use": "assessment",
        "competency": f"gov-0{number % 4 + 1}",
        "text": WORDS,
        "explanation": WORDS,
        "options": [
            {"key": key, "text": {"en": f"{key}: {WORDS['en']}"}, "correct": key == right}
            for key in "abcd"
        ],
    }


def fill(count: int) -> User:
    """So many people with an attempt each: most know most."""
    organisation = make_organisation("benchmark")
    trainer = make_user("trainer", organisation=organisation, role=Role.TRAINER)
    questions = [{"spec": question(n), "order": {"options": list("abcd")}} for n in range(20)]
    random = Random("regrading")
    for start in range(0, count, 500):
        users, attempts, responses, evidence = [], [], [], []
        for number in range(start, min(start + 500, count)):
            user, attempt = uuid7(), uuid7()
            given = {
                f"q-{n:02}": {"choice": "a" if random.random() < 0.8 else random.choice("bcd")}
                for n in range(20)
            }
            outcome = rules.mark_attempt(questions, given, RULES)
            users.append(_user(user, number))
            attempts.append(_attempt(attempt, user, organisation.id, questions, outcome))
            responses += [
                {
                    "id": uuid7(),
                    "attempt_id": attempt,
                    "question_key": key,
                    "response": response,
                    "saved_at": AT,
                    "hints_shown": 0,
                }
                for key, response in given.items()
            ]
            evidence += [
                _piece(attempt, user, organisation.id, competency, share)
                for competency, share in outcome.competencies.items()
            ]
        for model, rows in (
            (User, users),
            (Attempt, attempts),
            (Response, responses),
            (Evidence, evidence),
        ):
            db.session.execute(insert(model), rows)
        db.session.commit()
    return trainer


def enrol_all() -> None:
    """Let everybody be in the course, with the pass that they have."""
    publish()
    version = current_version(COURSE)
    rows = [
        {
            "user_id": user_id,
            "organisation_id": organisation_id,
            "course_key": COURSE,
            "version_id": version.id,
            "enrolled_at": AT,
            "passed_at": AT if passed else None,
        }
        for user_id, organisation_id, passed in db.session.execute(
            everywhere(Attempt.user_id, Attempt.organisation_id, Attempt.passed)
        )
    ]
    db.session.execute(insert(Enrolment), rows)
    db.session.commit()


def _user(key: UUID, number: int) -> dict:
    return {
        "id": key,
        "sign_in_name": f"p-{number}",
        "name": f"Person {number}",
        "names": {},
        "language": "en",
        "made_at": AT,
    }


def _attempt(
    key: UUID, user: UUID, organisation: UUID, questions: list, outcome: rules.Outcome
) -> dict:
    return {
        "id": key,
        "user_id": user,
        "organisation_id": organisation,
        "assessment_key": COURSE,
        "number": 1,
        "assessment": RULES,
        "asked": freeze(questions),
        "seed": "x",
        "state": MARKED,
        "started_at": AT,
        "submitted_at": AT + timedelta(minutes=10),
        "marked_at": AT + timedelta(minutes=10),
        "closed_by_site": False,
        "percent": outcome.percent,
        "passed": outcome.passed,
        "marks": {name: mark.plain for name, mark in outcome.marks.items()},
        "language": "en",
        "furthest": 0,
        "void_reason": "",
        "dropped": [],
    }


def _piece(attempt: UUID, user: UUID, organisation: UUID, competency: str, share: Decimal) -> dict:
    return {
        "id": uuid7(),
        "once_key": f"attempt:{attempt}:{competency}",
        "kind": "assessment",
        "organisation_id": organisation,
        "user_id": user,
        "competency": competency,
        "level": "awareness",
        "indicator": "",
        "value": share,
        "unit": "share",
        "observed_on": AT.date(),
        "group": f"user:{user}",
        "leading": False,
        "record_kind": "attempt",
        "record_id": attempt,
        "recorded_at": AT,
    }


def main(count: int, enrolled: bool) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            {
                "DATABASE_URL": f"sqlite:///{folder}/b.sqlite",
                "INSTANCE": folder,
                "SECRET_KEY": "x",
                "CURRICULA_DIRS": (str(SAMPLES / "curricula"),),
                "ASSESSMENTS_DIRS": (str(SAMPLES / "assessments"),),
            }
        )
        with app.app_context():
            upgrade()
            trainer = fill(count)
            if enrolled:
                enrol_all()
            # A site has read its content long before somebody regrades.
            library()
            change = Change(NEW_KEY, "q-03", question(3, right="b"))
            started = Stopwatch()
            seen = regrading.preview(COURSE, change)
            looked = Stopwatch()
            regrading.apply(
                COURSE,
                change,
                reason="Benchmark",
                request_key="1",
                by=trainer,
                at=AT + timedelta(days=1),
                seen=seen.fingerprint,
            )
            db.session.commit()
            done = Stopwatch()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        changed = len(seen.lines)
        seconds, busy = done.since(looked)
        print(f"{count} attempts of 20 questions, {changed} of them change; {memory:.0f} MB")
        print("preview {:.1f} s, of the processor {:.1f} s".format(*looked.since(started)))
        print(f"applied in {seconds:.1f} s, of the processor {busy:.1f} s")
        print(
            f"changed attempts a second: {changed / seconds:.0f}; of the processor {changed / busy:.0f}"
        )
        with app.app_context():
            assert regrading.preview(COURSE, change).lines == ()
            db.session.remove()
            db.engine.dispose()


class Stopwatch:
    """A moment by the clock and by the processor's own count."""

    def __init__(self) -> None:
        self.moment, self.busy = time.perf_counter(), time.process_time()

    def since(self, earlier: "Stopwatch") -> tuple[float, float]:
        """Seconds since an earlier moment, by the clock and of the processor."""
        return self.moment - earlier.moment, self.busy - earlier.busy


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("attempts", type=int, nargs="?", default=5000)
    parser.add_argument("--enrolled", action="store_true")
    asked = parser.parse_args()
    main(asked.attempts, asked.enrolled)
