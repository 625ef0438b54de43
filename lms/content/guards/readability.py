"""How hard a text is to read, by formulas that were published for its language.

A formula sees the length of sentences and words, and nothing of sense or order. It finds the lesson
that is heavier than its neighbours; it does not say that a lesson is clear.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

VOWELS_EN = re.compile(r"[aeiouy]+")
#: Endings that are written and not spoken: come, table's e, asked, names.
MUTE_EN = re.compile(r"(?:[^aeiouyl]e|[aeiouy]le|[^aeiouytd]ed|[^aeiouysxzcglh]es)$")
VOWELS_FR = re.compile(r"é|[aàâäeèêëîïioôöuùûüyœæ]+")
MUTE_FR = re.compile(r"[^aàâäeèêëîïioôöuùûüyœæ]es?$")

#: A language of lessons has some ten thousand different words, each of them met many times.
MANY_WORDS = 16_384


@dataclass(frozen=True)
class Measure:
    """A formula for a language: its name, the limit of what is warned of, and its bands.

    `bands` are pairs of a bound and a word, the easiest first: a text that reaches the bound, from
    above where high values are easy, from below where they are hard, is in the band.
    """

    name: str
    limit: float
    high_is_easy: bool
    bands: tuple[tuple[float, str], ...]

    def is_hard(self, value: float) -> bool:
        """Whether a value lies beyond the limit."""
        return value < self.limit if self.high_is_easy else value > self.limit

    def band(self, value: float) -> str:
        """Return the word for a value."""
        for bound, word in self.bands:
            if value >= bound if self.high_is_easy else value < bound:
                return word
        return "very difficult"


#: Flesch (1948), table 5; Kandel and Moles keep his scale.
FLESCH_BANDS = (
    (90.0, "very easy"),
    (80.0, "easy"),
    (70.0, "fairly easy"),
    (60.0, "standard"),
    (50.0, "fairly difficult"),
    (30.0, "difficult"),
)
#: Björnsson (1983), for Swedish: children's books, fiction, newspapers, non-fiction, officialese.
LIX_BANDS = ((30.0, "very easy"), (40.0, "easy"), (50.0, "standard"), (60.0, "difficult"))
#: By language; the limits are argued for in `lms.content.guards.limits`.
MEASURES = {
    "en": Measure("Flesch reading ease", 60, high_is_easy=True, bands=FLESCH_BANDS),
    "fr": Measure("Kandel-Moles reading ease", 65, high_is_easy=True, bands=FLESCH_BANDS),
    "ar": Measure("LIX", 40, high_is_easy=False, bands=LIX_BANDS),
}


def flesch(words: int, sentences: int, syllables: int) -> float:
    """Return the reading ease of an English text, about 0 (hard) to 100 (easy).

    60 to 70 is plain English, read with ease after eight or nine years at school.

    >>> round(flesch(words=100, sentences=10, syllables=140), 3)
    78.245

    Raises:
        ValueError: no words or no sentences.
    Source: Flesch (1948), A new readability yardstick, Journal of Applied Psychology 32, 221-233.
    """
    _ensure_text(words, sentences)
    return 206.835 - 1.015 * words / sentences - 84.6 * syllables / words


def kandel_moles(words: int, sentences: int, syllables: int) -> float:
    """Return the reading ease of a French text, on the scale of Flesch.

    French words have more syllables, so that a syllable weighs less.

    >>> round(kandel_moles(words=100, sentences=8, syllables=160), 4)
    76.5525

    Raises:
        ValueError: no words or no sentences.
    Source: Kandel & Moles (1958), Application de l'indice de Flesch à la langue française, Cahiers
    d'études de radio-télévision 19, 253-274.
    """
    _ensure_text(words, sentences)
    return 207 - 1.015 * words / sentences - 73.6 * syllables / words


def lix(words: int, sentences: int, long_words: int) -> float:
    """Return the *läsbarhetsindex*: words a sentence plus long words in a hundred; high is hard.

    It counts letters and no syllables, so it does without the vowels that Arabic leaves unwritten.
    Björnsson tested it on eleven languages, and Arabic was not among them: article and small words
    are written there as part of the next word. So compare Arabic texts with one another; the limit
    comes from our own lessons, and is not his band.

    >>> lix(words=100, sentences=10, long_words=30)
    40.0

    Raises:
        ValueError: no words or no sentences.
    Source: Björnsson (1983), Readability of newspapers in 11 languages, Reading Research Quarterly
    18, 480-497. A long word has more than six letters.
    """
    _ensure_text(words, sentences)
    return words / sentences + 100 * long_words / words


@lru_cache(maxsize=MANY_WORDS)
def syllables_en(word: str) -> int:
    """Return about how many syllables an English word has, at least 1: its groups of vowels.

    On the shipped lessons the mean is 1.36 a word, as by the CMU Pronouncing Dictionary; 94 of 100
    different words are right. "area" and "something" are among the others.

    >>> [syllables_en(word) for word in ("the", "asked", "visited", "table", "houses", "follow-up")]
    [1, 1, 3, 2, 2, 3]
    """
    return sum(_syllables_en(part) for part in re.split(r"[^a-z]+", word.casefold())) or 1


@lru_cache(maxsize=MANY_WORDS)
def syllables_fr(word: str) -> int:
    """Return about how many syllables a French word has as it is spoken, at least 1.

    >>> [syllables_fr(word) for word in ("eau", "commune", "l'autorité", "jusqu'ici", "théâtre")]
    [1, 2, 4, 3, 2]
    """
    return sum(_syllables_fr(part) for part in re.split(r"[^a-zà-ÿœæ]+", word.casefold())) or 1


def measure_of(language: str) -> Measure | None:
    """Return the measure of a language, of its base where it is a variety; None where it has none."""
    return MEASURES.get(language.split("-")[0])


def ease(language: str, sentences: Sequence[Sequence[str]]) -> float | None:
    """Return how hard sentences are by the measure of their language; None where it has none.

    Args:
        sentences: the words of each, at least one in all.

    Raises:
        ValueError: there are no sentences or no words.
    """
    words = [word for sentence in sentences for word in sentence]
    language = language.split("-")[0]
    if language == "en":
        return flesch(len(words), len(sentences), sum(map(syllables_en, words)))
    if language == "fr":
        return kandel_moles(len(words), len(sentences), sum(map(syllables_fr, words)))
    if language == "ar":
        return lix(len(words), len(sentences), sum(len(word) > 6 for word in words))
    return None


def _syllables_en(part: str) -> int:
    groups = len(VOWELS_EN.findall(part))
    return max(1, groups - bool(MUTE_EN.search(part))) if groups else 0


def _syllables_fr(part: str) -> int:
    spoken = part.replace("qu", "q")
    groups = len(VOWELS_FR.findall(spoken))
    return max(1, groups - bool(MUTE_FR.search(spoken))) if groups else 0


def _ensure_text(words: int, sentences: int) -> None:
    if words < 1 or sentences < 1:
        raise ValueError("a text without words has no readability")
