"""The report of one organisation: the index in plain words, a chart, the tables behind it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from lms.plugins import Artifact, CapacityReport, Option, Progress, ReportedValue

from ..pdf import rendering

WORDS = {
    "en": {
        "as_of": "As of",
        "band": "Band",
        "between": "very likely between",
        "dimension": "Dimension",
        "indicator": "Indicator",
        "value": "Value of 100",
        "interval": "Very likely between",
        "coverage": "Coverage of 100",
        "evidence": "Evidence",
        "history": "Course over time",
        "how": "How it was computed",
        "methodology": "Methodology",
        "methodology_hash": "Methodology hash",
        "evidence_hash": "Evidence hash",
        "page": "Page",
        "chart": "Dimensions from 0 to 100, with their intervals",
    },
    "fr": {
        "as_of": "À la date du",
        "band": "Catégorie",
        "between": "très probablement entre",
        "dimension": "Dimension",
        "indicator": "Indicateur",
        "value": "Valeur sur 100",
        "interval": "Très probablement entre",
        "coverage": "Couverture sur 100",
        "evidence": "Preuves",
        "history": "Évolution",
        "how": "Comment il a été calculé",
        "methodology": "Méthodologie",
        "methodology_hash": "Empreinte de la méthodologie",
        "evidence_hash": "Empreinte des preuves",
        "page": "Page",
        "chart": "Dimensions de 0 à 100, avec leurs intervalles",
    },
    "ar": {
        "as_of": "بتاريخ",
        "band": "الفئة",
        "between": "على الأرجح جدًا بين",
        "dimension": "البُعد",
        "indicator": "المؤشر",
        "value": "القيمة من 100",
        "interval": "على الأرجح جدًا بين",
        "coverage": "التغطية من 100",
        "evidence": "الأدلة",
        "history": "التطور",
        "how": "كيف حُسب",
        "methodology": "المنهجية",
        "methodology_hash": "بصمة المنهجية",
        "evidence_hash": "بصمة الأدلة",
        "page": "صفحة",
        "chart": "الأبعاد من 0 إلى 100 مع فتراتها",
    },
}
STYLE = """
@page { size: a4 portrait; margin: 1.8cm 1.8cm 2.2cm 1.8cm;
  @frame footer { -pdf-frame-content: foot; bottom: 0.8cm; margin-left: 1.8cm; margin-right: 1.8cm;
  height: 1cm; } }
body { font-family: BarazaAmiri; font-size: 11pt; color: #1d2726; }
h1 { font-size: 20pt; color: #0f4c4a; margin: 0 0 4pt 0; }
h2 { font-size: 14pt; color: #0f4c4a; margin: 12pt 0 4pt 0; -pdf-keep-with-next: true; }
.big { font-size: 24pt; font-weight: bold; margin: 0; }
.quiet { color: #4e5b59; font-size: 9.5pt; }
th { border-bottom: 1pt solid #1d2726; padding: 2pt; font-size: 10pt; font-weight: bold; }
td { border-bottom: 0.5pt solid #d8d5ca; padding: 2pt; font-size: 10pt; }
"""
WIDTH, LABEL, ROW = 480, 150, 26


def number(value: float | None, language: str) -> str:
    """One decimal, or a dash where it is missing: never a zero."""
    return "–" if value is None else rendering.isolated(f"{value:.1f}", language)


def interval(value: ReportedValue, language: str) -> str:
    """The interval as it is shown."""
    if value.low is None or value.high is None:
        return "–"
    return rendering.isolated(f"{value.low:.1f} – {value.high:.1f}", language)


def day(value: date, language: str) -> str:
    """A date that reads the same in every language."""
    return rendering.isolated(f"{value:%d/%m/%Y}", language)


def chart(rows: tuple[ReportedValue, ...], language: str) -> str:
    """A dot with its whisker for each row; in Arabic zero stands on the right."""
    mirrored = language == "ar"
    span = WIDTH - LABEL - 20

    def x(value: float) -> float:
        share = value / 100
        return round(10 + span * (1 - share) if mirrored else LABEL + span * share, 1)

    tall = ROW * len(rows) + 24
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{tall}" viewBox="0 0 {WIDTH} {tall}">'
    ]
    text = 'font-family="BarazaAmiri" font-size="10" fill="#1d2726"'
    for tick in (0, 25, 50, 75, 100):
        drawn.append(
            f'<line x1="{x(tick)}" x2="{x(tick)}" y1="14" y2="{tall - 6}" stroke="#b3bbb7" stroke-width="0.5"/>'
            f'<text x="{x(tick)}" y="10" text-anchor="middle" {text}>{tick}</text>'
        )
    for place, one in enumerate(rows):
        y = 28 + place * ROW
        label = escape(rendering.shaped(one.title, language))
        at, anchor = (WIDTH - 4, "end") if mirrored else (4, "start")
        drawn.append(f'<text x="{at}" y="{y + 3}" text-anchor="{anchor}" {text}>{label}</text>')
        if one.value is None:
            continue
        if one.low is not None and one.high is not None:
            drawn.append(
                f'<line x1="{x(one.low)}" x2="{x(one.high)}" y1="{y}" y2="{y}" stroke="#0f4c4a" stroke-width="2"/>'
            )
        drawn.append(f'<circle cx="{x(one.value)}" cy="{y}" r="4" fill="#0f4c4a"/>')
    return "".join((*drawn, "</svg>"))


def table(head: list[str], rows: list[list[str]], direction: str) -> Markup:
    """A table whose head is repeated on each page."""
    side = "right" if direction == "rtl" else "left"
    cells = Markup("").join(Markup('<th align="{}">{}</th>').format(side, one) for one in head)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row)
        )
        for row in rows
    )
    return Markup('<table repeat="1" dir="{}"><tr>{}</tr>{}</table>').format(direction, cells, body)


class CapacityReportPdf:
    """One organisation's report."""

    name = "capacity-report-pdf"
    title: Mapping[str, str] = {
        "en": "Capacity report (PDF)",
        "fr": "Rapport de capacité (PDF)",
        "ar": "تقرير القدرات (PDF)",
    }
    accepts = CapacityReport
    media_type = "application/pdf"
    extension = "pdf"
    options: tuple[Option, ...] = (
        Option(
            "detail",
            "How far the tables go",
            {"indicators": "dimensions and indicators", "dimensions": "dimensions alone"},
            "indicators",
        ),
    )

    def render(
        self, document: Any, options: Mapping[str, str], progress: Progress | None = None
    ) -> Artifact:
        """Set the report; see `lms.plugins.Exporter`."""
        if progress:
            progress(10)
        content = rendering.render(
            self.html(document, options.get("detail", "indicators")),
            title=document.title,
            language=document.language,
        )
        return Artifact(f"capacity-{document.as_of.isoformat()}.pdf", self.media_type, content)

    def html(self, document: CapacityReport, detail: str) -> Markup:
        """The report as HTML, every text escaped."""
        speech = document.language
        words = WORDS.get(speech, WORDS["en"])
        direction = "rtl" if document.language == "ar" else "ltr"
        parts = [
            Markup("<h1>{}</h1>").format(document.title),
            Markup('<p class="quiet">{}: {}</p>').format(
                words["as_of"], day(document.as_of, speech)
            ),
            Markup('<p class="big">{}</p>').format(number(document.index.value, speech)),
        ]
        if document.index.low is not None:
            parts.append(
                Markup("<p>{}: {} · {} {}</p>").format(
                    words["band"], document.band, words["between"], interval(document.index, speech)
                )
            )
        parts += [Markup("<p>{}</p>").format(text) for text in document.sentences]
        if document.dimensions:
            drawing = rendering.svg_address(chart(document.dimensions, document.language))
            parts.append(
                Markup('<h2>{}</h2><p><img src="{}" width="{}"/></p>').format(
                    words["chart"], drawing, WIDTH
                )
            )
            parts.append(
                table(
                    [words["dimension"], words["value"], words["interval"], words["coverage"]],
                    [
                        [
                            one.title,
                            number(one.value, speech),
                            interval(one, speech),
                            number(_hundred(one.coverage), speech),
                        ]
                        for one in document.dimensions
                    ],
                    direction,
                )
            )
        if detail == "indicators" and document.indicators:
            parts.append(Markup("<h2>{}</h2>").format(words["indicator"]))
            parts.append(
                table(
                    [words["indicator"], words["value"], words["coverage"], words["evidence"]],
                    [
                        [
                            one.title,
                            number(one.value, speech),
                            number(_hundred(one.coverage), speech),
                            rendering.isolated(one.evidence_count, speech),
                        ]
                        for one in document.indicators
                    ],
                    direction,
                )
            )
        if len(document.history) > 1:
            parts.append(Markup("<h2>{}</h2>").format(words["history"]))
            parts.append(
                table(
                    [words["as_of"], words["value"]],
                    [
                        [day(when, speech), number(_hundred(value), speech)]
                        for when, value in reversed(document.history)
                    ],
                    direction,
                )
            )
        parts.append(Markup("<h2>{}</h2>").format(words["how"]))
        for key, value in (
            ("methodology", document.methodology),
            ("methodology_hash", rendering.isolated(document.methodology_hash[:24], speech)),
            ("evidence_hash", rendering.isolated(document.evidence_hash[:24], speech)),
        ):
            parts.append(Markup('<p class="quiet">{}: {}</p>').format(words[key], value))
        return Markup(
            '<html dir="{dir}"><head><meta charset="utf-8"/><style>{faces}{style}</style></head>'
            '<body dir="{dir}">{parts}<div id="foot" class="quiet">{site} · {page} <pdf:pagenumber/></div>'
            "</body></html>"
        ).format(
            dir=direction,
            faces=Markup(rendering.font_faces()),
            style=Markup(STYLE),
            parts=Markup("").join(parts),
            site=document.site_name,
            page=words["page"],
        )


def _hundred(share: float | None) -> float | None:
    return None if share is None else share * 100
