"""How much the pictures of one file weigh together."""

from collections.abc import Sequence
from dataclasses import replace

from lms.interchange.limits import MEBIBYTE, MOST_PICTURES_BYTES
from lms.interchange.markup import not_carried
from lms.interchange.questions import (
    ExchangedQuestion,
    Option,
    Picture,
    Skipped,
    in_file,
    pictures_of,
)


def within_limits(
    questions: Sequence[ExchangedQuestion],
) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    """Return the questions without the pictures that are too many, and what is said of these.

    The first in the file are kept; the same picture counts once, whoever shows it.
    """
    if not any(map(_has_pictures, questions)):
        return list(questions), []
    scales = _Scales()
    return [scales.weighed(one) for one in questions], scales.skipped


def _has_pictures(question: ExchangedQuestion) -> bool:
    return next(pictures_of(question), None) is not None


class _Scales:
    def __init__(self) -> None:
        self.total = 0
        self.known: set[bytes] = set()
        self.skipped: list[Skipped] = []

    def weighed(self, question: ExchangedQuestion) -> ExchangedQuestion:
        if not _has_pictures(question):
            return question
        options: list[Option] = []
        refused: list[Picture] = []
        for option in question.options:
            kept = self.kept(option.picture, refused)
            options.append(option if kept is option.picture else replace(option, picture=kept))
        made = replace(
            question,
            picture=self.kept(question.picture, refused),
            options=tuple(options),
            children=tuple(self.weighed(child) for child in question.children),
        )
        for one in refused:
            limit = (
                f"all pictures of a file may weigh {MOST_PICTURES_BYTES // MEBIBYTE} MiB together"
            )
            said = in_file(question.file, f"{not_carried('img', one.name)}: {limit}")
            self.skipped.append(
                Skipped(question.line, question.name, said, False, place=question.place)
            )
        return made

    def kept(self, picture: Picture | None, refused: list[Picture]) -> Picture | None:
        if picture is None or picture.content in self.known:
            return picture
        if self.total + len(picture.content) > MOST_PICTURES_BYTES:
            refused.append(picture)
            return None
        self.total += len(picture.content)
        self.known.add(picture.content)
        return picture
