"""How large a file may be, and the refusals, each of which names its limit."""

from lms.interchange.questions import UnreadableFile

MOST_BYTES = 8 * 1024 * 1024
MOST_MEMBERS = 2_000
MOST_UNPACKED_BYTES = 64 * 1024 * 1024
MOST_QUESTIONS = 20_000
#: Parts of one question: options, pairs, gaps. Beyond that it is no question but an accident.
MOST_PARTS = 500

#: Of one text of a question; a picture written into the text takes most of it.
MOST_CHARACTERS = 1_000_000

MEBIBYTE = 1024 * 1024
#: Of one picture: many people fetch it over one weak link.
MOST_PICTURE_BYTES = MEBIBYTE
#: Of all pictures of one file together, each counted once.
MOST_PICTURES_BYTES = 32 * MEBIBYTE
#: What a picture may unfold to on a phone, whatever its file weighs: along one side, and altogether.
MOST_PIXELS_ALONG = 8_000
MOST_PIXELS = 24_000_000


def refuse_large(data: bytes) -> None:
    """Refuse a file of more than 8 MiB.

    Raises:
        UnreadableFile: it is larger.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableFile(
            f"the file is larger than {MOST_BYTES // MEBIBYTE} MiB; split it into smaller ones"
        )


def refuse_many_questions(count: int) -> None:
    """Refuse a file of more than 20,000 questions.

    Raises:
        UnreadableFile: it has more.
    """
    if count > MOST_QUESTIONS:
        raise UnreadableFile(f"the file has more than {MOST_QUESTIONS:,} questions; split it")
