"""The report of one organisation: the index in plain words, a chart, the tables behind it."""

import textwrap
from collections import Counter
from collections.abc import Mapping
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
        "value": "Value (0–100)",
        "interval": "Interval",
        "colon": ": ",
        "coverage": "Coverage",
        "evidence": "Evidence",
        "missing": "not known",
        "history": "Course over time",
        "indicators": "Indicators",
        "how": "How it was computed",
        "methodology": "Methodology",
        "methodology_hash": "Methodology, SHA-256",
        "evidence_hash": "Evidence, SHA-256",
        "address": "The same figures on the site",
        "page": "Page",
        "chart": "Dimensions from 0 to 100, with their intervals",
    },
    "fr": {
        "as_of": "À la date du",
        "band": "Catégorie",
        "between": "très probablement entre",
        "dimension": "Dimension",
        "indicator": "Indicateur",
        "value": "Valeur (0–100)",
        "interval": "Intervalle",
        "colon": "\u00a0: ",
        "coverage": "Couverture",
        "evidence": "Preuves",
        "missing": "inconnu",
        "history": "Évolution",
        "indicators": "Indicateurs",
        "how": "Comment il a été calculé",
        "methodology": "Méthodologie",
        "methodology_hash": "Méthodologie, SHA-256",
        "evidence_hash": "Preuves, SHA-256",
        "address": "Les mêmes chiffres sur le site",
        "page": "Page",
        "chart": "Dimensions de 0 à 100, avec leurs intervalles",
    },
    "ar": {
        "as_of": "بتاريخ",
        "band": "الفئة",
        "between": "على الأرجح جدًا بين",
        "dimension": "البُعد",
        "indicator": "المؤشر",
        "value": "القيمة (0–100)",
        "interval": "المجال",
        "colon": ": ",
        "coverage": "التغطية",
        "evidence": "الأدلة",
        "missing": "غير معروف",
        "history": "التطور",
        "indicators": "المؤشرات",
        "how": "كيف حُسب",
        "methodology": "المنهجية",
        "methodology_hash": "بصمة المنهجية (SHA-256)",
        "evidence_hash": "بصمة الأدلة (SHA-256)",
        "address": "الأرقام نفسها على الموقع",
        "page": "صفحة",
        "chart": "الأبعاد من 0 إلى 100 مع فتراتها",
    },
}
STYLE = """
@page { size: a4 portrait;
  @frame main { left: 51pt; top: 48pt; width: 493pt; height: 728pt; }
  @frame foot { -pdf-frame-content: foot; left: 51pt; top: 790pt; width: 493pt; height: 26pt; } }
body { font-family: BarazaAmiri; font-size: 11pt; color: #1d2726; }
h1 { font-size: 20pt; color: #0f4c4a; margin: 0; line-height: 120%; }
h2 { font-size: 14pt; color: #0f4c4a; margin: 12pt 0 3pt 0; line-height: 120%;
  -pdf-keep-with-next: true; }
p { margin: 0 0 3pt 0; line-height: 125%; }
.big { font-size: 26pt; font-weight: bold; margin: 4pt 0 0 0; color: #0f4c4a; }
.bold { font-weight: bold; }
.quiet { color: #4e5b59; font-size: 9.5pt; margin: 0; }
.rule { border-top: 1.2pt solid #b07d1e; font-size: 4pt; margin: 0; }
th { border-bottom: 1pt solid #0f4c4a; padding: 2pt; font-size: 9.5pt; color: #0f4c4a; }
td { border-bottom: 0.5pt solid #d8d5ca; padding: 2pt; font-size: 10pt; }
"""
WIDTH, EDGE, ROW = 493, 14, 34


def number(value: float | None, language: str) -> str:
    """One decimal, or a dash where it is missing: never a zero."""
    return (
        "–" if value is None else rendering.isolated(rendering.decimal(value, language), language)
    )


def interval(value: ReportedValue, language: str) -> str:
    """The interval as it is shown."""
    if value.low is None or value.high is None:
        return "–"
    low, high = (rendering.decimal(end, language) for end in (value.low, value.high))
    return rendering.isolated(f"{low} – {high}", language)


def percent(share: float | None, language: str) -> str:
    """A share 0 … 1 as a whole percentage."""
    return "–" if share is None else rendering.isolated(f"{share * 100:.0f}%", language)


def chart(rows: tuple[ReportedValue, ...], language: str) -> str:
    """A dot with its whisker under the name of each row; in Arabic zero stands on the right."""
    mirrored = language == "ar"
    start, end, first, last = (
        (WIDTH - EDGE, EDGE, "end", "start") if mirrored else (EDGE, WIDTH - EDGE, "start", "end")
    )
    tall = ROW * len(rows) + 20
    ink = 'font-size="10" fill="#1d2726"'
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{tall}"'
        f' viewBox="0 0 {WIDTH} {tall}">'
    ]

    def x(value: float) -> float:
        return round(start + (end - start) * value / 100, 1)

    def line(
        left: float, right: float, upper: float, lower: float, colour: str, wide: float
    ) -> None:
        drawn.append(
            f'<line x1="{left}" x2="{right}" y1="{upper}" y2="{lower}"'
            f' stroke="{colour}" stroke-width="{wide}"/>'
        )

    def label(at: float, y: float, anchor: str, text: str) -> None:
        shown = escape(rendering.shaped(text, language))
        face = f'font-family="{rendering.family_for(text)}"'
        drawn.append(f'<text x="{at}" y="{y}" text-anchor="{anchor}" {face} {ink}>{shown}</text>')

    for place, one in enumerate(rows):
        y = ROW * place + 24
        line(x(0), x(100), y, y, "#d8d5ca", 0.6)
        for tick in (0, 25, 50, 75, 100):
            line(x(tick), x(tick), y - 3, y + 3, "#b3bbb7", 0.6)
        label(start, y - 9, first, textwrap.shorten(one.title, 72, placeholder="…"))
        if one.value is None:
            label(end, y - 9, last, words_of(language)["missing"])
            continue
        figure = rendering.decimal(one.value, language)
        if one.low is not None and one.high is not None:
            line(x(one.low), x(one.high), y, y, "#0f4c4a", 2.4)
        drawn.append(f'<circle cx="{x(one.value)}" cy="{y}" r="4.5" fill="#b07d1e"/>')
        label(end, y - 9, last, figure)
    for tick in (0, 25, 50, 75, 100):
        label(x(tick), tall - 6, "middle", str(tick))
    return "".join((*drawn, "</svg>"))


def words_of(language: str) -> Mapping[str, str]:
    """The report's own words."""
    return WORDS.get(language, WORDS["en"])


def table(head: list[str], rows: list[list[str]], speech: str) -> Markup:
    """A table whose head is repeated on each page; the first column is the widest."""
    side, way = ("right", "rtl") if speech == "ar" else ("left", "ltr")
    first = 100 - 15 * (len(head) - 1) if len(head) > 3 else 40
    rest = (100 - first) // (len(head) - 1)

    def row(cells: list[str], kind: str) -> Markup:
        made = (
            Markup('<{} align="{}" width="{}%">{}</{}>').format(
                kind, side, rest if place else first, cell, kind
            )
            for place, cell in enumerate(cells)
        )
        return Markup("<tr>{}</tr>").format(Markup("").join(made))

    head = [rendering.ranges_isolated(one, speech) for one in head]
    body = Markup("").join(row(cells, "td") for cells in rows)
    return Markup('<table repeat="1" dir="{}">{}{}</table>').format(way, row(head, "th"), body)


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
        tell = progress or (lambda _percent: None)
        tell(10)
        page = self.html(document, options.get("detail", "indicators"))
        tell(20)
        content = rendering.render(
            page, title=document.title, language=document.language, made_at=document.made_at
        )
        tell(100)
        return Artifact(f"capacity-{document.as_of.isoformat()}.pdf", self.media_type, content)

    def html(self, document: CapacityReport, detail: str) -> Markup:
        """The report as HTML, every text escaped."""
        speech = document.language
        words = words_of(speech)
        parts = [*self.summary(document)]
        if document.dimensions:
            drawing = rendering.svg_address(chart(document.dimensions, speech))
            parts += [
                heading(words["chart"]),
                Markup('<p><img src="{}" style="width: {}pt"/></p>').format(drawing, WIDTH),
                self.values(document, document.dimensions, words["dimension"]),
            ]
        if detail == "indicators" and document.indicators:
            parts += [
                heading(words["indicators"]),
                self.values(document, document.indicators, words["indicator"]),
            ]
        if document.history:
            rows = [
                # The history alone is kept as shares 0 … 1.
                [
                    rendering.day(when, speech),
                    number(None if value is None else value * 100, speech),
                ]
                for when, value in reversed(document.history)
            ]
            parts += [
                heading(words["history"]),
                table([words["as_of"], words["value"]], rows, speech),
            ]
        parts += self.origin(document)
        return Markup(
            '<html dir="{dir}"><head><meta charset="utf-8"/><style>{faces}{style}</style></head>'
            '<body dir="{dir}">{parts}<div id="foot"><p class="quiet">{site} · {page}'
            " <pdf:pagenumber/> / <pdf:pagecount/></p></div></body></html>"
        ).format(
            dir="rtl" if speech == "ar" else "ltr",
            faces=Markup(rendering.font_faces()),
            style=Markup(STYLE),
            parts=Markup("").join(parts),
            site=document.site_name,
            page=words["page"],
        )

    def summary(self, document: CapacityReport) -> list[Markup]:
        """The index in figures and in sentences."""
        speech = document.language
        words = words_of(speech)
        parts = [
            Markup("<h1>{}</h1>").format(document.title),
            rendering.paragraph(document.organisation, "bold", speech),
            Markup('<p class="quiet">{}{}{}</p><p class="rule">&nbsp;</p>').format(
                words["as_of"], words["colon"], rendering.day(document.as_of, speech)
            ),
            Markup('<p class="big">{}</p>').format(number(document.index.value, speech)),
        ]
        if document.index.low is not None:
            parts.append(
                Markup('<p class="bold">{} {}</p>').format(
                    words["between"].capitalize(), interval(document.index, speech)
                )
            )
        if document.band:
            parts.append(
                Markup("<p>{}{}<b>{}</b></p>").format(
                    words["band"], words["colon"], rendering.ranges_isolated(document.band, speech)
                )
            )
        parts += [
            Markup("<p>{}</p>").format(rendering.ranges_isolated(text, speech))
            for text in document.sentences
        ]
        return parts

    def values(
        self, document: CapacityReport, values: tuple[ReportedValue, ...], title: str
    ) -> Markup:
        """A table of dimensions, with the evidence of their indicators, or of indicators."""
        speech = document.language
        words = words_of(speech)
        evidence = Counter[str]()
        for one in document.indicators:
            evidence[one.parent] += one.evidence_count
        rows = []
        for one in values:
            name = one.title
            if one.raw:
                raw = rendering.ranges_isolated(one.raw, speech)
                name = Markup("{}<br/><span class='quiet'>{}</span>").format(one.title, raw)
            pieces = one.evidence_count or evidence[one.key]
            rows.append(
                [
                    name,
                    number(one.value, speech),
                    interval(one, speech),
                    percent(one.coverage, speech),
                    rendering.isolated(pieces, speech),
                ]
            )
        head = [words[key] for key in ("value", "interval", "coverage", "evidence")]
        return table([title, *head], rows, speech)

    def origin(self, document: CapacityReport) -> list[Markup]:
        """By which rules and from which evidence, so that anybody can compute it again."""
        speech = document.language
        words = words_of(speech)
        facts = [
            (words["methodology"], document.methodology),
            (words["methodology_hash"], rendering.isolated(document.methodology_hash, speech)),
            (words["evidence_hash"], rendering.isolated(document.evidence_hash, speech)),
        ]
        if document.address:
            facts.append((words["address"], rendering.isolated(document.address, speech)))
        return [
            heading(words["how"]),
            *(
                Markup('<p class="quiet">{}{}{}</p>').format(label, words["colon"], fact)
                for label, fact in facts
            ),
        ]


def heading(text: str) -> Markup:
    """The title of a part."""
    return Markup("<h2>{}</h2>").format(text)
