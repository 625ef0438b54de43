"""Every shipped course in every language as PDF and as EPUB."""

import io
import re
from datetime import UTC, datetime

import pypdf
import pytest
from books.epubcheck import faulty
from books.reading import bare, dead_links, documents_of, text_of

from lms.content.sources import shipped_roots
from lms.courses.library import library
from lms.exports.books import course_book
from lms_plugins.course_book.chapters import chapters
from lms_plugins.course_book.epub import CourseEpub
from lms_plugins.course_book.pdf import CoursePdf

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
#: From the folders, so that nothing is read before a test runs.
SHIPPED = sorted(
    (folder.parent.name, folder.name)
    for root in shipped_roots().curricula
    for folder in root.glob("*/*")
    if folder.is_dir() and re.fullmatch("[a-z]{2}", folder.name)
)


def book_of(key, language):
    return course_book(library().courses[key], language, made_at=AT)


def test_every_language_of_every_course_is_printed(site):
    courses = library().courses.values()

    declared = {(one.key, code) for one in courses for code in one.languages}

    assert set(SHIPPED) <= declared
    assert len(SHIPPED) >= 28
    assert declared - set(SHIPPED) <= {("village-well", "en"), ("village-well", "fr")}


@pytest.mark.slow
def test_epubcheck_finds_nothing_in_any_course_of_any_language(site, tmp_path):
    """It starts once for all of them; a broken file among them shows that it looks."""
    files = []
    for key, language in [*SHIPPED, ("village-well", "en"), ("village-well", "fr")]:
        made = CourseEpub().render(book_of(key, language), {})
        files.append(tmp_path / made.filename)
        files[-1].write_bytes(made.content)
    broken = tmp_path / "broken.epub"
    broken.write_bytes(made.content.replace(b"application/epub+zip", b"application/epub+zap", 1))

    found, said = faulty([*files, broken])

    assert found == {"broken.epub"}, said


@pytest.mark.parametrize(("key", "language"), SHIPPED)
def test_every_link_of_an_epub_leads_somewhere(site, key, language):
    book = book_of(key, language)

    made = CourseEpub().render(book, {})

    assert dead_links(made) == []
    assert len(made.content) < 300_000
    documents = documents_of(made)
    for root in documents.values():
        assert root.get("dir") == ("rtl" if language == "ar" else "ltr")
        assert root.get("lang") == language
    assert {f"lesson-{at:02}.xhtml" for at in range(1, len(book.lessons) + 1)} <= set(documents)


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize(("key", "language"), SHIPPED)
def test_a_pdf_holds_the_course_from_its_first_lesson_to_its_last(site, key, language):
    book = book_of(key, language)

    made = CoursePdf().render(book, {"paper": "a5"})

    assert len(made.content) < 1_000_000
    reader = pypdf.PdfReader(io.BytesIO(made.content))
    assert 20 <= len(reader.pages) <= 90
    bookmarks = [one for one in reader.outline if not isinstance(one, list)]
    starts = [reader.get_destination_page_number(one) for one in bookmarks]
    parts = chapters(book)
    assert [bare(one.title) for one in bookmarks] == [bare(part.title) for part in parts]
    assert starts == sorted(set(starts))
    for at in (0, len(book.lessons) - 1):
        place = next(n for n, part in enumerate(parts) if part.key == f"lesson-{at + 1:02}")
        stretch = "".join(text_of(page) for page in reader.pages[starts[place] : starts[place + 1]])
        for heading in (book.lessons[at].title, *(text for _id, text in parts[place].headings)):
            # What stands in quotation marks is read back in another order where lines run to the left.
            assert [word for word in heading.split() if bare(word) not in stretch] == []
    # A box or a space that spilled over would leave a page with its foot alone.
    foot = len(bare(book.title + book.code)) + 3
    short = [page for page in reader.pages if len(page.get_contents().get_data()) < 1500]
    assert [text for text in map(text_of, short) if len(text) <= foot] == []
