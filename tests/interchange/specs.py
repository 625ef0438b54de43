"""Questions of a bank, one and more of each type, as `lms.scoring` takes them."""

from typing import Any

Spec = dict[str, Any]


def spec(kind: str, **parts: Any) -> Spec:
    """A question with everything that a bank asks for."""
    made = {
        "key": f"w-{kind.replace('_', '-')}",
        "type": kind,
        "use": "assessment",
        "competency": "wells-01",
        "level": "awareness",
        "difficulty": 2,
        "lesson": "01-why-wells-fail",
        "text": {"en": "Which?"},
        "explanation": {"en": "Because."},
    }
    return made | parts


def option(key: str, text: str, correct: bool = False, **more: Any) -> Spec:
    return {"key": key, "text": {"en": text}, "correct": correct, **more}


SPECS: dict[str, Spec] = {
    "single choice": spec(
        "single_choice",
        source="WASH-12",
        tags=["water", "wells"],
        options=[
            option("a", "The caretaker", True, explanation={"en": "She has the key."}),
            option("b", "=1+1, [html] {really} # ~ : \\ or -> ?"),
            option("c", "Somebody", credit="0.5"),
            option("d", "Nobody", credit="-0.25"),
        ],
    ),
    "multiple choice": spec(
        "multiple_choice",
        options=[option("a", "Part", True), option("b", "Date", True), option("c", "User")],
    ),
    "exact choice": spec(
        "multiple_choice",
        options=[option("a", "Part", True), option("b", "Date", True), option("c", "User")],
        grading="exact",
    ),
    "all of a choice": spec(
        "multiple_choice",
        options=[option("a", "Part", True), option("b", "Date", True)],
        grading="exact",
    ),
    "exact matching": spec(
        "matching",
        pairs=[
            {"left": {"en": "Seal"}, "right": {"en": "Wears"}},
            {"left": {"en": "Rod"}, "right": {"en": "Breaks"}},
        ],
        grading="exact",
    ),
    "exact cloze": spec(
        "cloze",
        text={"en": "The _____ holds _____ keys, for _____."},
        gaps=[
            {"kind": "choice", "options": [option("a", "caretaker", True), option("b", "mayor")]},
            {"kind": "number", "value": "2", "tolerance": "0"},
            {"kind": "text", "answers": [{"text": {"en": "Repairs"}}], "case_sensitive": True},
        ],
        grading="exact",
    ),
    "exact cloze of many words": spec(
        "cloze",
        text={"en": "The _____ holds _____."},
        gaps=[
            {"kind": "choice", "options": [option("a", "caretaker", True), option("b", "mayor")]},
            {"kind": "text", "accepted": {"en": ["keys", "the keys"]}},
        ],
        grading="exact",
    ),
    "weighted choice": spec(
        "multiple_choice",
        options=[
            option("a", "Part", True, weight="0.75"),
            option("b", "Date", True, weight="0.25"),
            option("c", "User", weight="-1"),
            option("d", "Well", weight="0"),
        ],
    ),
    "true or false": spec(
        "true_false",
        answer=False,
        feedback_true={"en": "For want of a part."},
        feedback_false={"en": "Yes."},
    ),
    "number": spec("numeric", value="6", tolerance="0.5", unit={"en": "months"}),
    "number without a unit": spec("numeric", value="-0.125", tolerance="0"),
    "numbers": spec(
        "numeric",
        answers=[
            {"value": "6", "tolerance": "0"},
            {"value": "6", "tolerance": "1", "credit": "0.5", "feedback": {"en": "Nearly."}},
        ],
        feedback_wrong={"en": "Look again."},
    ),
    "word": spec("short_text", accepted={"en": ["caretaker", "the caretaker", "5 * 5"]}),
    "words": spec(
        "short_text",
        answers=[
            {"text": {"en": "read*back"}},
            {"text": {"en": "read"}, "credit": "0.5", "feedback": {"en": "And then?"}},
        ],
        case_sensitive=True,
    ),
    "matching": spec(
        "matching",
        pairs=[
            {"left": {"en": "Seal"}, "right": {"en": "Wears"}},
            {"left": {"en": "Rod"}, "right": {"en": "Breaks"}},
        ],
        distractors=[{"en": "Freezes"}],
    ),
    "ordering": spec(
        "ordering",
        items=[{"key": key, "text": {"en": text}} for key, text in [("a", "Look"), ("b", "Act")]],
    ),
    "exact ordering": spec(
        "ordering",
        items=[{"key": key, "text": {"en": text}} for key, text in [("a", "Look"), ("b", "Act")]],
        grading="exact",
    ),
    "cloze": spec(
        "cloze",
        text={"en": "The _____ holds _____ keys, for _____."},
        gaps=[
            {"kind": "choice", "options": [option("a", "caretaker", True), option("b", "mayor")]},
            {"kind": "number", "value": "2", "tolerance": "0.5"},
            {"kind": "text", "accepted": {"en": ["repairs", "repair work"]}},
        ],
    ),
    "weighted cloze": spec(
        "cloze",
        text={"en": "_____ and _____"},
        gaps=[
            {
                "kind": "text",
                "answers": [{"text": {"en": "Oil"}}, {"text": {"en": "fat"}, "credit": "0.5"}],
                "case_sensitive": True,
                "weight": "2",
            },
            {"kind": "text", "accepted": {"en": ["water"]}},
        ],
    ),
    "judgement": spec(
        "situational_judgement",
        options=[
            {"key": "a", "text": {"en": "Ask"}, "credit": "1", "explanation": {"en": "Best."}},
            {"key": "b", "text": {"en": "Wait"}, "credit": "0.4", "explanation": {"en": "Slow."}},
            {"key": "c", "text": {"en": "Go"}, "credit": "0", "explanation": {"en": "Rash."}},
        ],
    ),
    "essay": spec("essay", min_words=50, max_words=200),
    "file": spec("file_upload", accept=["pdf", "jpg"], max_bytes=1_000_000),
    "text": {
        name: value
        for name, value in spec("description", use="text").items()
        if name != "explanation"
    },
    "carrying": spec(
        "single_choice",
        hints=[{"en": "Who has the key?"}],
        feedback_right={"en": "Good."},
        feedback_partly={"en": "Half."},
        feedback_wrong={"en": "No."},
        weight="2",
        options=[option("a", "A", True), option("b", "B")],
    ),
}

#: What a format cannot carry of these, by what it says of it.
LOST: dict[str, dict[str, str]] = {
    "gift": {
        "words": "that capitals count",
        "carrying": "the hints",
        "exact choice": "that only the whole right answer counts",
        "all of a choice": "that only the whole right answer counts",
        "exact matching": "that only the whole right answer counts",
        "exact cloze": "no questions of the type cloze",
        "exact cloze of many words": "no questions of the type cloze",
        "ordering": "no questions of the type ordering",
        "exact ordering": "no questions of the type ordering",
        "cloze": "no questions of the type cloze",
        "weighted cloze": "no questions of the type cloze",
        "essay": "the least number of words",
        "file": "the files that may be attached",
    },
    "moodle_xml": {
        "exact choice": "that only the whole right answer counts",
        "all of a choice": "that only the whole right answer counts",
        "exact matching": "that only the whole right answer counts",
        "exact cloze": "that only the whole right answer counts",
        "exact cloze of many words": "that only the whole right answer counts",
    },
    "qti3": {
        "numbers": "the feedback of single answers",
        "exact cloze of many words": "QTI says it of several gaps with one right answer each",
        "words": "no star for any text",
        "ordering": "part marks for a partly right order",
        "essay": "the least number of words",
        "carrying": "the hints",
    },
    "yaml": {},
    "csv": {},
    "xlsx": {},
}
LOST["qti21"] = LOST["qti22"] = LOST["qti3"]
