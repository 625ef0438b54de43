"""Well-written questions of every type, one for each way in which a type can be written."""

from typing import Any

Spec = dict[str, Any]


def make_question(kind: str, key: str = "q-1", **parts: Any) -> Spec:
    """A question in English; what its type needs comes as `parts`."""
    texts = {"text": {"en": "Which?"}, "explanation": {"en": "Because."}}
    return {"key": key, "type": kind, "use": "assessment", **texts, **parts}


def make_options(right: str, wrong: str) -> list[Spec]:
    """Options whose keys are these letters."""
    return [
        {"key": key, "text": {"en": f"Option {key}"}, "correct": key in right}
        for key in right + wrong
    ]


def credited(name: str = "credit", **credits: str) -> list[Spec]:
    """Options with a credit or weight each, and no flag."""
    return [
        {
            "key": key,
            "text": {"en": f"Option {key}"},
            "explanation": {"en": f"Why {key}."},
            name: credit,
        }
        for key, credit in credits.items()
    ]


def make_items(*names: str) -> list[Spec]:
    """Items in their right order; keys are a, b, c …"""
    return [{"key": "abcdefghij"[at], "text": {"en": name}} for at, name in enumerate(names)]


CRITERIA = [
    {
        "key": key,
        "text": {"en": f"Criterion {key}"},
        "levels": [
            {"key": "no", "text": {"en": "Not shown"}, "credit": "0"},
            {"key": "partly", "text": {"en": "In part"}, "credit": "0.5"},
            {"key": "yes", "text": {"en": "Shown"}, "credit": "1"},
        ],
    }
    for key in ("facts", "order", "tone")
]
PAIRS = [
    {"left": {"en": left}, "right": {"en": right}}
    for left, right in [("A", "one"), ("B", "two"), ("C", "three"), ("D", "four")]
]
UNITS = [{"names": ["m", "metres"], "factor": "1"}, {"names": ["km"], "factor": "1000"}]

#: The plainest question of each type.
SPECS: dict[str, Spec] = {
    "single_choice": make_question("single_choice", options=make_options("b", "acd")),
    "multiple_choice": make_question("multiple_choice", options=make_options("ac", "bde")),
    "true_false": make_question("true_false", answer=False),
    "numeric": make_question("numeric", value="12", tolerance="0.5", unit={"en": "toilets"}),
    "short_text": make_question(
        "short_text", accepted={"en": ["read-back"], "fr": ["répétition"], "ar": ["الإعادة"]}
    ),
    "matching": make_question("matching", pairs=PAIRS, distractors=[{"en": "five"}]),
    "ordering": make_question("ordering", items=make_items("look", "understand", "act", "check")),
    "cloze": make_question(
        "cloze",
        text={"en": "A _____ opens the box; _____ checks it in _____ days."},
        gaps=[
            {"kind": "choice", "options": make_options("b", "a")},
            {"kind": "text", "accepted": {"en": ["the clerk"]}},
            {"kind": "number", "value": "3", "weight": "2"},
        ],
    ),
    "scenario_set": make_question(
        "scenario_set",
        questions=[
            make_question("true_false", "q-1-1", answer=True),
            make_question("single_choice", "q-1-2", options=make_options("a", "b")),
        ],
    ),
    "situational_judgement": make_question(
        "situational_judgement", options=credited(a="0.25", b="1", c="0", d="0.5")
    ),
    "essay": make_question("essay", criteria=CRITERIA, markers=2, min_words=20, max_words=200),
    "file_upload": make_question(
        "file_upload", criteria=CRITERIA, accept=["pdf", "jpg"], max_bytes=1_000_000
    ),
    "description": {"key": "q-1", "type": "description", "use": "text", "text": {"en": "Read."}},
}

#: Further ways in which the types can be written.
VARIANTS: list[Spec] = [
    make_question(
        "single_choice",
        options=[
            {"key": "a", "text": {"en": "Best"}, "correct": True},
            {"key": "b", "text": {"en": "Near"}, "credit": "0.5", "explanation": {"en": "Near."}},
            {"key": "c", "text": {"en": "Harm"}, "credit": "-1"},
        ],
    ),
    make_question("multiple_choice", options=credited("weight", a="0.5", b="0.5", c="-0.5", d="0")),
    make_question(
        "multiple_choice", options=credited("weight", a="0.33333", b="0.33333", c="0.33333", d="0")
    ),
    make_question("true_false", answer=True, feedback_true={"en": "Yes."}),
    make_question("numeric", value="1.500"),
    make_question(
        "numeric",
        answers=[
            {"low": "10", "high": "20", "credit": "0.5", "feedback": {"en": "Near."}},
            {"value": "15", "tolerance": "1"},
        ],
    ),
    make_question("numeric", value="2000", units=UNITS, unit_required=True, unit_penalty="0.25"),
    make_question(
        "short_text",
        answers=[
            {"text": {"en": "read * back", "fr": "répéter*"}, "credit": "1"},
            {"text": {"en": "repeat*"}, "credit": "0.5", "feedback": {"en": "What exactly?"}},
            {"text": {"en": "*"}, "credit": "0", "feedback": {"en": "Look again."}},
        ],
    ),
    make_question("short_text", accepted={"en": ["pH"]}, case_sensitive=True),
    make_question("ordering", items=make_items("first", "second"), grading="exact"),
    make_question(
        "cloze",
        text={"en": "Say _____.", "fr": "Dites _____."},
        gaps=[{"kind": "text", "answers": [{"text": {"en": "stop"}, "credit": "1"}]}],
    ),
    make_question("essay"),
    make_question("file_upload", accept=["pdf"], max_bytes=1000, criteria=[]),
    make_question(
        "single_choice",
        options=[
            option | {"image": {"file": f"{option['key']}.png", "alt": {"en": "A sign"}}}
            for option in make_options("a", "b")
        ],
        image={"file": "map.png", "alt": {"en": "A map"}},
        tags=["maps"],
        hints=[{"en": "Look north."}],
        general_feedback={"en": "Maps have north at the top."},
        feedback_right={"en": "Yes."},
        feedback_partly={"en": "Nearly."},
        feedback_wrong={"en": "No."},
        weight="2",
        points="10",
    ),
]
EXACT = [
    {**SPECS[kind], "key": f"q-{kind}-exact", "grading": "exact"}
    for kind in ("multiple_choice", "matching", "cloze")
]
ALL_SPECS = [*SPECS.values(), *VARIANTS, *EXACT]
