"""Terms of the glossary: whether a reader who meets one can open its meaning."""

import re
from collections.abc import Iterator, Mapping, Sequence

from lms.content.glossary import Term
from lms.content.guards.codes import warning
from lms.content.guards.prose import Read
from lms.content.markdown import term_pattern
from lms.content.problems import Problem

WORD = re.compile(r"\w+")
WORD_GOES_ON = re.compile(r"\w")


class TermFinder:
    """Finds the glossary's terms in texts of one language as `term_pattern` would, the longest first.

    "Joint exercise" holds no "exercise" once it is found. Two terms may share a wording.
    """

    def __init__(self, glossary: Mapping[str, Term], language: str) -> None:
        keys: dict[str, list[str]] = {}
        for key, term in glossary.items():
            for wording in term.wordings(language):
                keys.setdefault(wording.casefold(), []).append(key)
        # Looked up by their first word: a pattern of all wordings would be tried at every letter.
        self._by_first: dict[str, list[tuple[str, list[str]]]] = {}
        for wording in sorted(keys, key=len, reverse=True):
            first = WORD.search(wording)
            if first:
                self._by_first.setdefault(first[0], []).append((wording, keys[wording]))

    def find(self, text: str) -> Iterator[tuple[Sequence[str], int]]:
        """Yield what stands in the text, in order: keys of the terms of a wording, and its place."""
        text = text.casefold()
        end = 0
        for word in WORD.finditer(text):
            if word.start() < end:
                continue
            for first in (word[0], word[0].removesuffix("s")):
                keys, end = self._at(text, word.start(), first)
                if keys:
                    yield keys, word.start()
                    break

    def _at(self, text: str, start: int, first: str) -> tuple[Sequence[str], int]:
        for wording, keys in self._by_first.get(first, ()):
            if text.startswith(wording, start):
                end = start + len(wording)
                end += text.startswith("s", end)
                if not WORD_GOES_ON.match(text, end):
                    return keys, end
        return (), 0


def unlinked_terms(
    reads: Sequence[Read], glossary: Mapping[str, Term], finder: TermFinder
) -> Iterator[Problem]:
    """Warn of terms that a course uses before any lesson of it links them.

    Args:
        reads: the lessons of a course in one language, in order.

    A term that an earlier lesson links is known, and need not be linked again.
    """
    language = reads[0].lesson.language if reads else ""
    known = {key for key, term in glossary.items() if term.is_everyday(language)}
    for read in reads:
        known.update(read.lesson.head.key_terms)
        for block in read.blocks:
            if block.kind == "heading":
                # Headings are never linked.
                continue
            found = [
                (keys, offset + at)
                for offset, piece in block.pieces()
                for keys, at in finder.find(piece)
            ]
            for keys, at in found:
                if known.isdisjoint(keys):
                    key = keys[0]
                    known.add(key)
                    wording = re.split(r"[;؛]", glossary[key].term[language])[0].strip()
                    message = (
                        f"the glossary has {wording!r} ({key}); it is used here, and not linked"
                    )
                    line = block.line_of(at)
                    yield warning(read.lesson.path, line, "term.not-linked", message)


def absent_terms(read: Read, glossary: Mapping[str, Term]) -> Iterator[Problem]:
    """Warn of key terms that stand nowhere in the text, so that nothing links to their meaning."""
    text = "\n".join(
        piece
        for block in read.blocks
        if block.kind != "heading"
        for _offset, piece in block.pieces()
    )
    for at, key in enumerate(read.lesson.head.key_terms):
        wordings = glossary[key].wordings(read.lesson.language) if key in glossary else ()
        if wordings and not term_pattern(wordings).search(text):
            message = f"key_terms: {wordings[0]!r} ({key}) does not stand in the text"
            line = read.lesson.document.line(("key_terms", at))
            yield warning(read.lesson.path, line, "term.not-in-text", message)
