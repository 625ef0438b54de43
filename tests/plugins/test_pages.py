"""What stands on the pages: order and shape in Arabic, one page, nothing of a name that runs."""

import io
import unicodedata
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pypdf
import pytest
from reportlab.pdfbase.ttfonts import TTFontFace

from lms.plugins import (
    CapacityReport,
    CertificateDocument,
    CertifiedCompetency,
    Column,
    ExportFailed,
    ReportedValue,
    Table,
    font_folder,
)
from lms.plugins.conformance import check_exporter
from lms_plugins.capacity_report_pdf.render import CapacityReportPdf, chart
from lms_plugins.certificate_pdf.render import CertificatePdf
from lms_plugins.pdf import rendering
from lms_plugins.tabular_data.render import TableCsv, TableXlsx

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SENTENCE = (
    "يستند المؤشر إلى ما سجل من أدلة في التمارين والتبادلات والكفاءات حتى تاريخ هذا التقرير "
    "ولا يشمل ما لم يسجل بعد من الأدلة في المناطق الساحلية الشمالية"
)


def certificate(language="en", **changes):
    values = {
        "title": "Local governance",
        "language": language,
        "site_name": "Baraza",
        "made_at": AT,
        "code": "ABCD-EFGH-JKLM-NPQR",
        "verify_url": "https://baraza.example/verify/ABCDEFGHJKLMNPQR",
        "recipient": "Amina Dorval",
        "organisation": "Lumeya",
        "achievement": "Local governance",
        "competencies": (CertifiedCompetency("Participation", "practitioner"),),
        "issuer": "Programme",
        "issued_on": date(2026, 3, 2),
        "expires_on": None,
        "result_percent": Decimal("87.5"),
    }
    return CertificateDocument(**values | changes)


def report(language="en", **changes):
    dimension = ReportedValue(
        key="gov", title="Governance", value=55.2, low=40.0, high=66.0, coverage=0.62
    )
    missing = ReportedValue(key="sec", title="Security", value=None)
    indicator = ReportedValue(
        key="posts", title="Posts", value=55.2, coverage=0.5, evidence_count=7, parent="gov"
    )
    values = {
        "title": "Capacity",
        "language": language,
        "site_name": "Baraza",
        "made_at": AT,
        "organisation": "Lumeya district",
        "as_of": date(2026, 3, 2),
        "index": ReportedValue(key="index", title="Index", value=61.2, low=50.0, high=70.0),
        "band": "functional",
        "dimensions": (dimension, missing),
        "indicators": (indicator,),
        "sentences": (SENTENCE,),
        "methodology": "District capacity 2026.1",
        "methodology_hash": "ab" * 32,
        "evidence_hash": "cd" * 32,
        "history": ((date(2025, 12, 1), 0.5),),
    }
    return CapacityReport(**values | changes)


def table(*rows, kind="text", language="en"):
    return Table(
        title="T",
        language=language,
        site_name="Baraza",
        made_at=AT,
        columns=(Column("a", "A", kind),),
        rows=tuple((row,) for row in rows),
    )


def read(artifact):
    return pypdf.PdfReader(io.BytesIO(artifact.content))


def text_of(artifact):
    return unicodedata.normalize("NFKC", "\n".join(p.extract_text() for p in read(artifact).pages))


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize(
    ("exporter", "document"),
    [
        pytest.param(CertificatePdf(), certificate, id="certificate"),
        pytest.param(CapacityReportPdf(), report, id="report"),
        pytest.param(TableCsv(), lambda language: table("x", language=language), id="csv"),
        pytest.param(TableXlsx(), lambda language: table("x", language=language), id="xlsx"),
    ],
)
def test_every_exporter_conforms_in_every_language_and_tells_its_progress(
    exporter, document, language
):
    told = []
    check_exporter(exporter, document(language))
    exporter.render(document(language), {}, told.append)

    assert told == sorted(told)
    assert told[-1] == 100


def test_vowel_signs_are_on_the_page_themselves():
    text = text_of(CertificatePdf().render(certificate("ar", recipient="مُحَمَّد"), {}))

    assert {"\u064f", "\u064e", "\u0651"} <= set(text)


def test_the_lines_of_an_arabic_paragraph_stand_in_their_order():
    lines = text_of(CapacityReportPdf().render(report("ar"), {})).splitlines()

    def line_of(word):
        return next(n for n, line in enumerate(lines) if word in line or word[::-1] in line)

    assert line_of("يستند") < line_of("الساحلية")


def test_a_range_in_arabic_is_isolated_and_elsewhere_left_alone():
    assert rendering.ranges_isolated("بين 50.0 – 70.0 اليوم", "ar") == (
        "بين \u200e50.0 – 70.0\u200e اليوم"
    )
    assert rendering.ranges_isolated("from 50 – 70", "en") == "from 50 – 70"


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("محمد Ali", "en", "rtl"),
        ("Ali محمد", "ar", "ltr"),
        ("12", "ar", "rtl"),
        ("12", "fr", "ltr"),
    ],
)
def test_a_name_stands_in_the_direction_of_its_script(text, language, wanted):
    assert rendering.direction(text, language) == wanted


def test_labels_of_a_drawing_are_joined_and_its_zero_stands_on_the_right_in_arabic():
    rows = (ReportedValue(key="a", title="الحوكمة", value=0.0),)
    arabic, english = chart(rows, "ar"), chart(rows, "en")

    assert any("\ufe70" <= letter <= "\ufeff" for letter in arabic)
    assert 'cx="479' in arabic
    assert 'cx="14' in english


@pytest.mark.parametrize("face", ["Amiri-Regular.ttf", "Amiri-Bold.ttf"])
def test_the_fonts_hold_the_joined_forms(face):
    glyphs = TTFontFace(str(font_folder() / face)).charToGlyph

    assert sum(code in glyphs for code in range(0xFE70, 0xFF00)) >= 140


@pytest.mark.parametrize(
    "name",
    [
        '<img src="http://169.254.169.254/x">',
        '<font color="[[[1][0]]]">x</font>',
        "{{7*7}}{%x%}",
        "&amp;<pdf:nextpage/>",
    ],
)
def test_untrusted_text_is_literal_in_every_field(name):
    made = CertificatePdf().render(
        certificate(
            recipient=name,
            organisation=name,
            achievement=name,
            issuer=name,
            competencies=(CertifiedCompetency(name, name),),
        ),
        {},
    )
    text = "".join(text_of(made).split())

    assert text.count("".join(name.split())) == 6
    assert len(read(made).pages) == 1


def test_untrusted_text_is_literal_in_a_report_and_its_drawing():
    name = '<img src="x">'
    value = ReportedValue(key="a", title=name, value=1.0, raw=name)
    made = CapacityReportPdf().render(report(organisation=name, dimensions=(value,)), {})

    assert "<img" not in chart((value,), "en")
    assert "".join(text_of(made).split()).count("".join(name.split())) >= 3


def test_a_long_certificate_stays_on_one_page():
    made = CertificatePdf().render(
        certificate(
            recipient="Featherstonehaugh " * 5,
            achievement="Sharing power and services " * 5,
            competencies=tuple(CertifiedCompetency(f"Competency {n}", "Lead") for n in range(6)),
        ),
        {},
    )

    assert len(read(made).pages) == 1


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", ["Ɛdina Ŋwɔli Kɛita", "Иван Петров", "Ελένη Παππά"])
def test_a_name_that_the_first_face_cannot_set_is_set_in_the_other(name, language):
    made = CertificatePdf().render(certificate(language, recipient=name), {})

    assert name in unicodedata.normalize("NFKC", text_of(made))


def test_a_word_is_set_in_one_face():
    found = rendering._with_other_family("<p>Kɛita of &lt;b&gt; Lumeya</p>")

    assert found == '<p><span class="other-face">Kɛita</span> of &lt;b&gt; Lumeya</p>'


def test_a_letter_without_a_glyph_fails_in_place_of_a_box():
    with pytest.raises(ExportFailed, match="can draw"):
        CertificatePdf().render(certificate(recipient="王小明"), {})


def test_the_document_names_its_own_date():
    assert read(CertificatePdf().render(certificate(), {})).metadata.creation_date == AT


def test_a_report_says_what_it_rests_on():
    text = text_of(CapacityReportPdf().render(report(), {}))

    for words in ("Lumeya district", "40.0 – 66.0", "62%", "not known", "ab" * 32, "Page 1 / "):
        assert words in text
    assert "Posts" not in text_of(CapacityReportPdf().render(report(), {"detail": "dimensions"}))


def test_csv_neutralises_every_beginning_and_leaves_numbers():
    rows = ("=1", "+1", "-1", "@x", "\tx", "\rx", -3, Decimal("-0.50"), None)
    written = TableCsv().render(table(*rows, kind="number"), {}).content.decode("utf-8-sig")

    assert written == "A\r\n'=1\r\n'+1\r\n'-1\r\n'@x\r\n'\tx\r\n\"'\rx\"\r\n-3\r\n-0.5\r\n\"\"\r\n"


def test_a_sheet_keeps_numbers_dates_and_codes_as_what_they_are():
    def sheet(*rows, kind):
        made = TableXlsx().render(table(*rows, kind=kind), {})
        book = zipfile.ZipFile(io.BytesIO(made.content))
        return book.read("xl/worksheets/sheet1.xml").decode(), book.read("docProps/core.xml")

    numbers, properties = sheet(-3, Decimal("2.5"), kind="number")
    codes, _ = sheet(7, "007", "https://baraza.example", "=1", kind="text")
    dates, _ = sheet(date(2026, 3, 2), kind="date")

    assert "<v>-3</v>" in numbers
    assert "<v>2.5</v>" in numbers
    assert b"2026-03-02T09:30:00Z" in properties
    assert codes.count('t="inlineStr"') == 5
    assert "hyperlink" not in codes
    assert "<v>46083</v>" in dates


def test_a_text_that_no_cell_holds_is_refused_in_place_of_lost():
    with pytest.raises(ExportFailed, match="Row 1"):
        TableXlsx().render(table("x" * 40_000), {})
