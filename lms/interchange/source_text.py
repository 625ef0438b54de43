"""Bytes into text and lines, and the beginning of a text as a name."""

import codecs
import re
from html import unescape

from lms.content.reader import FORBIDDEN
from lms.interchange.questions import Rich, UnreadableFile

#: What counts as empty around a text and on a blank line. A space that does not break (U+00A0) is
#: part of the text, as it is in Moodle.
BLANK = " \t\n\r\x00\x0b"
LINE_END = re.compile("\r\n?")
#: What no text may hold: control characters, halves of surrogate pairs (bytes that are not UTF-8),
#: and characters that Unicode keeps for the inside of programs, among them our own marks.
UNUSABLE = re.compile(f"{FORBIDDEN.pattern}|[\ufdd0-\ufdef]")
LONGEST_NAME = 80
#: Enough of a text to find its beginning in, whatever markup it opens with.
HEAD = 4_000
BREAK = re.compile(r"</?(?:p|div|br|li|ul|ol|tr|td|th|table|h[1-6]|pre|blockquote)\b[^<>]*>", re.I)
TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(data: bytes) -> str:
    """Return the text of a file with LF line ends, without a byte order mark.

    UTF-8, or UTF-16 with its mark. A byte that is not UTF-8 becomes a lone surrogate, so that only
    the question in which it stands is lost (`fault_in`).

    Raises:
        UnreadableFile: it says that it is UTF-16, and is not.
    """
    if data.startswith(UTF_16):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UnreadableFile("the file says that it is UTF-16, and is not") from error
    else:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
    return LINE_END.sub("\n", text)


def fault_in(text: str) -> str | None:
    """Return what makes a text unusable, or None."""
    found = UNUSABLE.search(text)
    if found is None:
        return None
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"byte 0x{code - 0xDC00:02x} is not UTF-8; save the file as UTF-8"
    return f"the character U+{code:04X} is not allowed"


def stripped(text: str) -> str:
    """Return the text without space around it (see `BLANK`)."""
    return text.strip(BLANK)


def beginning_of(rich: Rich) -> str:
    """Return the first words of a text, at most 80 characters, without markup and line breaks.

    >>> beginning_of(Rich("<p>What is <b>this</b>?</p>", "html"))
    'What is this?'
    """
    text = rich.text[:HEAD]
    if rich.format != "plain":
        text = TAG.sub("", BREAK.sub(" ", text))
    if rich.format == "html":
        text = unescape(text)
    words = " ".join(text.split())
    if len(words) <= LONGEST_NAME:
        return words
    cut = words[: LONGEST_NAME + 1].rsplit(" ", 1)[0] if " " in words[:LONGEST_NAME] else words
    return cut[:LONGEST_NAME].rstrip()
