"""Scenario sets taken apart: the questions that are asked, each with the scenario it is about."""

from lms.scoring.question import Spec
from lms.scoring.types.essay import Essay
from lms.scoring.types.file_upload import FileUpload
from lms.scoring.types.unasked import Description, ScenarioSet

#: What an attempt asks about a scenario; a page shows it once before questions that share its key.
SCENARIO_PARTS = ("key", "text", "image")


#: The types that ship and that people mark.
HAND_MARKED = frozenset({Essay.name, FileUpload.name})


def is_set(spec: Spec) -> bool:
    """Whether this is a scenario with several questions."""
    return spec.get("type") == ScenarioSet.name


def is_drawn(spec: Spec) -> bool:
    """Whether attempts may draw it: not a description, and not what is for lessons alone."""
    return spec.get("use") == "assessment" and spec.get("type") != Description.name


def by_type_alone(spec: Spec) -> bool:
    """Whether only a draw that names its type takes it: a set, or what people mark by hand."""
    return is_set(spec) or spec.get("type") in HAND_MARKED


def expand(spec: Spec) -> list[Spec]:
    """Return the questions of a set, in order; any other question comes back alone, as it is.

    A set's questions gain ``scenario: {key, text, image?}``, the key being the set's.
    """
    if not is_set(spec):
        return [spec]
    scenario = {part: spec[part] for part in SCENARIO_PARTS if spec.get(part) is not None}
    return [{**question, "scenario": scenario} for question in spec["questions"]]
