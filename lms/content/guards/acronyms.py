"""Letters that stand for words, and whether the reader is told which."""

import re
from collections.abc import Iterator

from lms.content.guards.codes import warning
from lms.content.guards.prose import Block, Read
from lms.content.problems import Problem

#: Two capitals or more, perhaps with a small letter between them or an s behind: UN, MoU, NGOs.
ACRONYM = re.compile(r"(?<![\w/.-])[A-Z]+[a-z]?[A-Z]+(?=s?(?![\w$/])(?!-\w))")
ROMAN = re.compile(r"[IVXLC]+")
#: Who opens a lesson knows these: from the phone, the radio, money, the clinic; and the UN.
KNOWN = frozenset(
    {"UN", "UNICEF", "HIV", "AIDS", "FM", "TV", "SMS", "SIM", "QR", "PDF", "USB", "GPS", "WC", "OK"}
    | {"US", "UK", "EU", "USD", "EUR", "ONU", "VIH", "SIDA", "CD", "DVD", "PC", "ID", "CV", "GSM"}
)
#: Organisations whose letters make a word that every text has.
ALSO_A_WORD = frozenset({"who", "aid", "care"})
#: In full before, the letters in brackets: "community violence reduction (CVR)", and with a remark
#: between: "(in English MSEL)", "(the main list of events, in English MSEL)".
IN_FULL_BEFORE = re.compile(
    r"\w[»\"”]?\s+[^()]*\w[»\"”]?\s*\((?:[^()]*,\s+)?[«\"“]?\s*(?:[^\s()]+\s+){0,2}$"
)
#: In full behind, in brackets: "CVR (community violence reduction)".
IN_FULL_BEHIND = re.compile(r"s?[»\"”]?\s*\([^()]*\w[^()]*\s[^()]*\w[^()]*\)")

CAPITAL_INITIAL = re.compile(r"\b([A-Z])[a-z]")


def unexplained_acronyms(read: Read) -> Iterator[Problem]:
    """Warn of each acronym that is not in full beside its first use in the lesson.

    A word that the lesson also has in small letters is written large for emphasis, and is no
    acronym.
    """
    seen = set(KNOWN)
    ordinary = {word.casefold() for block in read.blocks for word in _small_words(block)}
    ordinary -= ALSO_A_WORD
    for block in read.blocks:
        for found in ACRONYM.finditer(block.text):
            letters = found[0]
            if letters in seen or letters.casefold() in ordinary or ROMAN.fullmatch(letters):
                continue
            seen.add(letters)
            if not _is_explained(block, found):
                line = block.line_of(found.start())
                message = f"{letters} is not explained at its first use"
                yield warning(read.lesson.path, line, "acronym.unexplained", message)


def _is_explained(block: Block, found: re.Match[str]) -> bool:
    behind = re.split(r"[.!?؟]\s", block.text[found.end() :], maxsplit=1)[0]
    initials = "".join(CAPITAL_INITIAL.findall(behind))
    return bool(
        IN_FULL_BEFORE.search(block.text[: found.start()])
        or IN_FULL_BEHIND.match(block.text, found.end())
        # "HSEEP is the Homeland Security Exercise and Evaluation Program."
        or found[0] in initials
    )


def _small_words(block: Block) -> list[str]:
    return re.findall(r"\b[^\W\da-z_]?[a-zß-öø-ÿœ]+\b", block.text)
