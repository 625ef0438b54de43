"""Courses as books: what the document holds, the page's links, the shelf, the command."""

import io
import zipfile

import pytest

from factories.accounts import LONG_AGO, make_organisation, make_user
from factories.books import make_book
from factories.learning import COURSE, publish
from lms.content.shape import Translation
from lms.courses.library import library
from lms.errors import Refused
from lms.exports import books, documents, shelf
from lms.exports.books import course_book, language_name
from lms.plugins import Artifact, BookCheck, CourseBook, ExportFailed


class Printer:
    """An exporter that counts how often it prints, and fails when it is told to."""

    name, extension, media_type, options, accepts = "a-book", "pdf", "text/plain", (), CourseBook

    def __init__(self):
        self.title = {"en": "A book"}
        self.made, self.fault = 0, ""

    def render(self, document, options, progress=None):
        self.made += 1
        if self.fault:
            raise ExportFailed(self.fault)
        return Artifact("a-book.pdf", self.media_type, f"{document.version}{self.made}".encode())


def book_of(language, course=COURSE):
    return course_book(library().courses[course], language, made_at=LONG_AGO)


# The document.


def test_a_book_holds_the_lessons_of_its_language_with_their_checks(db):
    book = book_of("fr")

    assert (book.title, book.language_name, book.right_to_left) == (
        "Le puits du village",
        "Français",
        False,
    )
    assert [lesson.language for lesson in book.lessons] == ["fr", "fr"]
    html, check = book.lessons[0].parts
    assert "L’eau vient de la pluie" in html
    assert 'href="#source-WELL"' in html
    assert isinstance(check, BookCheck)
    assert [(option.text, option.right) for option in check.options] == [
        ("Rain", True),
        ("Song", False),
    ]
    assert check.explanation == "Rain does."


def test_a_translation_says_how_far_it_was_reviewed_and_the_original_does_not(db):
    assert len(book_of("fr").warnings) == 1
    assert book_of("en").warnings == ()


def test_a_translation_that_was_reviewed_says_what_is_left_to_do(db):
    course = library().courses[COURSE]

    def told(review, of_version):
        translation = Translation(review=review, of_version=of_version)
        changed = course.model_copy(update={"translations": {"fr": translation}})
        return books._Binding(library(), changed, "fr").warnings()

    waiting = "Some lessons have not been reviewed by a native speaker yet."
    assert told("reviewed by N. K.", "1") == (waiting,)
    assert told("in the hands of N. K.", "1") == ("in the hands of N. K.",)
    assert told("reviewed by N. K.", "0") == (waiting, "The original is newer.")


def test_a_book_brings_rubric_sources_and_competencies(db):
    book = book_of("en")

    assert [one.text for one in book.rubric] == ["The rope is checked", "The bucket is full"]
    assert [level[1] for level in book.rubric[0].levels] == [
        "not looked at",
        "looked at",
        "tried and looked at",
    ]
    assert book.sources[0].key == "WELL"
    assert len(book.competencies) == 2
    assert set(make_book().words) <= set(book.words)


def test_only_what_ships_is_under_the_licence_of_what_ships(db):
    own, shipped = book_of("en"), book_of("en", "crisis-response")

    assert "CC BY-SA" not in "".join(own.licence)
    assert own.author == "Baraza"
    assert "CC BY-SA 4.0" in "".join(shipped.licence)
    assert shipped.author == "the Baraza contributors"
    assert shipped.content_hash in "".join(shipped.origin)
    assert "http://localhost/courses/crisis-response" in "".join(shipped.origin)


def test_a_figure_speaks_the_language_of_the_book(db):
    english, arabic = (book_of(one, "crisis-response") for one in ("en", "ar"))

    assert [one.name for one in english.pictures] == [one.name for one in arabic.pictures]
    assert "Command" in english.pictures[0].content.decode()
    assert "القيادة" in arabic.pictures[0].content.decode()


def test_terms_stand_in_the_order_of_the_alphabet_whatever_their_accents(db):
    terms = [one.term for one in book_of("fr", "crisis-response").terms]

    assert len(terms) > 8
    assert len(set(terms)) == len(terms)
    plain = [term.casefold().replace("é", "e").replace("è", "e") for term in terms]
    assert plain == sorted(plain)


def test_a_language_that_nobody_knows_is_called_by_its_code():
    assert language_name("sw") == "Kiswahili"
    assert language_name("zzz") == "zzz"


def test_a_book_is_refused_in_a_language_that_the_course_has_not(app):
    with app.app_context():
        with pytest.raises(Refused, match=r"export\.no-course"):
            documents.published_book(COURSE, "en")
        publish()
        with pytest.raises(Refused, match=r"export\.no-language"):
            documents.published_book(COURSE, "ar")

        assert documents.published_book(COURSE, "en").made_at == LONG_AGO


# The shelf.


def test_a_book_is_made_once_and_again_when_it_changes(tmp_path):
    printer, book = Printer(), make_book()

    first = shelf.from_shelf(tmp_path, printer, book, {})
    again = shelf.from_shelf(tmp_path, printer, book, {})
    newer = shelf.from_shelf(tmp_path, printer, make_book(version="2026.2"), {})

    assert first == again
    assert newer.content == b"2026.22"
    assert printer.made == 2
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in kept] == [newer.content]


def test_languages_and_options_lie_side_by_side(tmp_path):
    printer = Printer()

    for language in ("en", "fr"):
        for paper in ("a4", "a5"):
            shelf.from_shelf(tmp_path, printer, make_book(language), {"paper": paper})
            shelf.from_shelf(tmp_path, printer, make_book(language), {"paper": paper})

    assert printer.made == 4
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 4


def test_a_folder_that_cannot_be_written_to_costs_no_reader_the_book(tmp_path):
    (tmp_path / "books").write_text("a file where the folder should be")

    made = shelf.from_shelf(tmp_path / "books", Printer(), make_book(), {})

    assert made.content == b"2026.11"


# The page.


@pytest.fixture
def amina(app, login):
    with app.app_context():
        publish()
        make_user("amina", organisation=make_organisation())
    return login("amina")


def test_the_course_page_offers_pdf_and_epub_in_the_readers_language(amina):
    english = amina.get(f"/courses/{COURSE}").text
    amina.post("/language", data={"language": "fr"})
    french = amina.get(f"/courses/{COURSE}").text
    amina.post("/language", data={"language": "ar"})
    arabic = amina.get(f"/courses/{COURSE}").text

    assert f'href="/courses/{COURSE}/book/en.pdf"' in english
    assert f'href="/courses/{COURSE}/book/en.epub"' in english
    assert f'href="/courses/{COURSE}/book/fr.pdf"' in french
    # The course is not there in Arabic: the original, and a word about it.
    assert f'href="/courses/{COURSE}/book/en.pdf"' in arabic
    assert "English</span>" in arabic or "English" in arabic
    assert ">The course is not translated yet" not in english


def test_a_reader_gets_the_file_and_is_told_when_it_has_not_changed(amina):
    pdf = amina.get(f"/courses/{COURSE}/book/fr.pdf")
    epub = amina.get(f"/courses/{COURSE}/book/fr.epub")
    again = amina.get(f"/courses/{COURSE}/book/fr.pdf")
    same = amina.get(
        f"/courses/{COURSE}/book/fr.pdf", headers={"If-None-Match": pdf.headers["ETag"]}
    )
    larger = amina.get(f"/courses/{COURSE}/book/fr.pdf?paper=a4")

    assert pdf.mimetype == "application/pdf"
    assert pdf.headers["Content-Disposition"] == f"attachment; filename=T01-{COURSE}-fr.pdf"
    assert again.data == pdf.data
    assert (same.status_code, same.data) == (304, b"")
    assert larger.data != pdf.data
    assert zipfile.ZipFile(io.BytesIO(epub.data)).testzip() is None


@pytest.mark.parametrize(
    "name", ["nothing/book/en.pdf", f"{COURSE}/book/ar.pdf", f"{COURSE}/book/en.exe"]
)
def test_what_is_not_there_is_not_found(amina, name):
    assert amina.get(f"/courses/{name}").status_code == 404


def test_a_stranger_signs_in_first(app, client):
    with app.app_context():
        publish()

    answer = client.get(f"/courses/{COURSE}/book/en.epub")

    assert answer.status_code == 303
    assert "/sign-in" in answer.location


def test_an_unknown_paper_is_answered_with_the_sizes_there_are(amina):
    answer = amina.get(f"/courses/{COURSE}/book/en.pdf?paper=a3")

    assert answer.status_code == 409
    assert "a4" in answer.text


def test_a_file_that_cannot_be_made_is_told_on_the_course_page(app, amina):
    printer = Printer()
    printer.fault = "no ink"
    offered = app.extensions["lms.plugins"]._exporters
    offered.clear()
    offered[printer.name] = printer

    answer = amina.get(f"/courses/{COURSE}/book/en.pdf", follow_redirects=True)

    assert answer.request.path == f"/courses/{COURSE}"
    assert "no ink" in answer.text
    assert "book/en.epub" not in answer.text


def test_lms_export_offers_published_courses_too(app, amina, tmp_path):
    file = tmp_path / "well.epub"

    done = app.test_cli_runner().invoke(
        args=["export", "course-epub", "--course", COURSE, "--as", "amina", "-o", str(file)]
    )

    assert done.exit_code == 0, done.output
    assert zipfile.is_zipfile(file)
