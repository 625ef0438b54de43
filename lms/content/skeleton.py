"""The files with which a new course begins: they pass the check, and say what to write where."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_KEY = 60


@dataclass(frozen=True)
class NewCourse:
    """What a skeleton is made for.

    Args:
        key: small letters and digits, words joined by hyphens; the name of the folder.
        title: in English, the original language of a skeleton.
        code: short and unique, such as C17; questions and the rubric are named after it.
        competency: a key of a framework; `domain` is its domain.
        version: such as 2026.1.
    """

    key: str
    title: str
    code: str
    competency: str
    domain: str
    version: str

    @property
    def rubric(self) -> str:
        """The key of the rubric of its practical task."""
        return f"{self.code.lower()}-p1"


def is_key(name: str) -> bool:
    """Whether a name can be the key of a course.

    >>> is_key("safe-wells"), is_key("Safe Wells"), is_key("safe--wells")
    (True, False, False)
    """
    return len(name) <= LONGEST_KEY and KEY.fullmatch(name) is not None


def key_for(name: str) -> str:
    """Return the key that a name comes nearest to, perhaps empty.

    >>> key_for("Safe Wells, part 2")
    'safe-wells-part-2'
    """
    return "-".join(re.findall(r"[a-z0-9]+", name.casefold()))[:LONGEST_KEY].strip("-")


def next_code(taken: Collection[str]) -> str:
    """Return the first code after those of the form C01 that are taken.

    >>> next_code(["C01", "C16", "X2"])
    'C17'
    """
    numbers = [int(code[1:]) for code in taken if re.fullmatch(r"C\d+", code)]
    return f"C{max(numbers, default=0) + 1:02d}"


def skeleton(new: NewCourse) -> dict[str, str]:
    """Return the texts of a new course's files by their paths, those below `curricula/` first."""
    texts = {
        f"curricula/{new.key}/course.yaml": COURSE,
        f"curricula/{new.key}/en/01-first-lesson.md": LESSON,
        f"assessments/banks/{new.key}.yaml": BANK,
        f"assessments/assessments/{new.key}.yaml": ASSESSMENT,
        f"assessments/rubrics/{new.rubric}.yaml": RUBRIC,
    }
    values = {
        "KEY": new.key,
        # JSON is YAML as well: a title may hold quotes, colons and any letters.
        "TITLE": json.dumps(new.title, ensure_ascii=False),
        "CODE": new.code,
        "PREFIX": new.code.lower(),
        "COMPETENCY": new.competency,
        "DOMAIN": new.domain,
        "VERSION": new.version,
        "RUBRIC": new.rubric,
    }
    return {path: _filled(text, values) for path, text in texts.items()}


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"@([A-Z]+)@", lambda found: values[found[1]], text)


COURSE = """\
# What each field holds: curricula/README.md. How to go on: docs/writing-a-course.md.
key: @KEY@
code: @CODE@
version: "@VERSION@"
domain: @DOMAIN@
hours: 2
language: en
title: {en: @TITLE@}
summary:
  en: Say in two sentences what people can do after this course.
audience: {en: Say who it is for.}
objectives:
  - {en: Say one thing that people can do afterwards; begin with a verb.}
competencies:
  - {key: @COMPETENCY@, level: practitioner, main: true}
lessons: [01-first-lesson]
sources: {}
completion: all-lessons-and-assessment
assessment: @KEY@
practical_task:
  en: |
    Say what people write or do at their own desk, and how long it may be.

    Use an invented place. Do not write names of real people.
rubric: @RUBRIC@
"""
LESSON = """\
---
title: The first lesson
minutes: 15
key_terms: []
sources: []
unverified: []
---
After this lesson you can do one thing. Say here what it is.

## Why it matters

Tell a small scene in 60 to 90 words. Who stood before a problem, and what did it cost?

## The first point

Explain one point under each heading. Say what to do, why, and what happens otherwise.

| Step | Who |
| --- | --- |
| Say what is done | Say which post does it |

::: task Try this
Ask for something that takes five minutes and a sheet of paper.
:::

::: remember
- The first line that people should keep.
- The second line.
- The third line.
:::

```check
@PREFIX@-c01
```
"""
BANK = """\
key: @KEY@
language: en
title: {en: @TITLE@}
questions:
  - key: @PREFIX@-q01
    type: single_choice
    use: assessment
    competency: @COMPETENCY@
    level: awareness
    difficulty: 1
    lesson: 01-first-lesson
    text: {en: "Ask for one thing, in one sentence."}
    explanation: {en: "Say why the right option is right."}
    options:
      - {key: a, text: {en: "A mistake that people make"}, explanation: {en: "Say what is wrong with it."}}
      - {key: b, text: {en: "The option that is right"}, correct: true, explanation: {en: "Say why it is right."}}
      - {key: c, text: {en: "Another mistake, as long"}, explanation: {en: "Say what is wrong with it."}}
  - key: @PREFIX@-q02
    type: multiple_choice
    use: assessment
    competency: @COMPETENCY@
    level: practitioner
    difficulty: 2
    lesson: 01-first-lesson
    text: {en: "Ask for several things. Say how many are right."}
    explanation: {en: "Say why these, and not the others."}
    options:
      - {key: a, text: {en: "The first that is right"}, correct: true, explanation: {en: "Say why."}}
      - {key: b, text: {en: "The second that is right"}, correct: true, explanation: {en: "Say why."}}
      - {key: c, text: {en: "One that is not right"}, explanation: {en: "Say what is wrong with it."}}
  - key: @PREFIX@-q03
    type: true_false
    use: assessment
    competency: @COMPETENCY@
    level: practitioner
    difficulty: 1
    lesson: 01-first-lesson
    text: {en: "Write a statement that many people believe."}
    explanation: {en: "Say why it is false."}
    answer: false
  - key: @PREFIX@-c01
    type: true_false
    use: check
    competency: @COMPETENCY@
    level: awareness
    difficulty: 1
    lesson: 01-first-lesson
    text: {en: "Write a statement that the lesson has just explained."}
    explanation: {en: "Say why it is true."}
    answer: true
"""
ASSESSMENT = """\
key: @KEY@
course: @KEY@
title: {en: @TITLE@}
pass_mark: "80"
feedback: after_submit
draws:
  - {bank: @KEY@, count: 2, competency: @COMPETENCY@}
"""
RUBRIC = """\
key: @RUBRIC@
course: @KEY@
title: {en: @TITLE@}
criteria:
  - key: complete
    text: {en: Say what one looks at.}
    levels:
      not-yet: {en: Say what it looks like when it is not there yet.}
      partly: {en: Say what it looks like when half of it is there.}
      meets: {en: Say what it looks like when it is good.}
"""
