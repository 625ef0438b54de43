"""The demo's people: somebody at each level, by the rule and through the services."""

from datetime import date
from random import Random

from lms.accounts.scope import acting_as
from lms.accounts.session import viewer_of
from lms.competencies.queries import current_rule, items_of
from lms.competencies.rules import standing
from lms.db import db
from lms.demo import exercises_story, levels_story, story
from lms.evidence.queries import of_people
from lms.level_records.queries import waiting_for

TODAY = date(2026, 11, 20)


def test_somebody_stands_at_each_level_and_one_is_a_mentor(app):
    with app.app_context():
        world = story.World(TODAY, Random(story.SEED))
        story.add_people(world)
        exercises_story.add_exercises(world)
        levels_story.add_levels(world)
        db.session.commit()
        rule = current_rule()
        held = {}
        for name, user in world.people.items():
            for key, items in items_of(of_people([user.id])).items():
                found = standing(items, TODAY, rule.ladder(key))
                held.setdefault(found.level, set()).add((name, found.by_earlier_rule))
        with acting_as(viewer_of(world.people["amina"])):
            waiting = [one.user.name for one in waiting_for(world.people["amina"])]

    assert held[4] == {("idris", False)}
    assert {2, 3, 4} <= held.keys()
    assert waiting == ["Salma Reno"]
