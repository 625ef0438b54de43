"""What stands in a book, in both formats: order, links, letters, and nothing that runs."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pypdf
import pytest
from books.reading import XHTML, archive_of, bare, dead_links, documents_of, pages_of
from lxml import etree
from PIL import Image

from factories.books import DRAWING, make_book
from lms.plugins import BookLesson, BookPicture, ExportFailed
from lms.plugins.conformance import check_exporter
from lms_plugins.course_book.chapters import chapters, texts_of
from lms_plugins.course_book.epub import OPS, CourseEpub
from lms_plugins.course_book.pdf import CoursePdf

PACKAGE = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}


def package_of(artifact):
    return etree.fromstring(archive_of(artifact).read("EPUB/package.opf"))


def picture(name="well.png", kind="PNG"):
    made = io.BytesIO()
    Image.new("RGB", (900, 300), "#0f4c4a").save(made, kind)
    return BookPicture(name, f"image/{kind.lower()}", made.getvalue())


def chapter_of(book, key):
    return next(part for part in chapters(book) if part.key == key)


def pieces(element):
    return [text.strip() for text in element.itertext() if text.strip()]


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw"])
@pytest.mark.parametrize("exporter", [CoursePdf(), CourseEpub()], ids=["pdf", "epub"])
def test_both_formats_conform_in_every_language_and_tell_their_progress(exporter, language):
    told = []
    check_exporter(exporter, make_book(language))
    exporter.render(make_book(language), {}, told.append)

    assert told == sorted(told)
    assert told[-1] == 100


# What stands where.


def test_the_chapters_stand_in_the_order_of_learning():
    parts = chapters(make_book())

    assert [part.key for part in parts] == [
        *("about", "lesson-01", "lesson-02", "scenario", "task"),
        *("answers", "terms", "sources", "licence"),
    ]


def test_what_a_course_does_not_have_takes_no_chapter():
    bare_book = make_book(
        scenario="",
        task="",
        terms=(),
        sources=(),
        lessons=(BookLesson("01-a", "A", "en", "5 minutes", ("<p>Text.</p>",)),),
    )

    assert [part.key for part in chapters(bare_book)] == ["about", "lesson-01", "licence"]


def test_answers_stand_at_the_end_and_not_beside_their_questions():
    lesson, answers = chapter_of(make_book(), "lesson-01"), chapter_of(make_book(), "answers")

    asked = lesson.body.find(".//div[@class='check']")
    assert pieces(asked) == [
        "Check your understanding 1",
        "What fills a well?",
        "A. Song",
        "B. Rain",
    ]
    assert "B. Rain" in texts_of(answers.body)
    assert "A. Song" not in texts_of(answers.body)
    assert "13 litres" in texts_of(answers.body)
    assert "13 litres" not in texts_of(chapter_of(make_book(), "lesson-02").body)
    assert asked.find(".//a").get("href") == "answers.xhtml#answer-1"
    assert [a.get("href") for a in answers.body.iter("a")] == [
        "lesson-01.xhtml#check-1",
        "lesson-02.xhtml#check-2",
    ]


def test_options_have_the_letters_of_the_language():
    asked = chapter_of(make_book("ar"), "lesson-01").body.find(".//div[@class='check']")

    assert pieces(asked)[-2:] == ["أ. Song", "ب. Rain"]


def test_a_rubric_names_each_level_of_each_criterion():
    told = pieces(chapter_of(make_book(), "task").body)

    assert told[-5:] == ["The rope", "not yet", "– not seen", "meets", "– tried"]


def test_links_lead_to_terms_sources_and_headings_or_are_no_links():
    lesson = chapter_of(make_book(), "lesson-01")

    links = {texts_of(a): a.get("href") for a in lesson.body.iter("a")}
    assert links["rain"] == "terms.xhtml#term-rain"
    assert links["[WELL]"] == "sources.xhtml#source-WELL"
    assert links["below"] == "#part-1"
    assert links["what is gone"] is None
    assert lesson.headings == (("part-1", "A second part"),)


# The EPUB.


def test_the_archive_says_first_and_uncompressed_what_it_is_and_has_one_time():
    made = CourseEpub().render(make_book(), {})
    entries = archive_of(made).infolist()

    assert made.content[30:58] == b"mimetypeapplication/epub+zip"
    assert entries[0].compress_type == zipfile.ZIP_STORED
    assert {entry.compress_type for entry in entries[1:]} == {zipfile.ZIP_DEFLATED}
    assert {entry.date_time for entry in entries} == {(2026, 3, 2, 9, 30, 0)}


def test_a_date_before_archives_had_dates_is_no_fault():
    made = CourseEpub().render(make_book(made_at=datetime(1970, 1, 1, tzinfo=UTC)), {})

    assert archive_of(made).infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


@pytest.mark.parametrize(("language", "way"), [("en", "ltr"), ("ar", "rtl")])
def test_language_and_direction_stand_in_the_package_and_on_every_page(language, way):
    made = CourseEpub().render(make_book(language), {})

    package = package_of(made)
    assert package.findtext(".//dc:language", namespaces=PACKAGE) == language
    spine = package.find("opf:spine", PACKAGE)
    assert spine.get("page-progression-direction") == way
    pages = documents_of(made)
    assert {(root.get("lang"), root.get("dir")) for root in pages.values()} >= {(language, way)}
    # The second lesson is not translated: it keeps its language and says so.
    assert (pages["lesson-02.xhtml"].get("lang"), pages["lesson-02.xhtml"].get("dir")) == (
        "en",
        "ltr",
    )
    told = "This lesson is not translated yet." in "".join(pages["lesson-02.xhtml"].itertext())
    assert told == (language != "en")


def test_the_package_says_whom_the_book_serves_and_what_may_be_done_with_it():
    package = package_of(CourseEpub().render(make_book(), {}))
    said = {}
    for meta in package.iter(f"{{{PACKAGE['opf']}}}meta"):
        said.setdefault(meta.get("property"), []).append(meta.text)

    assert said["schema:accessMode"] == ["textual", "visual"]
    assert said["schema:accessModeSufficient"] == ["textual"]
    assert "alternativeText" in said["schema:accessibilityFeature"]
    assert said["schema:accessibilityHazard"] == ["none"]
    assert said["schema:accessibilitySummary"] == ["Text with headings."]
    assert said["dcterms:modified"] == ["2026-03-02T09:30:00Z"]
    assert "by-sa/4.0" in package.findtext(".//dc:rights", namespaces=PACKAGE)


def test_a_book_without_pictures_claims_none():
    lesson = BookLesson("01-a", "A", "en", "5 minutes", ("<p>Text.</p>",))
    made = CourseEpub().render(make_book(pictures=(), lessons=(lesson,)), {})

    text = archive_of(made).read("EPUB/package.opf").decode()
    assert "visual" not in text
    assert "alternativeText" not in text


def test_the_same_version_is_the_same_book_and_another_is_not():
    def identity(**changes):
        return package_of(CourseEpub().render(make_book(**changes), {})).findtext(
            ".//dc:identifier", namespaces=PACKAGE
        )

    assert identity() == identity(site_name="Another site")
    assert identity() != identity(content_hash="cd" * 32)
    assert identity() != identity(language="fr")


def test_every_link_of_the_sample_leads_somewhere_and_notes_are_notes():
    made = CourseEpub().render(make_book(), {})
    lesson = documents_of(made)["lesson-01.xhtml"]

    assert dead_links(made) == []
    kinds = [one.get(f"{{{OPS}}}type") for one in lesson.iter() if one.get(f"{{{OPS}}}type")]
    assert {"chapter", "noteref", "footnotes", "footnote"} <= set(kinds)
    assert lesson.find(f".//{XHTML}img").get("alt") == "A well"
    assert lesson.find(f".//{XHTML}table").getparent().get("class") == "wide"


def test_a_picture_that_few_readers_know_is_turned_into_one_that_all_do():
    lesson = BookLesson("01-a", "A", "en", "1", ('<p><img src="well.webp" alt="A well"></p>',))
    book = make_book(lessons=(lesson,), pictures=(picture("well.webp", "WEBP"),))

    made = CourseEpub().render(book, {})

    assert archive_of(made).read("EPUB/pictures/well.webp.png")[:4] == b"\x89PNG"
    assert dead_links(made) == []


# The PDF.


def test_the_contents_name_the_page_on_which_each_chapter_begins():
    book = make_book()
    made = CoursePdf().render(book, {})
    reader = pypdf.PdfReader(io.BytesIO(made.content))
    labels = list(reader.page_labels)

    bookmarks = [one for one in reader.outline if not isinstance(one, list)]
    contents = reader.pages[1].extract_text()
    for part, bookmark in zip(chapters(book), bookmarks, strict=True):
        label = labels[reader.get_destination_page_number(bookmark)]
        assert bookmark.title == part.title
        assert bare(f"{part.title}{label}") in bare(contents)
    links = [one.get_object() for one in reader.pages[1]["/Annots"]]
    targets = [reader.get_page_number(link["/Dest"][0].get_object()) for link in links]
    assert targets == [reader.get_destination_page_number(one) for one in bookmarks]
    assert labels[:3] == ["i", "ii", "1"]


def test_the_cover_says_title_code_version_language_date_and_how_far_it_was_reviewed():
    cover = pages_of(CoursePdf().render(make_book(), {}))[0]

    for text in (
        "Safe wells",
        "C90",
        "Version 2026.1",
        "English",
        "2 March 2026",
        "Machine-drafted",
    ):
        assert bare(text) in cover


@pytest.mark.parametrize(("paper", "size"), [("a5", (420, 595)), ("a4", (595, 842))])
def test_the_paper_is_that_which_was_asked_for(paper, size):
    made = CoursePdf().render(make_book(), {"paper": paper})
    pages = pypdf.PdfReader(io.BytesIO(made.content)).pages

    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {size}


def test_bookmarks_in_arabic_are_in_letters_as_they_are_typed():
    title = "الساعة الأولى"
    lesson = BookLesson("01-a", title, "ar", "5", (f"<h2>{title}</h2><p>{title}</p>",))

    made = CoursePdf().render(make_book("ar", lessons=(lesson,)), {})

    outline = pypdf.PdfReader(io.BytesIO(made.content)).outline
    assert outline[2].title == f"1. {title}"
    assert outline[3][0].title == title


def test_a_drawing_has_its_letters_joined_and_its_size_kept_within_the_page():
    import lms_plugins.course_book.pdf as printing

    drawn, wide, tall = printing._drawing(DRAWING.encode())
    texts = etree.fromstring(drawn).findall(f".//{printing.SVG}text")

    assert (wide, tall) == (100, 50)
    assert texts[0].text == "\ufe91\ufe8c\ufeae"[::-1]
    # The line ran to the left from its end: now it runs to the right from its start.
    assert texts[0].get("text-anchor") == "start"
    assert texts[0].get("direction") is None
    assert texts[1].text == "Seal"


@pytest.mark.parametrize("drawing", [b"<svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_a_drawing_that_nobody_can_read_is_named(drawing):
    book = make_book(pictures=(BookPicture("well.svg", "image/svg+xml", drawing),))

    with pytest.raises(ExportFailed, match="drawing"):
        CoursePdf().render(book, {})


def test_pictures_of_other_kinds_are_shown():
    html = '<p><img src="well.png" alt="A well"></p>'
    lesson = BookLesson("01-a", "A", "en", "1", (html,))
    made = CoursePdf().render(make_book(lessons=(lesson,), pictures=(picture(),)), {})

    pages = pypdf.PdfReader(io.BytesIO(made.content)).pages
    assert sum(len(page.images) for page in pages) == 1


def test_a_page_of_another_script_inside_an_english_book_is_set():
    book = make_book(summary="The word is بئر, also Kɛita and Иван.")

    assert bare("Kɛita and Иван") in "".join(pages_of(CoursePdf().render(book, {})))


# Texts of people.


@pytest.mark.parametrize("exporter", [CoursePdf(), CourseEpub()], ids=["pdf", "epub"])
@pytest.mark.parametrize(
    "text", ["<img src='http://169.254.169.254/x'>", "{{7*7}} & {0}", "<pdf:nextpage/>"]
)
def test_texts_are_literal_wherever_they_stand(exporter, text):
    book = make_book(
        title=text,
        summary=text,
        objectives=(text,),
        audience=text,
        cover=(text,),
        warnings=(text,),
        licence=(text,),
    )

    made = exporter.render(book, {})

    if made.filename.endswith("pdf"):
        whole = "".join(pages_of(made))
    else:
        whole = bare("".join("".join(root.itertext()) for root in documents_of(made).values()))
    assert whole.count(bare(text)) >= 6


@pytest.mark.parametrize("code", ["C90", "../C 90", "دورة"])
def test_a_file_name_is_plain_whatever_the_code_of_the_course(code):
    made = CourseEpub().render(replace(make_book("fr"), code=code), {})

    assert made.filename in {"C90-safe-wells-fr.epub", "course-safe-wells-fr.epub"}
