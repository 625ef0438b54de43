"""The demo's year, month by month, through the services."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

from flask import current_app

from lms.accounts import operations as accounts
from lms.accounts.models import Organisation, Post, User
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.capacity.boundaries import FILE
from lms.capacity.operations import compute_run
from lms.courses.library import library
from lms.courses.operations import publish_all
from lms.db import db
from lms.demo import (
    analysis_story,
    assessing_story,
    cast,
    cohorts_story,
    exchanges_story,
    exercises_story,
    learning_story,
    levels_story,
    marking_story,
    pictures_story,
)

COURSES = ("local-governance-after-conflict", "community-safety-and-protection", "crisis-response")
#: Which courses the holder of a post takes first, by the domains of its requirements.
BY_DOMAIN = {"gov": COURSES[0], "sec": COURSES[1], "cri": COURSES[2]}
#: Days before today on which the index is computed: a year ago and then each quarter.
QUARTERS = (274, 183, 92, 0)
SEED = "baraza"

Progress = Callable[[str, int], None]


@dataclass(slots=True)
class World:
    """What has been made so far, by code and sign-in name."""

    today: date
    chance: Random
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    posts: dict[tuple[str, str], Post] = field(default_factory=dict)

    def moment(self, days_ago: int, hour: int = 9) -> datetime:
        """A working hour so many days before today."""
        day = self.today - timedelta(days=days_ago)
        return datetime.combine(day, time(hour), UTC)

    @property
    def admin(self) -> User:
        """Who sets things up."""
        return self.people["admin"]


def is_empty() -> bool:
    """Whether nobody has been added to the database yet."""
    return db.session.scalar(everywhere(User.id).limit(1)) is None


def build(today: date, progress: Progress) -> World:
    """Build the year up to `today`; the same day gives the same year. Commits after each chapter."""
    # One seed for every day: the districts keep their order, whenever the year ends.
    world = World(today, Random(SEED))
    chapters: tuple[tuple[str, Callable[[World], None]], ...] = (
        ("organisations and people", add_people),
        ("tests before the course", assessing_story.add_baselines),
        ("courses, attempts and observed tasks", add_learning),
        ("a supervised sitting and papers", assessing_story.add_sitting),
        ("joint exercises", exercises_story.add_exercises),
        ("exchanges", exchanges_story.add_exchanges),
        ("levels: work confirmed, people coached", levels_story.add_levels),
        ("certificates", add_certificates),
        ("essays marked, a question marked anew", marking_story.add_marking),
        ("a pass mark set by judges", analysis_story.add_analysis),
        ("cohorts and a bank from a file", cohorts_story.add_cohorts),
        ("questions with pictures", pictures_story.add_pictures),
        ("capacity index by quarter", add_index),
    )
    add_map()
    for number, (title, chapter) in enumerate(chapters):
        progress(title, 100 * number // len(chapters))
        chapter(world)
        db.session.commit()
    progress("done", 100)
    return world


def add_map() -> None:
    """The outlines of the districts, in the folder of the instance; a file that is there stays as it is."""
    path = Path(current_app.instance_path) / FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(Path(__file__).with_name(FILE).read_bytes())


def add_people(world: World) -> None:
    """Organisations, people with a password, posts and who holds them; the courses are published."""
    start = world.moment(400)
    for body in cast.BODIES:
        world.organisations[body.code] = accounts.add_organisation(
            code=body.code,
            name=body.name,
            names=body.names,
            kind=body.kind,
            pcode=body.pcode,
            country="Velaria",
            parent=world.organisations.get(body.parent),
            by=None,
            at=start,
        )
    for person in cast.PEOPLE:
        user = accounts.add_user(
            sign_in_name=person.sign_in_name,
            name=person.name,
            names=person.names,
            password=cast.PASSWORD,
            language=person.language,
            by=None,
            at=start,
        )
        world.people[person.sign_in_name] = user
        for role in dict.fromkeys((*person.roles, Role.LEARNER)):
            accounts.add_membership(user, world.organisations[person.body], role, by=None, at=start)
    for code in ("lumeya", "karsa", "ombeni", "tiraz"):
        for key, titles, requirements in cast.DISTRICT_POSTS:
            world.posts[code, key] = accounts.add_post(
                world.organisations[code],
                key=key,
                titles=titles,
                requirements=requirements,
                by=world.admin,
                at=start,
            )
    for person in cast.PEOPLE:
        if person.post:
            accounts.appoint(
                world.posts[person.body, person.post],
                world.people[person.sign_in_name],
                starts_on=world.moment(380).date(),
                by=world.admin,
                at=start,
            )
    publish_all(by=world.admin, at=start)


def _strength(code: str) -> float:
    return next(body.strength for body in cast.BODIES if body.code == code)


def _wanted_courses(person: cast.Person) -> list[str]:
    requirements = next(
        (needs for key, _titles, needs in cast.DISTRICT_POSTS if key == person.post), {}
    )
    domains = dict.fromkeys(key.partition("-")[0] for key in requirements)
    wanted = [BY_DOMAIN[domain] for domain in domains if domain in BY_DOMAIN]
    return [key for key in wanted or COURSES[:1] if key in library().courses]


def add_learning(world: World) -> None:
    """Who holds a post takes its courses over the year; stronger districts sooner and better."""
    trainer, academy = world.people["trainer"], world.people["academy"]
    for person in cast.PEOPLE:
        user, strength = world.people[person.sign_in_name], _strength(person.body)
        if person.sign_in_name in ("admin", "manager", "trainer", "evaluator"):
            continue
        for number, course in enumerate(_wanted_courses(person)):
            if world.chance.random() > 0.72 + 0.3 * strength:
                continue
            begin = world.chance.randrange(40, 330) - 30 * number
            full = world.chance.random() < 0.7 + 0.3 * strength
            done_at = learning_story.take_course(
                user, course, lessons=1 if full else 0.5, at=world.moment(begin)
            )
            if not full:
                continue
            knows = min(0.98, 0.52 + 0.45 * strength + 0.1 * world.chance.random())
            for _try in range(3):
                done_at += timedelta(days=3)
                if done_at.date() > world.today:
                    break
                passed = learning_story.sit(
                    user, course, knows=knows, chance=world.chance, at=done_at
                )
                knows = min(1.0, knows + 0.08)
                if passed:
                    break
            observed_at = done_at + timedelta(days=20)
            if world.chance.random() < strength and observed_at.date() <= world.today:
                learning_story.observe(
                    user,
                    course,
                    academy if course == COURSES[1] else trainer,
                    meets=world.chance.random() < 0.4 + 0.55 * strength,
                    chance=world.chance,
                    at=observed_at,
                )
        db.session.commit()


def add_index(world: World) -> None:
    """An index run for each quarter, as it would have been computed that day."""
    for days_ago in QUARTERS:
        at = world.moment(days_ago, hour=18)
        compute_run(at.date(), by=world.people["manager"], at=at)


def add_certificates(world: World) -> None:
    """Certificates for most of those who completed a course; one of them is revoked."""
    at = world.moment(5)
    awarded = 0
    for person in cast.PEOPLE:
        for course in COURSES:
            user = world.people[person.sign_in_name]
            if world.chance.random() < 0.75:
                awarded += learning_story.award(user, course, world.people["trainer"], at=at)
    if awarded > 3:
        learning_story.revoke_one(world.people["trainer"], at=world.moment(2))
