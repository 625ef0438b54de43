"""A scenario with its questions: one question in a bank, several in other formats.

Elsewhere it travels as a description that holds the scenario, followed by its questions; all of them
have the tag ``scenario:`` and its key, by which they come together again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lms.interchange.questions import ExchangedQuestion

SCENARIO = "scenario:"
Spec = dict[str, Any]


def apart(questions: Iterable[ExchangedQuestion]) -> Iterator[ExchangedQuestion]:
    """Yield the questions, a scenario as a description and then its questions one by one."""
    for question in questions:
        if not question.children:
            yield question
            continue
        tag = f"{SCENARIO}{question.id}"
        yield replace(question, type="description", tags=(*question.tags, tag), children=())
        for child in question.children:
            yield replace(child, tags=(*child.tags, tag), line=question.line)


def join_scenarios(specs: Sequence[Mapping[str, Any]]) -> list[Spec]:
    """Return the specs of a file, in which scenarios that came apart are whole again.

    A description whose tag names its own key begins a scenario; the questions behind it with the
    same tag belong to it. What does not fit together so stays as it is.
    """
    joined: list[Spec] = []
    for spec in specs:
        named = _scenario_of(spec)
        last = joined[-1] if joined else {}
        if named and last.get("type") == "scenario_set" and last["key"] == named:
            last["questions"].append(_without_tag(spec))
        elif named and spec["type"] == "description" and spec["key"] == named:
            whole = _without_tag(spec) | {"type": "scenario_set", "use": "assessment"}
            joined.append(whole | {"questions": []})
        else:
            joined.append(dict(spec))
    return [_description(spec) if spec.get("questions") == [] else spec for spec in joined]


def _scenario_of(spec: Mapping[str, Any]) -> str:
    tags = [tag for tag in spec.get("tags") or () if tag.startswith(SCENARIO)]
    return tags[0].removeprefix(SCENARIO) if tags else ""


def _without_tag(spec: Mapping[str, Any]) -> Spec:
    tags = [tag for tag in spec["tags"] if not tag.startswith(SCENARIO)]
    rest = {name: value for name, value in spec.items() if name != "tags"}
    return rest | ({"tags": tags} if tags else {})


def _description(spec: Mapping[str, Any]) -> Spec:
    """Return a scenario without questions as the text that it is."""
    rest = {name: value for name, value in spec.items() if name != "questions"}
    return rest | {"type": "description", "use": "text"}
