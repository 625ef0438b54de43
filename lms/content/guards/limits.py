"""Where a warning begins: lengths by language, argued for B1 to B2 readers on a phone.

English comes from the writing guide of the curriculum (600 to 1,200 words a lesson, sentences of 8
to 18 words): 28 words is the longest sentence that the guide's authors allowed themselves. The
other languages say the same with other numbers of words. In the first 35 lessons that ship in all
three, French took 1.08 words and Arabic 0.80 for an English one, and a sentence had 10.8 words in
English, 12.0 in French and 8.7 in Arabic. The limits below are the English ones times these ratios.

Readability: 60 is where plain English ends on the scale of Flesch; the shipped lessons lie between
72 and 89. Their French translations lie 3 to 5 points higher on the same scale, so 65 is as hard
there as 60 in English. Arabic lessons have a LIX of 20 to 32, mean 24 and standard deviation 3; an
English 60 lies five standard deviations from the English mean, and 40 does in Arabic.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Words: of a lesson at least and at most, of a sentence at most, of the mean sentence at most."""

    shortest: int
    longest: int
    sentence: int
    mean_sentence: int


LIMITS = {
    "en": Limits(shortest=600, longest=1200, sentence=28, mean_sentence=18),
    "fr": Limits(shortest=650, longest=1300, sentence=32, mean_sentence=20),
    "ar": Limits(shortest=480, longest=960, sentence=23, mean_sentence=15),
}
#: For a language that nobody has measured yet: the widest of those above.
UNMEASURED = Limits(shortest=480, longest=1300, sentence=32, mean_sentence=20)


def limits_of(language: str) -> Limits:
    """Return the limits of a language, those of its base where it is a variety (``fr-CA``)."""
    return LIMITS.get(language.split("-")[0], UNMEASURED)
