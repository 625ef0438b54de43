"""What the check warns of in lessons: length, sentences, acronyms, sources, references, terms."""

import pytest

from lms.content.inspection import inspect

LESSON = "curricula/safe-wells/en/01-why-wells-fail.md"
FRENCH = "curricula/safe-wells/fr/01-why-wells-fail.md"
COURSE = "curricula/safe-wells/course.yaml"
GLOSSARY = "curricula/glossary.yaml"
HEAD = """\
---
title: Why wells fail
minutes: 15
key_terms: [{terms}]
sources: [{sources}]
---
"""
CHECK = "\n```check\nc90-c01\n```\n"
#: The line on which the body begins.
FIRST = 7


def write(tree, body, *, terms="", sources="", file=LESSON):
    """Give a lesson another body, the check behind it."""
    tree.write(file, HEAD.format(terms=terms, sources=sources) + body + "\n" + CHECK)


def warned(tree, code, file=LESSON):
    """Line and message of every warning of a code in a file."""
    return [
        (one.line, one.message)
        for one in inspect(tree.roots).warnings
        if one.code == code and one.path == tree.path(file)
    ]


def lines(tree, code, file=LESSON):
    return [line for line, _message in warned(tree, code, file)]


def sentence(words):
    """A sentence of that many easy words."""
    return "We " + " ".join(["go"] * (words - 1)) + "."


@pytest.mark.parametrize(
    ("words", "code"),
    [(590, "lesson.short"), (600, None), (1200, None), (1210, "lesson.long")],
)
def test_an_english_lesson_has_600_to_1200_words(tree, words, code):
    write(tree, "\n\n".join([sentence(10)] * (words // 10)))

    found = lines(tree, "lesson.short"), lines(tree, "lesson.long")

    assert found == ([FIRST] * (code == "lesson.short"), [FIRST] * (code == "lesson.long"))


def test_citations_and_checks_are_no_words(tree):
    write(tree, "\n\n".join([sentence(10)[:-1] + " [WASH-12]."] * 59), sources="WASH-12")

    assert warned(tree, "lesson.short")[0][1].startswith("590 words")


def test_a_sentence_beyond_the_limit_is_named_with_its_own_line(tree):
    write(tree, f"{sentence(28)}\n{sentence(29)}\n\n| a |\n| - |\n| {sentence(40)} |")

    found = warned(tree, "sentence.long")

    # The cell of a table is no sentence.
    assert [line for line, _message in found] == [FIRST + 1]
    assert "29 words, at most 28" in found[0][1]


def test_a_french_sentence_may_be_longer_than_an_english_one(tree):
    write(tree, f"{sentence(32)}\n\n{sentence(33)}", file=FRENCH)

    assert lines(tree, "sentence.long", FRENCH) == [FIRST + 2]


def test_sentences_that_are_long_on_average_are_told_once(tree):
    write(tree, " ".join([sentence(19)] * 10))
    assert lines(tree, "sentence.mean") == [FIRST]

    write(tree, " ".join([sentence(18)] * 10))
    assert lines(tree, "sentence.mean") == []


def test_a_lesson_of_heavy_words_is_hard_to_read(tree):
    heavy = "Administrative responsibilities necessitate organizational accountability mechanisms."
    write(tree, " ".join([heavy] * 10))
    found = warned(tree, "readability.hard")
    assert [line for line, _message in found] == [FIRST]
    assert found[0][1].startswith("Flesch reading ease -")

    write(tree, " ".join(["The clerk writes the date on the list and tells the chair."] * 10))
    assert warned(tree, "readability.hard") == []


@pytest.mark.parametrize(
    "text",
    [
        "The market women's association (MWA) pays. MWA members agree.",
        "The MWA (market women's association) pays.",
        "A list of events (in English MSEL) is written.",
        "The list (master scenario events list, in short MSEL) is written.",
        "It is a memorandum of understanding (MoU). Two MoUs are signed.",
        "HSEEP is the Homeland Security Exercise and Evaluation Program. Use it.",
        "HSEEP est un programme (Homeland Security Exercise and Evaluation Program).",
        "Send an SMS to the UN or listen to FM.",
        "Chapter IV says so.",
        "Write NEW on it. A new file is made.",
        "The letter has the number LUM/2/118.",
        "Indicator PI-05 is met.",
        "It costs US$200.",
    ],
)
def test_letters_that_are_explained_or_no_acronym(tree, text):
    write(tree, text)

    assert warned(tree, "acronym.unexplained") == []


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("The MWA pays.", "MWA"),
        ("The MWA pays. The market women's association (MWA) agrees.", "MWA"),
        ("Sign the MoU.", "MoU"),
        ("HSEEP helps. Ask the Homeland Security Exercise and Evaluation Program.", "HSEEP"),
        ("Ask the NGOs.", "NGO"),
        ("The WHO counts them. Who else?", "WHO"),
    ],
)
def test_letters_without_words_are_named_once(tree, text, letters):
    write(tree, f"One line.\n\n{text} {text}")

    assert warned(tree, "acronym.unexplained") == [
        (FIRST + 2, f"{letters} is not explained at its first use")
    ]


def test_a_year_wants_a_source_beside_it(tree):
    write(tree, "The law of 2004 holds.\n\nThe law of 2010 holds [WASH-12].", sources="WASH-12")

    assert warned(tree, "citation.none") == [(FIRST, "2004 has no source beside it")]


@pytest.mark.parametrize("fact", ["resolution 1325", "article 9", "المادة 9", "principe 3"])
def test_so_do_a_resolution_and_an_article(tree, fact):
    write(tree, f"It is in {fact}.")

    assert lines(tree, "citation.none") == [FIRST]


@pytest.mark.parametrize(
    "text",
    [
        # The list, or the sentence before it, has the source.
        "Two dates:\n\n- 2004, the law\n- 2010, the change [WASH-12]",
        "Two dates [WASH-12]:\n\n- 2004, the law\n- 2010, the change",
        # Cited once, it may be said again.
        "The law of 2004 [WASH-12].\n\n::: remember\nThe law is of 2004.\n:::",
        # A time, a sum, a number of a letter.
        "At 18:00 we had 2,012 people, letter 4/2004 [WASH-12].",
        "A tank of 2000 litres for 1900 people; خزان سعته 2000 لتر.",
    ],
)
def test_what_has_its_source_already(tree, text):
    write(tree, text, sources="WASH-12")

    assert warned(tree, "citation.none") == []


def test_a_source_in_the_head_is_cited_in_the_text(tree):
    write(tree, "A text.", sources="WASH-12")

    assert lines(tree, "citation.not-used") == [5]


def test_a_source_of_the_course_is_cited_somewhere(tree):
    old = "sources:                                # what lessons cite, by key in capitals\n"
    tree.change(COURSE, old, old + "  OLD-01: {title: Nobody cites me}\n")

    assert warned(tree, "citation.unused-source", COURSE) == [(18, "sources: nothing cites OLD-01")]


def test_a_translation_keeps_the_sources_of_the_original(tree):
    tree.change(FRENCH, " [WASH-12 ch. 2]", "")

    assert lines(tree, "citation.lost", FRENCH) == [8]


def test_a_translated_lesson_says_who_reviewed_it(tree):
    tree.change(FRENCH, "review: machine-drafted, awaiting a native reviewer\n", "")

    assert lines(tree, "translation.unmarked", FRENCH) == [1]
    assert lines(tree, "translation.unmarked") == []


def test_other_files_say_it_under_translations(tree):
    survey = "assessments/surveys/well-users.yaml"
    place = tree.change(
        survey, "Do you know the caretaker?", "X, fr: Connaissez-vous la gardienne ?"
    )
    assert [warned(tree, "translation.unmarked", survey)[0][0]] == [place[1]]

    tree.change(
        survey,
        "anonymous:",
        'translations: {fr: {review: "by nobody", of_version: "2026.1"}}\nanonymous:',
    )
    assert warned(tree, "translation.unmarked", survey) == []


def test_a_title_alone_may_stand_in_more_languages(tree):
    tree.change(
        "assessments/surveys/well-users.yaml", "{en: Well users}", "{en: Well users, fr: Usagers}"
    )

    assert warned(tree, "translation.unmarked", "assessments/surveys/well-users.yaml") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("See course C91.", "there is no C91"),
        ("Exercise EX91 tests it.", "there is no EX91"),
        ("The survey asks it (WU-09).", "there is no WU-09"),
        ("It builds WELLS-07.", "there is no WELLS-07"),
        ("See lesson 2.", "C90 has no lesson 2"),
        ("See lesson 3 of course C90.", "C90 has no lesson 3"),
        ("Voir la leçon 2.", "C90 has no lesson 2"),
        ("انظروا الدرس 2.", "C90 has no lesson 2"),
        ("See [above](#h-not-there).", "no heading of this lesson is #h-not-there"),
    ],
)
def test_a_reference_that_leads_nowhere(tree, text, message):
    write(tree, f"A line.\n\n{text}")

    assert warned(tree, "reference.dead") == [(FIRST + 2, message)]


@pytest.mark.parametrize(
    "text",
    [
        "See course C90, lesson 1.",
        "Exercise EX90 and item WU-02.",
        "A road B12, a form A4, item 7.",
        "## Here\n\nSee [here](#h-here).",
    ],
)
def test_a_reference_that_leads_somewhere(tree, text):
    write(tree, text)

    assert warned(tree, "reference.dead") == []


def test_a_term_of_the_glossary_is_linked_where_the_course_first_uses_it(tree):
    write(tree, "A line.\n\nEach water point has a box. Two water points have none.")
    found = warned(tree, "term.not-linked")
    assert [line for line, _message in found] == [FIRST + 2]
    assert "'water point' (water-point)" in found[0][1]

    write(tree, "Each water point has a box.", terms="water-point")
    assert warned(tree, "term.not-linked") == []


def test_a_term_that_an_earlier_lesson_linked_is_known(tree):
    write(tree, "Each water point has a box.", terms="water-point")
    tree.change(COURSE, "lessons: [01-why-wells-fail]", "lessons: [01-why-wells-fail, 02-more]")
    second = "curricula/safe-wells/en/02-more.md"
    tree.write(second, HEAD.format(terms="", sources="") + "A water point again.\n")

    assert warned(tree, "term.not-linked", second) == []


def test_an_everyday_word_and_a_part_of_a_longer_term_need_no_link(tree):
    more = """\
  - key: point
    term: {en: point}
    meaning: {en: a place}
  - key: water
    everyday: true
    term: {en: water}
    meaning: {en: what people drink}
"""
    tree.write(GLOSSARY, tree.path(GLOSSARY).read_text(encoding="utf-8") + more)
    write(tree, "Fetch water at the water point.", terms="water-point")

    assert warned(tree, "term.not-linked") == []


def test_a_key_term_stands_in_the_text(tree):
    write(tree, "A text about pumps.", terms="water-point")

    assert warned(tree, "term.not-in-text") == [
        (4, "key_terms: 'water point' (water-point) does not stand in the text")
    ]


def test_a_term_is_looked_for_where_it_would_be_linked(tree):
    # A letter stands before it, and the emphasis between the two makes it a word of its own.
    write(tree, "Jeder**water point** counts.", terms="water-point")
    assert warned(tree, "term.not-in-text") == []

    write(tree, "A **water** point counts.")
    assert warned(tree, "term.not-linked") == []


def test_texts_of_other_files_have_short_sentences_too(tree):
    place = tree.change(
        COURSE, "  en: Write a maintenance list for two wells.", f"  en: {sentence(29)}"
    )
    assert lines(tree, "sentence.long", COURSE) == [place[1]]

    # Between points of a list stands a semicolon.
    tree.change(COURSE, sentence(29), f"{sentence(20)[:-1]}; {sentence(20)}")
    assert lines(tree, "sentence.long", COURSE) == []


def test_a_long_sentence_of_a_markdown_text_has_its_own_line(tree):
    place = tree.change(
        COURSE,
        "  en: Write a maintenance list for two wells.",
        f"  en: |\n    A line.\n\n    {sentence(29)}",
    )

    assert lines(tree, "sentence.long", COURSE) == [place[1] + 3]
