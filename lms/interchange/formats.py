"""Every format by its name: which it is, reading it, writing it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lms.interchange.aiken import read_aiken, write_aiken
from lms.interchange.archive import Archive
from lms.interchange.bank_file import write_bank_file
from lms.interchange.bank_zip import bank_in, names_alone, read_bank, zipped_bank
from lms.interchange.gift_read import read_gift
from lms.interchange.gift_write import write_gift
from lms.interchange.json_form import longest_text
from lms.interchange.limits import MOST_CHARACTERS, refuse_large
from lms.interchange.moodle_read import read_moodle_xml
from lms.interchange.moodle_write import write_moodle_xml
from lms.interchange.picture_texts import Files, no_files, with_inline
from lms.interchange.picture_weight import within_limits
from lms.interchange.qti_package import read_qti_item, read_qti_package
from lms.interchange.qti_write import RELEASES, write_qti, write_qti_item
from lms.interchange.questions import (
    ExchangedQuestion,
    ReadResult,
    Skipped,
    UnreadableFile,
    WriteResult,
    in_file,
)
from lms.interchange.scenarios import apart
from lms.interchange.sheet_read import read_csv, read_xlsx
from lms.interchange.sheet_write import write_csv, write_xlsx
from lms.interchange.source_text import decoded

Found = tuple[list[ExchangedQuestion], list[Skipped]]


@dataclass(frozen=True)
class Format:
    """A format of files.

    Args:
        name: as `read_questions` and `write_questions` take it.
        title: for people.
        extension: of its files, without the dot.
        media_type: of its files.
        writes: it can be written; every format can be read.
    """

    name: str
    title: str
    extension: str
    media_type: str
    writes: bool = True


#: The formats by name. ``qti`` reads every version; the others of QTI are for writing.
FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("gift", "GIFT", "gift", "text/plain"),
        Format("moodle_xml", "Moodle XML", "xml", "application/xml"),
        Format("aiken", "Aiken", "txt", "text/plain"),
        Format("qti3", "QTI 3.0", "zip", "application/zip"),
        Format("qti21", "QTI 2.1", "zip", "application/zip"),
        Format("qti22", "QTI 2.2", "zip", "application/zip"),
        Format("qti", "QTI 2.0 to 3.0", "zip", "application/zip", writes=False),
        Format("yaml", "Question bank (YAML)", "yaml", "application/yaml"),
        Format("csv", "Spreadsheet (CSV)", "csv", "text/csv"),
        Format(
            "xlsx",
            "Spreadsheet (Excel)",
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    )
}
#: Other ways in which people write a name.
ALIASES = {
    "moodle": "moodle_xml",
    "moodlexml": "moodle_xml",
    "xml": "moodle_xml",
    "qti20": "qti",
    "qti30": "qti3",
    "qti2": "qti21",
    "excel": "xlsx",
    "yml": "yaml",
}
BY_EXTENSION = {
    ".gift": "gift",
    ".csv": "csv",
    ".tsv": "csv",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".aiken": "aiken",
}
ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
#: What only Aiken has: options one below the other, and a line that names the right one.
AIKEN_OPTIONS = re.compile(r"^[ \t]*A[.)][ \t]*\S[^\n]*\n\s*B[.)][ \t]*\S", re.M)
AIKEN_ANSWER = re.compile(r"^[ \t]*ANSWER[ \t]*:", re.M | re.I)
BANK = re.compile(r"^questions:", re.M)
#: What may be the answers of a question in GIFT.
ANSWERS = re.compile(r"(?<!\\)\{([^{}]{0,5000})\}")
#: How files of older office programs begin.
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: As much of a file as its kind is told by.
HEAD = 64 * 1024


def known_format(name: str) -> str:
    """Return the name of a format as `FORMATS` has it.

    >>> known_format("Moodle-XML")
    'moodle_xml'

    Raises:
        UnreadableFile: there is no such format.
    """
    written = name.strip().lower().replace("-", "_").replace(" ", "_").replace(".", "")
    plain = ALIASES.get(written) or ALIASES.get(written.replace("_", "")) or written
    if plain in FORMATS:
        return plain
    raise UnreadableFile(f"there is no format {name!r}; known are {', '.join(FORMATS)}")


def detect_format(data: bytes, name: str = "") -> str:
    """Return the format of a file, told by what is in it and, for text, by its name.

    Args:
        name: of the file; only its extension counts.

    Raises:
        UnreadableFile: it is none of the formats, or a dangerous zip.
    """
    if data.startswith(OLD_OFFICE):
        raise UnreadableFile("an old .xls or .doc file is not read; save it as .xlsx, .csv or .txt")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        names = Archive(data).names
        if "word/document.xml" in names:
            raise UnreadableFile("a Word document is not read; save it as plain text (.txt)")
        if "mimetype" in names and "content.xml" in names:
            raise UnreadableFile("an OpenDocument file is not read; save it as .xlsx, .csv or .txt")
        if "[Content_Types].xml" in names or any(one.startswith("xl/") for one in names):
            return "xlsx"
        has_manifest = any(one.endswith("imsmanifest.xml") for one in names)
        return "yaml" if bank_in(names) and not has_manifest else "qti"
    extension = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    text = decoded(data[:HEAD])
    if not text.strip(" \t\n\x00"):
        raise UnreadableFile("the file is empty")
    if text.lstrip().startswith("<") and extension not in (".gift", ".csv", ".tsv", ".aiken"):
        return _xml_format(text)
    if extension in BY_EXTENSION:
        return BY_EXTENSION[extension]
    if BANK.search(text) and re.search(r"^key:", text, re.M):
        return "yaml"
    first = text.lstrip().partition("\n")[0]
    columns = {column.strip(" \"'").lower() for column in re.split("[,;\t]", first)}
    if {"type", "text"} <= columns:
        return "csv"
    answers = ANSWERS.findall(text)
    if _is_aiken(text, answers):
        return "aiken"
    if "\x00" not in text and (extension in ("", ".txt") or "{" in text):
        return "gift"
    raise UnreadableFile(f"the file is none of the formats {', '.join(FORMATS)}")


def _is_aiken(text: str, answers: list[str]) -> bool:
    """Whether a text is Aiken, with or without faults, rather than GIFT.

    A text with such options and no braces at all would be nothing but descriptions in GIFT.
    """
    if any("~" in one or "=" in one for one in answers):
        return False
    has_options = AIKEN_OPTIONS.search(text) is not None
    return has_options and (not answers or AIKEN_ANSWER.search(text) is not None)


def _xml_format(text: str) -> str:
    root = ROOT.search(_without_comments(text))
    name = root[1].lower().replace("-", "") if root else ""
    if name == "quiz" or "<question" in text:
        return "moodle_xml"
    if name in ("assessmentitem", "qtiassessmentitem"):
        return "qti"
    if name in ("manifest", "assessmenttest", "qtiassessmenttest"):
        raise UnreadableFile(f"<{root[1]}> alone holds no question; bring the whole package (zip)")  # type: ignore[index]
    if name == "questestinterop":
        raise UnreadableFile("not supported: QTI 1")
    if ANSWERS.search(text):
        # GIFT may begin with markup.
        return "gift"
    raise UnreadableFile(f"the XML is neither Moodle XML nor QTI: it begins with <{name}>")


def _without_comments(text: str) -> str:
    parts = []
    while (start := text.find("<!--")) >= 0:
        parts.append(text[:start])
        end = text.find("-->", start)
        text = text[end + 3 :] if end >= 0 else ""
    return "".join([*parts, text])


def read_questions(
    data: bytes, *, name: str, format: str | None = None, files: Files = no_files
) -> ReadResult:
    """Return what a file holds.

    One broken question never stops a file: it is told in `skipped`, and so is each part that a
    question lost. Nothing is dropped without a word.

    Args:
        data: the file, at most 8 MiB.
        name: of the file, for its extension.
        format: a name of `FORMATS`; None: told by the file.
        files: gives the bytes of a picture that lies beside the file, by its name; for the project's own YAML.

    Raises:
        UnreadableFile: no question can be read for a reason that concerns the whole file. Nothing
            else is raised, whatever the bytes.
    """
    refuse_large(data)
    chosen = known_format(format) if format else detect_format(data, name)
    if chosen.startswith("qti"):
        reading = (read_qti_package if data.startswith(b"PK") else read_qti_item)(data)
        chosen = known_format(reading.format or "qti")
        questions, skipped = reading.questions, reading.skipped
    elif chosen == "moodle_xml":
        questions, skipped = read_moodle_xml(data)
    elif chosen == "xlsx":
        questions, skipped = read_xlsx(data)
    elif chosen == "yaml":
        questions, skipped = read_bank(data, files)
    else:
        questions, skipped = TEXT_READERS[chosen](decoded(data))
    if chosen in INLINE_ALONE:
        questions, skipped = _with_inline(questions, skipped)
    long = [
        _too_long(question) for question in questions if longest_text(question) > MOST_CHARACTERS
    ]
    if long:
        questions = [one for one in questions if longest_text(one) <= MOST_CHARACTERS]
        skipped = sorted([*skipped, *long], key=lambda one: one.order)
    questions, heavy = within_limits(questions)
    skipped = sorted([*skipped, *heavy], key=lambda one: one.order) if heavy else skipped
    return ReadResult(tuple(questions), tuple(skipped), chosen)


#: Formats whose texts may hold pictures, and which bring no files.
INLINE_ALONE = frozenset({"gift", "csv", "xlsx"})


def _with_inline(questions: Sequence[ExchangedQuestion], skipped: Sequence[Skipped]) -> Found:
    """Return the questions with the pictures that their texts hold, and what was left out, in file order."""
    found, told = [], list(skipped)
    for question in questions:
        lost: list[str] = []
        found.append(with_inline(question, lost))
        told += [Skipped(question.line, question.name, reason, False) for reason in lost]
    return found, sorted(told, key=lambda one: one.order) if len(told) > len(skipped) else told


def _too_long(question: ExchangedQuestion) -> Skipped:
    reason = f"a text of more than {MOST_CHARACTERS:,} characters"
    reason = in_file(question.file, reason)
    return Skipped(question.line, question.name, reason, place=question.place)


TEXT_READERS: dict[str, Callable[[str], Found]] = {
    "gift": read_gift,
    "aiken": read_aiken,
    "csv": read_csv,
}


def write_questions(
    questions: Sequence[ExchangedQuestion],
    *,
    format: str,
    title: str,
    language: str = "en",
    key: str | None = None,
    as_item: bool = False,
    with_pictures: bool = True,
) -> WriteResult:
    """Return the questions as a file. The same questions give the same bytes.

    Args:
        format: a name of `FORMATS` that can be written.
        title: of the bank.
        language, key: of the bank, where the format is ``yaml``.
        as_item: one question of QTI as an item by itself, instead of a package.
        with_pictures: YAML with pictures becomes a zip with them; otherwise it stays a text, which names them.

    Raises:
        UnreadableFile: there is no such format to write, or no single item to be made.
    """
    chosen = FORMATS[known_format(format)]
    if not chosen.writes:
        raise UnreadableFile(f"{chosen.name} cannot be written; choose qti3, qti22 or qti21")
    content: bytes | str
    if chosen.name != "yaml":
        questions = list(apart(questions))
    match chosen.name:
        case "gift":
            content, left_out = write_gift(questions)
        case "moodle_xml":
            content, left_out = write_moodle_xml(questions)
        case "aiken":
            content, left_out = write_aiken(questions)
        case "yaml":
            text, pictures, left_out = write_bank_file(
                questions, title=title, language=language, key=key
            )
            if pictures and with_pictures:
                zipped = zipped_bank(text, pictures)
                return WriteResult(zipped, "zip", "application/zip", tuple(left_out))
            left_out += names_alone(questions)
            content = text
        case "csv":
            content, left_out = write_csv(questions)
        case "xlsx":
            content, left_out = write_xlsx(questions)
        case _:
            return _qti(questions, chosen, title, as_item)
    raw = content.encode() if isinstance(content, str) else content
    return WriteResult(raw, chosen.extension, chosen.media_type, tuple(left_out))


def _qti(
    questions: Sequence[ExchangedQuestion], chosen: Format, title: str, as_item: bool
) -> WriteResult:
    release = RELEASES[chosen.name]
    if not as_item:
        content, left_out = write_qti(questions, title=title, release=release)
        return WriteResult(content, chosen.extension, chosen.media_type, tuple(left_out))
    if len(questions) != 1:
        raise UnreadableFile(
            f"an item holds one question, and these are {len(questions)}; write a package (.zip)"
        )
    content, left_out = write_qti_item(questions[0], release=release)
    return WriteResult(content, "xml", "application/xml", tuple(left_out))
