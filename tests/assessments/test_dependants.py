"""What hangs on attempts: floors above say so, assessments only pass it on."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from lms.assessments import dependants


@dataclass(frozen=True)
class Sat:
    user_id: UUID = field(default_factory=uuid4)
    id: UUID = field(default_factory=uuid4)
    assessment: dict = field(default_factory=lambda: {"course": "village-well"})


@pytest.fixture
def loaders(app):
    """The site's loaders put aside, so that only those of the test are asked."""
    app.extensions["lms.assessments.dependants"] = []
    return app


def test_each_loader_is_asked_once_about_all_attempts(loaders, db):
    attempts, asked = [Sat(), Sat(), Sat()], []

    def letters(given):
        asked.append(len(given))
        return {given[0].id: [("A letter", "/letters/1")]}

    def badges(given):
        return {given[0].id: [("A badge", "/badges/1")], given[2].id: []}

    dependants.register(loaders, letters)
    dependants.register(loaders, badges)

    assert dependants.of_many(attempts) == {
        attempts[0].id: [("A letter", "/letters/1"), ("A badge", "/badges/1")]
    }
    assert asked == [3]


def test_nothing_is_asked_about_nothing(loaders, db):
    dependants.register(loaders, lambda given: pytest.fail("asked about no attempts"))

    assert dependants.of_many([]) == {}


def test_one_attempt_has_a_list_of_its_own(loaders, db):
    attempt = Sat()
    dependants.register(loaders, lambda given: {attempt.id: [("A letter", "/letters/1")]})

    assert dependants.of(attempt) == [("A letter", "/letters/1")]
    assert dependants.of(Sat()) == []


def test_the_site_registers_its_certificates(app):
    from lms.certificates import queries

    assert queries.on_attempts in app.extensions["lms.assessments.dependants"]
