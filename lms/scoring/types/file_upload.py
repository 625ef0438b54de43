"""A file handed in, looked at and marked by people; its bytes are kept elsewhere."""

import json
import re
from collections.abc import Mapping
from typing import Any

from lms.scoring.hand import marking_problems, rating_lines, shown_criteria
from lms.scoring.presentation import Control, Presentation, ReviewLine, asked
from lms.scoring.question import (
    UNANSWERED,
    Mark,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    UnusableAnswer,
    one_answer,
    pending,
)
from lms.scoring.types.open import WithoutOptions

ENDING = re.compile(r"[a-z0-9]{1,10}")
SHA256 = re.compile(r"[0-9a-f]{64}")
MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")
LONGEST_NAME = 255
MEBIBYTE = 1024 * 1024
#: The largest file that anybody hands in, whatever a question says: a photo or a scan over a slow link. The site
#: takes no more in a request than so many of them as a page may ask for.
LARGEST_BYTES = 8 * MEBIBYTE
#: Questions for files that may stand on one page: they are sent together.
FILES_A_PAGE = 5


class FileUpload(WithoutOptions):
    """Marked by one or two people, by the criteria of the question (`lms.scoring.hand`).

    Field ``answer``: a JSON object that the **site** writes once it has taken and kept the file,
    with ``name``, ``size`` in bytes, ``sha256`` and ``media_type``. What a browser sends under
    that name is never passed on, or somebody could claim another's file by its hash. Response
    ``{"file": {…}}`` with the same four. Detail: once it is marked, ``ratings`` by criterion.
    """

    name = "file_upload"
    marked_by_hand = True
    asks = True

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults in criteria, markers, ``accept`` (endings) and ``max_bytes``."""
        found = marking_problems(spec)
        accept = spec.get("accept")
        if not isinstance(accept, list) or not accept:
            message = "give the endings of files that are accepted, such as [pdf, jpg]"
            found.append(SpecProblem(("accept",), "question.bad-accept", message))
        else:
            for at, ending in enumerate(accept):
                if not isinstance(ending, str) or not ENDING.fullmatch(ending):
                    message = "an ending is small letters and digits without a dot, such as pdf"
                    found.append(SpecProblem(("accept", at), "question.bad-accept", message))
        size = spec.get("max_bytes")
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= LARGEST_BYTES:
            message = (
                f"max_bytes is a whole number from 1 to {LARGEST_BYTES}: "
                f"the site takes no file of more than {LARGEST_BYTES // MEBIBYTE} MiB"
            )
            found.append(SpecProblem(("max_bytes",), "question.bad-size", message))
        return found

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return what is known of the file.

        Raises:
            UnusableAnswer: ``answer.not-a-file`` for anything but such an object,
                ``answer.file-kind``, ``answer.file-empty``, ``answer.file-too-large``.
        """
        written = one_answer(submitted)
        if written is None:
            return None
        try:
            file = json.loads(written)
        except (ValueError, RecursionError):
            file = None
        if not isinstance(file, dict) or not _is_file(file):
            raise UnusableAnswer("answer.not-a-file", written)
        ending = file["name"].rpartition(".")[2].casefold()
        if "." not in file["name"] or ending not in spec["accept"]:
            raise UnusableAnswer("answer.file-kind", file["name"])
        if not file["size"]:
            raise UnusableAnswer("answer.file-empty", file["name"])
        if file["size"] > largest_of(spec):
            raise UnusableAnswer("answer.file-too-large", file["name"])
        return {"file": {name: file[name] for name in ("name", "size", "sha256", "media_type")}}

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Return a mark that is pending; nothing handed in is worth nothing at once."""
        return UNANSWERED if response is None else pending({})

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return an empty mapping: there is nothing to arrange."""
        return {}

    def right_answer(self, spec: Spec) -> Response:
        """Return a small file that would be taken."""
        return {
            "file": {
                "name": f"answer.{spec['accept'][0]}",
                "size": 1,
                "sha256": "0" * 64,
                "media_type": "application/octet-stream",
            }
        }

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return a field for a file; its value is the object described above."""
        values = (json.dumps(response["file"], ensure_ascii=False),) if response else ()
        return asked(
            spec,
            Control(
                "file",
                "answer",
                values=values,
                accept=tuple(spec["accept"]),
                max_bytes=largest_of(spec),
            ),
            criteria=shown_criteria(spec),
        )

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return the name of the file, then a line for each criterion with the level given."""
        given = response["file"]["name"] if response else None
        line = ReviewLine("answer", chosen=response is not None, given=given)
        return (line, *rating_lines(spec, mark))

    def formula_of(self, spec: Spec) -> str:
        """Return ``file_upload``, or ``file_upload.criteria`` where it is marked by criteria."""
        return "file_upload.criteria" if spec.get("criteria") else self.name

    def guess_share(self, spec: Spec) -> None:
        """Return None: people mark it."""


def largest_of(spec: Spec) -> int:
    """Return how many bytes a file may have: as the question says, and never more than the site takes.

    Questions that were asked under an earlier release may say more.
    """
    return min(spec["max_bytes"], LARGEST_BYTES)


def _is_file(file: Mapping[str, Any]) -> bool:
    name, size = file.get("name"), file.get("size")
    digest, media_type = file.get("sha256"), file.get("media_type")
    return (
        isinstance(name, str)
        and 0 < len(name) <= LONGEST_NAME
        and name.isprintable()
        and not set(name) & set("/\\")
        and isinstance(size, int)
        and not isinstance(size, bool)
        and size >= 0
        and isinstance(digest, str)
        and SHA256.fullmatch(digest) is not None
        and isinstance(media_type, str)
        and MEDIA_TYPE.fullmatch(media_type) is not None
    )
