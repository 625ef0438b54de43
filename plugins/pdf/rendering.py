"""One way to set a page: xhtml2pdf with our own fonts, no network, and the same bytes for the same input."""

import io
import logging
from base64 import b64encode

import arabic_reshaper
import reportlab.rl_config
import segno
import xhtml2pdf.util
from pypdf import PdfWriter
from pypdf.generic import NameObject, TextStringObject
from svglib.fonts import register_font
from xhtml2pdf import pisa
from xhtml2pdf.bidi import get_display
from xhtml2pdf.config.resources import ResourceAccessPolicy

from lms.plugins import ExportFailed, font_folder

#: Vowel signs stay: by default they are deleted in silence.
_KEEP = {"delete_harakat": False, "shift_harakat_position": False}
arabic_reshaper.reshape = arabic_reshaper.ArabicReshaper(configuration=_KEEP).reshape
xhtml2pdf.util._plain_reshaper = arabic_reshaper.ArabicReshaper(
    configuration=_KEEP | {"support_ligatures": False}
)
reportlab.rl_config.invariant = 1
LEFT_TO_RIGHT_MARK = "\u200e"
#: Fonts register for the whole process: the name is ours alone.
FAMILY = "BarazaAmiri"


# Drawings look their face up here; without it their text would be black boxes, or another's font.
for _name, _weight in (("Amiri-Regular", "normal"), ("Amiri-Bold", "bold")):
    register_font(FAMILY, str(font_folder() / f"{_name}.ttf"), _weight)


def isolated(text: object, language: str) -> str:
    """A range, code or number kept from turning round inside Arabic text; elsewhere as it is."""
    if language != "ar":
        return str(text)
    return f"{LEFT_TO_RIGHT_MARK}{text}{LEFT_TO_RIGHT_MARK}"


def qr_code(address: str) -> str:
    """A QR code as an image address; the fixed mask saves time and changes nothing for the reader."""
    drawn = io.BytesIO()
    segno.make(address, error="m", mask=3).save(drawn, kind="png", scale=6, border=2)
    return f"data:image/png;base64,{b64encode(drawn.getvalue()).decode()}"


def svg_address(svg: str) -> str:
    """A drawing as an image address."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def shaped(text: str, language: str) -> str:
    """A label for a drawing: in Arabic joined and put in order, which the drawing does not do itself."""
    if language != "ar":
        return text
    return str(get_display(arabic_reshaper.reshape(text), base_dir="R"))


def font_faces() -> str:
    """The style sheet's font rules; the family's name is ours alone."""
    folder = font_folder()
    return (
        f"@font-face {{ font-family: BarazaAmiri; src: url('{folder / 'Amiri-Regular.ttf'}'); }}"
        f"@font-face {{ font-family: BarazaAmiri; font-weight: bold; src: url('{folder / 'Amiri-Bold.ttf'}'); }}"
    )


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if "can draw" in text or "Blocked" in text:
            self.texts.append(text)


def render(html: str, *, title: str, language: str) -> bytes:
    """Turn HTML into PDF bytes.

    Raises:
        ExportFailed: the page could not be set, a character has no glyph, or a resource was refused.
    """
    policy = ResourceAccessPolicy.server(font_folder(), allow_remote=False, max_render_seconds=60)
    drawn = io.BytesIO()
    complaints = _Complaints()
    logger = logging.getLogger("xhtml2pdf")
    logger.addHandler(complaints)
    try:
        result = pisa.CreatePDF(html, dest=drawn, encoding="utf-8", resource_policy=policy)
    finally:
        logger.removeHandler(complaints)
    if result.err or complaints.texts:
        raise ExportFailed("; ".join(complaints.texts) or "the page could not be set")
    drawn.seek(0)
    writer = PdfWriter(clone_from=drawn)
    writer.add_metadata({"/Title": title, "/Creator": "Baraza"})
    writer.root_object[NameObject("/Lang")] = TextStringObject(language)
    finished = io.BytesIO()
    writer.write(finished)
    return finished.getvalue()
