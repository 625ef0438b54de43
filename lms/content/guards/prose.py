"""The words of a text as a reader meets them: blocks and sentences, each with its line.

Citations, code and the checks are left out; they are not read as prose.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from markdown_it.token import Token

from lms.content.courses import Course, Lesson
from lms.content.markdown import CITATION, parser

Kind = Literal["heading", "paragraph", "item", "cell"]

#: A word holds a letter or a digit; what stands inside does not part it: l'eau, follow-up, 1,200.
WORD = re.compile(r"[^\W_]+(?:[’'·.,\-‑/][^\W_]+)*")
#: The end of a sentence: the mark, what closes after it, a space, and what may begin another one.
SENTENCE_END = re.compile(r"[.!?…؟]+[\"'»”’)\]\u00a0\u202f]*\s+(?=[\"'«“‘(\[]*\s*[^\W_a-zß-öø-ÿ])")
#: A point after these is no end: titles, and places in a book or a law.
ABBREVIATION = re.compile(
    r"(?:^|[\s(«“\"'])(?:Dr|Mr|Mrs|Ms|St|No|Nos|Mme|Mlle|M|art|ch|chap|fig|p|pp|s|ss|vol|para|cf)\.$"
)
#: Vowel signs and the lengthening stroke of Arabic, which are no letters.
ARABIC_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670]")


@dataclass(frozen=True)
class Sentence:
    """A sentence, its words and the line on which it begins."""

    text: str
    words: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Block:
    """A stretch of text that stands on its own.

    `text` is what a reader reads, with blanks in the place of citations; `citations` are their
    keys. `starts` are pairs of an offset in `text` and the line of the file that begins there;
    `breaks` are the offsets at which emphasis, code or a line begins or ends. `group` is the number
    of the table or list that the block belongs to, from 1; 0 for none.
    """

    kind: Kind
    text: str
    citations: tuple[str, ...]
    starts: tuple[tuple[int, int], ...]
    breaks: tuple[int, ...] = ()
    group: int = 0

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return self.starts[0][1]

    def line_of(self, offset: int) -> int:
        """Return the line of the file on which a place in the text stands."""
        return next(line for start, line in reversed(self.starts) if start <= offset)

    def pieces(self) -> Iterator[tuple[int, str]]:
        """Yield the stretches between breaks with their offsets: a term is linked within one."""
        for start, end in pairwise([0, *self.breaks, len(self.text)]):
            if start < end:
                yield start, self.text[start:end]

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences in order, without those that have no words."""
        return tuple(
            Sentence(text, words, self.line_of(offset))
            for offset, text in split_sentences(self.text)
            if (words := words_of(text))
        )


@dataclass(frozen=True)
class Read:
    """A lesson of a course as it is read: every guard looks at the same blocks."""

    course: Course
    lesson: Lesson
    blocks: tuple[Block, ...]

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of running text: headings and cells of tables are no sentences."""
        return tuple(
            sentence
            for block in self.blocks
            if block.kind in ("paragraph", "item")
            for sentence in block.sentences
        )

    @property
    def is_original(self) -> bool:
        """Whether the lesson is in the language of the course, and no translation."""
        return self.lesson.language == self.course.language


def read_lessons(course: Course) -> tuple[Read, ...]:
    """Return every lesson of a course in each of its languages: by language, then in order."""
    return tuple(
        Read(course, lesson, blocks_of(lesson.body, lesson.body_line))
        for language in course.languages
        for key in course.lessons
        if (lesson := course.texts[key].get(language)) is not None
    )


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in order, Arabic ones without vowel signs.

    >>> words_of("L'eau coûte 2.5 fois plus, dit-elle.")
    ("L'eau", 'coûte', '2.5', 'fois', 'plus', 'dit-elle')
    """
    return tuple(WORD.findall(ARABIC_MARKS.sub("", text)))


def blocks_of(body: str, first_line: int = 1) -> tuple[Block, ...]:
    """Return the blocks of a markdown text whose first line has that number in its file."""
    return tuple(_blocks(parser().parse(body), first_line))


def split_sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence of a text without line ends, with its offset.

    >>> [one for _, one in split_sentences('She said: "Go." Dr. Mundo left at 7.30 p.m. Why?')]
    ['She said: "Go."', 'Dr. Mundo left at 7.30 p.m.', 'Why?']
    """
    ends = [
        found.end()
        for found in SENTENCE_END.finditer(text)
        if not ABBREVIATION.search(text[: found.end()].rstrip())
    ]
    for start, end in pairwise([0, *ends, len(text)]):
        if text[start:end].strip():
            yield start, text[start:end].strip()


def _blocks(tokens: Sequence[Token], first_line: int) -> Iterator[Block]:
    heading = False
    lists = tables = groups = 0
    line = first_line
    for token in tokens:
        if token.map:
            line = first_line + token.map[0]
        if token.type.endswith("_list_open"):
            groups += not lists
            lists += 1
        elif token.type.endswith("_list_close"):
            lists -= 1
        elif token.type in ("table_open", "table_close"):
            groups += token.nesting > 0
            tables += token.nesting
        elif token.type in ("heading_open", "heading_close"):
            heading = token.nesting > 0
        elif token.type == "inline":
            kind: Kind = (
                "cell" if tables else "item" if lists else "heading" if heading else "paragraph"
            )
            yield _block(kind, token, line, groups if tables or lists else 0)


def _block(kind: Kind, token: Token, line: int, group: int) -> Block:
    text, starts, breaks = "", [(0, line)], []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            text += " "
            line += 1
            starts.append((len(text), line))
        elif child.type in ("text", "code_inline"):
            breaks.append(len(text))
            text += child.content
    keys = tuple(found[1] for found in CITATION.finditer(text))
    text = CITATION.sub(lambda found: " " * len(found[0]), text)
    return Block(kind, text, keys, tuple(starts), tuple(breaks), group)
