"""The shipped exporters: the same bytes twice, names as they are, nothing that runs."""

import csv
import io
import unicodedata
import zipfile
from datetime import UTC, date, datetime

import pypdf
import pytest

from lms.plugins import (
    CapacityReport,
    CertificateDocument,
    CertifiedCompetency,
    Column,
    ReportedValue,
    Table,
)
from lms.plugins.conformance import check_exporter
from lms_plugins.capacity_report_pdf import lms_exporters as reports
from lms_plugins.certificate_pdf import lms_exporters as certificates
from lms_plugins.tabular_data import lms_exporters as tables

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def certificate(language, recipient, achievement="Local governance after conflict"):
    return CertificateDocument(
        title=achievement,
        language=language,
        site_name="Baraza",
        made_at=AT,
        code="ABCD-EFGH-JKLM-NPQR",
        verify_url="https://baraza.example/verify/ABCDEFGHJKLMNPQR",
        recipient=recipient,
        organisation="Lumeya",
        achievement=achievement,
        competencies=(CertifiedCompetency("Participation", "practitioner"),),
        issuer="Programme",
        issued_on=date(2026, 3, 2),
        expires_on=date(2029, 3, 2),
    )


def report(language):
    values = tuple(
        ReportedValue(key=key, title=title, value=value, low=low, high=high, coverage=0.5)
        for key, title, value, low, high in (
            ("a", "Governance", 55.25, 40.0, 66.0),
            ("b", "Security", None, None, None),
        )
    )
    return CapacityReport(
        title="Capacity of Lumeya",
        language=language,
        site_name="Baraza",
        made_at=AT,
        organisation="Lumeya",
        as_of=date(2026, 3, 2),
        index=ReportedValue(key="index", title="Index", value=61.2, low=50.0, high=70.0),
        band="functional",
        dimensions=values,
        indicators=values,
        sentences=("It rests on 4 observations.",),
        methodology="District capacity 2026.1",
        methodology_hash="ab" * 32,
        evidence_hash="cd" * 32,
        history=((date(2025, 12, 1), 0.5), (date(2026, 3, 2), None)),
    )


def table(language):
    return Table(
        title="Evidence",
        language=language,
        site_name="Baraza",
        made_at=AT,
        columns=(Column("name", "Name"), Column("value", "Value", "number")),
        rows=(
            ("=HYPERLINK(1)", -3),
            ("+1", 2.5),
            ("-cmd", None),
            ("@x", 0),
            ("محمد, N’Dour", 1),
            ("007", 7),
        ),
    )


def text_of(artifact):
    pages = pypdf.PdfReader(io.BytesIO(artifact.content)).pages
    return unicodedata.normalize("NFKC", "".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_pdfs_are_the_same_twice_and_name_their_language(language):
    (exporter,) = certificates()
    artifact = check_exporter(exporter, certificate(language, "Amina Dorval"))
    (reporter,) = reports()
    check_exporter(reporter, report(language))
    check_exporter(reporter, report(language), {"detail": "dimensions"})

    read = pypdf.PdfReader(io.BytesIO(artifact.content))
    assert read.root_object["/Lang"] == language
    assert "Amina Dorval" in read.metadata["/Title"]


@pytest.mark.parametrize(
    "name",
    ["Hélène N’Dour-Œuvrard", "<img src=x> {{7*7}}", '<font color="red">Ruth</font>', "X" * 60],
)
def test_a_name_is_printed_as_it_is(name):
    (exporter,) = certificates()

    text = text_of(exporter.render(certificate("en", name), {}))

    assert unicodedata.normalize("NFKC", name).replace(" ", "") in text.replace(" ", "").replace(
        "\n", ""
    )


def test_arabic_keeps_its_vowel_signs():
    (exporter,) = certificates()

    plain = text_of(exporter.render(certificate("ar", "محمد"), {}))
    signed = text_of(exporter.render(certificate("ar", "مُحَمَّد"), {}))

    assert sum(unicodedata.combining(c) > 0 for c in signed) > sum(
        unicodedata.combining(c) > 0 for c in plain
    )


def test_the_report_shows_a_dash_where_a_value_is_missing():
    (reporter,) = reports()

    text = text_of(reporter.render(report("en"), {"detail": "indicators"}))

    assert "Security" in text
    assert "–" in text
    assert "0.0" not in text.replace("50.0", "").replace("40.0", "").replace("66.0", "").replace(
        "70.0", ""
    )


def test_csv_is_safe_to_open_and_keeps_numbers():
    writer, _xlsx = tables()
    artifact = check_exporter(writer, table("ar"))

    assert artifact.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(artifact.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:5]] == ["'=HYPERLINK(1)", "'+1", "'-cmd", "'@x"]
    assert [row[1] for row in rows[1:5]] == ["-3", "2.5", "", "0"]
    assert rows[5][0] == "محمد, N’Dour"
    semicolons = writer.render(table("en"), {"delimiter": "semicolon"}).content.decode("utf-8-sig")
    assert semicolons.splitlines()[1] == "'=HYPERLINK(1);-3"


def test_a_sheet_holds_no_formula_and_turns_round_in_arabic():
    _csv, writer = tables()
    arabic = zipfile.ZipFile(io.BytesIO(check_exporter(writer, table("ar")).content))
    english = zipfile.ZipFile(io.BytesIO(check_exporter(writer, table("en")).content))

    sheet = arabic.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=HYPERLINK(1)" in sheet
    assert "rightToLeft" in sheet
    assert "rightToLeft" not in english.read("xl/worksheets/sheet1.xml").decode()
