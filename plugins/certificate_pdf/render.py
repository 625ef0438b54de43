"""The certificate's page: A4 across, in the language in which it was issued."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from lms.plugins import Artifact, CertificateDocument, Option, Progress

from ..pdf import rendering

WORDS = {
    "en": {
        "certificate": "Certificate",
        "to": "This certifies that",
        "did": "has successfully completed",
        "competencies": "Competencies",
        "issued": "Issued on",
        "expires": "Valid until",
        "by": "Issued by",
        "code": "Code",
        "result": "Result",
        "check": "Scan to check that it is genuine, or open",
    },
    "fr": {
        "certificate": "Certificat",
        "to": "Il est certifié que",
        "did": "a achevé avec succès",
        "competencies": "Compétences",
        "issued": "Délivré le",
        "expires": "Valable jusqu’au",
        "by": "Délivré par",
        "code": "Code",
        "result": "Résultat",
        "check": "Scannez pour vérifier qu’il est authentique, ou ouvrez",
    },
    "ar": {
        "certificate": "شهادة",
        "to": "نشهد بأن",
        "did": "أتمّ/أتمّت بنجاح",
        "competencies": "الكفاءات",
        "issued": "صدرت في",
        "expires": "سارية حتى",
        "by": "أصدرتها",
        "code": "الرمز",
        "result": "النتيجة",
        "check": "امسح المربع للتحقق من صحتها، أو افتح",
    },
}
#: Type sizes to try, from generous to small: the first that fits on one page is taken.
SIZES = (1.25, 1.1, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
PAGE = """
@page { size: a4 landscape;
  @frame main { left: 62pt; top: 50pt; width: 718pt; height: 355pt; }
  @frame foot { -pdf-frame-content: foot; left: 62pt; top: 412pt; width: 718pt; height: 146pt; } }
body { font-family: BarazaAmiri; color: #1d2726; }
p { margin: 0; text-align: center; }
.rule { border-top: 1.2pt solid #b07d1e; font-size: 4pt; }
td { vertical-align: top; padding: 2pt 4pt; }
.label { color: #4e5b59; font-size: 9.5pt; line-height: 125%%; }
.fact { font-size: 12pt; font-weight: bold; line-height: 125%%; }
.start { text-align: %s; }
.check { color: #4e5b59; font-size: 9pt; line-height: 125%%; }
"""


def style(size: float, language: str) -> str:
    """The style sheet, with the upper part set at `size` times its plain measure."""
    parts = {
        "title": (28, "color: #0f4c4a; font-weight: bold;"),
        "quiet": (11.5, "color: #4e5b59;"),
        "name": (30, "font-weight: bold;"),
        "organisation": (14, ""),
        "what": (19, "color: #0f4c4a; font-weight: bold;"),
        "competency": (12, ""),
    }
    page = PAGE % ("right" if language == "ar" else "left")
    return page + "".join(
        f".{name} {{ font-size: {points * size:.1f}pt; line-height: 120%;"
        f" margin-bottom: {6 * size:.1f}pt; {more} }}"
        for name, (points, more) in parts.items()
    )


class CertificatePdf:
    """One certificate as a page with its QR code."""

    name = "certificate-pdf"
    title: Mapping[str, str] = {
        "en": "Certificate (PDF)",
        "fr": "Certificat (PDF)",
        "ar": "شهادة (PDF)",
    }
    accepts = CertificateDocument
    media_type = "application/pdf"
    extension = "pdf"
    options: tuple[Option, ...] = ()

    def render(
        self, document: Any, options: Mapping[str, str], progress: Progress | None = None
    ) -> Artifact:
        """Set the page; see `lms.plugins.Exporter`."""
        tell = progress or (lambda _percent: None)
        tell(10)
        body = self.body(document)
        first, *smaller = (self.page(document.language, body, size) for size in SIZES)
        tell(20)
        content = rendering.render(
            first,
            title=f"{document.title}: {document.recipient}",
            language=document.language,
            made_at=document.made_at,
            smaller=smaller,
            framed=True,
        )
        tell(100)
        return Artifact(f"certificate-{document.code}.pdf", self.media_type, content)

    def page(self, language: str, body: Markup, size: float) -> Markup:
        """The whole page as HTML."""
        return Markup(
            '<html dir="{dir}"><head><meta charset="utf-8"/><style>{faces}{style}</style></head>'
            '<body dir="{dir}">{body}</body></html>'
        ).format(
            dir="rtl" if language == "ar" else "ltr",
            faces=Markup(rendering.font_faces()),
            style=Markup(style(size, language)),
            body=body,
        )

    def body(self, document: CertificateDocument) -> Markup:
        """What stands on the page, every text escaped."""
        speech = document.language
        words = WORDS.get(speech, WORDS["en"])

        def line(text: str, style: str) -> Markup:
            return rendering.paragraph(text, style, speech)

        lines = [
            line(words["certificate"], "title"),
            line(words["to"], "quiet"),
            line(document.recipient, "name"),
            line(document.organisation, "organisation") if document.organisation else "",
            line(words["did"], "quiet"),
            line(document.achievement, "what"),
        ]
        if document.competencies:
            lines.append(line(words["competencies"], "quiet"))
            lines += [
                line(f"{one.title} – {one.level}" if one.level else one.title, "competency")
                for one in document.competencies
            ]
        return Markup("").join((*lines, self.foot(document, words)))

    def foot(self, document: CertificateDocument, words: Mapping[str, str]) -> Markup:
        """Who, when and how to check: always at the bottom of the page."""
        speech = document.language
        expires = rendering.day(document.expires_on, speech) if document.expires_on else "–"
        facts = [
            (words["by"], document.issuer),
            (words["issued"], rendering.day(document.issued_on, speech)),
            (words["expires"], expires),
            (words["code"], rendering.isolated(document.code, speech)),
        ]
        if document.result_percent is not None:
            result = f"{rendering.decimal(document.result_percent, speech)}%"
            facts.append((words["result"], rendering.isolated(result, speech)))
        cells = [
            Markup('<td width="26%">{}{}</td>').format(
                rendering.paragraph(label, "label start", speech),
                # Ruled by the page's language: a Latin code stays under its Arabic label.
                Markup('<p class="fact start">{}</p>').format(fact),
            )
            for label, fact in facts
        ]
        cells += [Markup("<td></td>")] * (6 - len(cells))
        rows = [Markup("").join(cells[:3]), Markup("").join(cells[3:])]
        code = Markup(
            '<td width="22%" rowspan="2" align="center"><img src="{}" width="118" height="118"/></td>'
        ).format(rendering.qr_code(document.verify_url))
        rows[0] += code
        return Markup(
            '<div id="foot"><p class="rule">&nbsp;</p><table dir="{}">{}</table>'
            '<p class="check">{} {}</p></div>'
        ).format(
            "rtl" if speech == "ar" else "ltr",
            Markup("").join(Markup("<tr>{}</tr>").format(row) for row in rows),
            words["check"],
            rendering.isolated(document.verify_url, speech),
        )
