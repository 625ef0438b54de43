"""Length of lessons and sentences, and how hard they are to read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.content.courses import Lesson
from lms.content.guards.codes import warning
from lms.content.guards.limits import limits_of
from lms.content.guards.prose import Read, Sentence, blocks_of, split_sentences, words_of
from lms.content.guards.readability import ease, measure_of
from lms.content.problems import Problem
from lms.content.reader import Document, Where
from lms.content.texts import Texts

#: A text by language, and its place in its file.
Placed = tuple[Where, Texts]
PARTS = re.compile("[;؛]")
#: Below this many sentences a mean says little.
FEW_SENTENCES = 10


@dataclass(frozen=True)
class LessonMeasures:
    """What a lesson is in numbers.

    Args:
        words: without head, checks and citations.
        mean_sentence: words, of running text; 0 where there is none.
        longest: the longest sentence of running text, if there is any.
        ease: by the measure of the language; None for a language without one, or few sentences.
        band: the word for it, such as "fairly easy".
    """

    lesson: Lesson
    words: int
    mean_sentence: float
    longest: Sentence | None
    ease: float | None
    band: str | None


def measure(read: Read) -> LessonMeasures:
    """Measure a lesson in its language."""
    lengths = [len(sentence.words) for sentence in read.sentences]
    formula = measure_of(read.lesson.language)
    value = None
    if formula is not None and len(lengths) >= FEW_SENTENCES:
        value = ease(read.lesson.language, [sentence.words for sentence in read.sentences])
    return LessonMeasures(
        lesson=read.lesson,
        words=sum(len(words_of(block.text)) for block in read.blocks),
        mean_sentence=sum(lengths) / len(lengths) if lengths else 0.0,
        longest=max(read.sentences, key=lambda one: len(one.words), default=None),
        ease=value,
        band=formula.band(value) if formula is not None and value is not None else None,
    )


def lesson_length(measures: LessonMeasures) -> Iterator[Problem]:
    """Warn of a lesson that is too short or too long."""
    lesson, words = measures.lesson, measures.words
    limits = limits_of(lesson.language)
    if words < limits.shortest:
        found = f"{words} words; at least {limits.shortest} are expected"
        yield warning(lesson.path, lesson.body_line, "lesson.short", found)
    elif words > limits.longest:
        found = f"{words} words; at most {limits.longest} are expected"
        yield warning(lesson.path, lesson.body_line, "lesson.long", found)


def sentence_length(read: Read, measures: LessonMeasures) -> Iterator[Problem]:
    """Warn of each sentence that is too long, and of a lesson whose sentences are long on average."""
    lesson, limits = read.lesson, limits_of(read.lesson.language)
    for sentence in read.sentences:
        if len(sentence.words) > limits.sentence:
            found = _long_sentence(sentence.text, len(sentence.words), limits.sentence)
            yield warning(lesson.path, sentence.line, "sentence.long", found)
    mean = measures.mean_sentence
    if len(read.sentences) >= FEW_SENTENCES and mean > limits.mean_sentence:
        found = f"sentences have {mean:.1f} words on average; at most {limits.mean_sentence}"
        yield warning(lesson.path, lesson.body_line, "sentence.mean", found)


def readability(measures: LessonMeasures) -> Iterator[Problem]:
    """Warn of a lesson that is hard to read by the measure of its language."""
    lesson, value, longest = measures.lesson, measures.ease, measures.longest
    formula = measure_of(lesson.language)
    if formula is None or value is None or longest is None or not formula.is_hard(value):
        return
    side = "at least" if formula.high_is_easy else "at most"
    found = (
        f"{formula.name} {value:.0f} ({measures.band}); {side} {formula.limit:g} is read with ease "
        f"at B1 to B2; the longest sentence is on line {longest.line}"
    )
    yield warning(lesson.path, lesson.body_line, "readability.hard", found)


def text_sentences(texts: Sequence[Placed], document: Document) -> Iterator[Problem]:
    """Warn of long sentences in the texts of a YAML file, in each of their languages.

    What has line ends is read as markdown. A semicolon parts as a full stop does: in notes, options
    and tasks it stands between the points of a list.
    """
    for where, versions in texts:
        for language, text in versions.items():
            limit = limits_of(language).sentence
            if len(text) <= 2 * limit:
                # Too few letters for so many words.
                continue
            line = document.line((*where, language))
            for sentence in _sentences(text, line):
                for part in PARTS.split(sentence.text):
                    length = len(words_of(part))
                    if length > limit:
                        found = _long_sentence(part, length, limit)
                        yield warning(document.path, sentence.line, "sentence.long", found)


def _sentences(text: str, line: int) -> Iterator[Sentence]:
    """Sentences of a text whose key stands on that line; one with line ends begins below it."""
    if "\n" in text:
        for block in blocks_of(text, line + 1):
            yield from block.sentences
    else:
        for _offset, sentence in split_sentences(text):
            yield Sentence(sentence, (), line)


def _long_sentence(text: str, words: int, limit: int) -> str:
    return f"a sentence of {words} words, at most {limit}: {' '.join(text.split())[:50]}…"
