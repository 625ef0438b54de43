"""Question banks to and from other programs: GIFT, Moodle XML, Aiken, QTI, YAML, spreadsheets.

Bytes in, values out, and back; no web, no database, no files. A reader never stops at a broken
question, and whatever is left out is told with its line and its reason. `docs/questions.md` defines
the JSON of a question and says what each format carries.
"""

from lms.interchange.formats import (
    FORMATS,
    Format,
    detect_format,
    known_format,
    read_questions,
    write_questions,
)
from lms.interchange.from_bank import from_spec
from lms.interchange.json_form import skipped_to_json, to_json
from lms.interchange.questions import (
    Answer,
    ExchangedQuestion,
    Gap,
    Option,
    Pair,
    ReadResult,
    Rich,
    Skipped,
    Unit,
    UnreadableFile,
    WriteResult,
)
from lms.interchange.scenarios import join_scenarios
from lms.interchange.to_bank import to_spec

__all__ = [
    "FORMATS",
    "Answer",
    "ExchangedQuestion",
    "Format",
    "Gap",
    "Option",
    "Pair",
    "ReadResult",
    "Rich",
    "Skipped",
    "Unit",
    "UnreadableFile",
    "WriteResult",
    "detect_format",
    "from_spec",
    "join_scenarios",
    "known_format",
    "read_questions",
    "skipped_to_json",
    "to_json",
    "to_spec",
    "write_questions",
]
