"""The certificate's page: A4 across, in the language in which it was issued."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from markupsafe import Markup, escape

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
        "check": "Scannez pour vérifier qu’il est authentique, ou ouvrez",
    },
    "ar": {
        "certificate": "شهادة",
        "to": "نشهد بأن",
        "did": "أتم بنجاح",
        "competencies": "الكفاءات",
        "issued": "صدرت في",
        "expires": "سارية حتى",
        "by": "أصدرتها",
        "code": "الرمز",
        "check": "امسح المربع للتحقق من صحتها، أو افتح",
    },
}
STYLE = """
@page { size: a4 landscape; margin: 1.6cm; }
body { font-family: BarazaAmiri; font-size: 13pt; color: #1d2726; }
.frame { border: 2pt solid #0f4c4a; padding: 14pt 24pt; }
.centre { text-align: center; }
.title { font-size: 30pt; color: #0f4c4a; font-weight: bold; margin: 0; }
.name { font-size: 27pt; font-weight: bold; margin: 2pt 0; }
.what { font-size: 19pt; font-weight: bold; color: #0f4c4a; margin: 2pt 0; }
.quiet { color: #4e5b59; font-size: 11pt; }
.line { border-top: 1.5pt solid #b07d1e; margin: 6pt 0; }
td { vertical-align: top; padding: 1pt 4pt; font-size: 11.5pt; }
"""


def day(value: date | None, language: str) -> str:
    """A date that reads the same in every language."""
    return rendering.isolated(f"{value:%d/%m/%Y}", language) if value else "–"


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
        if progress:
            progress(10)
        content = rendering.render(
            self.html(document),
            title=f"{document.title}: {document.recipient}",
            language=document.language,
        )
        filename = f"certificate-{document.code}.pdf"
        return Artifact(filename, self.media_type, content)

    def html(self, document: CertificateDocument) -> Markup:
        """The page as HTML, every text escaped."""
        words = WORDS.get(document.language, WORDS["en"])
        direction = "rtl" if document.language == "ar" else "ltr"
        competencies = Markup("<br/>").join(
            Markup("{}{}").format(
                one.title, Markup(" – {}").format(one.level) if one.level else Markup("")
            )
            for one in document.competencies
        )
        facts = [
            Markup("<p>{}: <b>{}</b></p>").format(words["by"], document.issuer),
            Markup("<p>{}: <b>{}</b></p>").format(
                words["issued"], day(document.issued_on, document.language)
            ),
            Markup("<p>{}: <b>{}</b></p>").format(
                words["expires"], day(document.expires_on, document.language)
            ),
            Markup("<p>{}: <b>{}</b></p>").format(
                words["code"], rendering.isolated(document.code, document.language)
            ),
        ]
        code = Markup('<img src="{}" width="95" height="95"/>').format(
            rendering.qr_code(document.verify_url)
        )
        cells = [
            Markup('<td width="40%"><p><b>{}</b></p><p>{}</p></td>').format(
                words["competencies"], competencies
            ),
            Markup('<td width="38%">{}</td>').format(Markup("").join(facts)),
            Markup('<td width="22%" align="center">{}</td>').format(code),
        ]
        return Markup(
            '<html dir="{dir}"><head><meta charset="utf-8"/><style>{faces}{style}</style></head>'
            '<body dir="{dir}"><div class="frame"><p class="centre title">{title}</p>'
            '<p class="centre quiet">{to}</p><p class="centre name">{name}</p>'
            '<p class="centre">{organisation}</p><p class="centre quiet">{did}</p>'
            '<p class="centre what">{what}</p><div class="line"></div>'
            '<table dir="{dir}"><tr>{cells}</tr></table>'
            '<p class="centre quiet">{check}<br/>{address}</p></div></body></html>'
        ).format(
            dir=direction,
            faces=Markup(rendering.font_faces()),
            style=Markup(STYLE),
            title=words["certificate"],
            to=words["to"],
            name=escape(document.recipient),
            organisation=document.organisation,
            did=words["did"],
            what=document.achievement,
            cells=Markup("").join(cells),
            check=words["check"],
            address=rendering.isolated(document.verify_url, document.language),
        )
