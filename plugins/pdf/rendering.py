"""One way to set a page: xhtml2pdf with our own fonts, no network, and the same bytes for the same input."""

import io
import logging
import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import unescape

import arabic_reshaper
import reportlab.rl_config
import segno
import xhtml2pdf.util
from babel.dates import format_date
from markupsafe import Markup
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.ttfonts import TTFontFile
from reportlab.pdfgen.canvas import Canvas
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
#: Fonts register for the whole process: the names are ours alone. The first sets everything it has letters
#: for; the other steps in for words with letters that it lacks (Ɛ and Ŋ of West African names, Cyrillic, Greek).
FAMILY = "BarazaAmiri"
OTHER_FAMILY = "BarazaNotoSans"
FACES = (
    (FAMILY, "normal", "Amiri-Regular.ttf"),
    (FAMILY, "bold", "Amiri-Bold.ttf"),
    (OTHER_FAMILY, "normal", "NotoSans-Regular.ttf"),
    (OTHER_FAMILY, "bold", "NotoSans-Bold.ttf"),
)
#: Two numbers with a dash between them, which Arabic text would show the other way round.
_RANGE = re.compile(r"\d[\d.,/]*\s?[-–]\s?\d[\d.,/]*(?:\s?%)?")

# Drawings look their face up here; without it their text would be black boxes, or another's font.
for _family, _weight, _file in FACES:
    register_font(_family, str(font_folder() / _file), _weight)

_TEXT = re.compile(r">([^<>]+)<")
_WORD = re.compile(r"\S+")
#: Text that is no text of the page.
_HEAD = re.compile(r"^.*?</head>", re.DOTALL)


@lru_cache(maxsize=4)
def _letters(file: str) -> frozenset[int]:
    return frozenset(TTFontFile(str(font_folder() / file)).charToGlyph)


def _lacks(text: str) -> bool:
    """Whether the first family has no glyph for a letter that the other one has."""
    return any(
        ord(letter) not in _letters("Amiri-Regular.ttf")
        and ord(letter) in _letters("NotoSans-Regular.ttf")
        for letter in text
    )


def family_for(text: str) -> str:
    """The family that sets a label of a drawing whole."""
    return OTHER_FAMILY if _lacks(text) else FAMILY


def _with_other_family(html: str) -> str:
    """Give words with letters that the first family lacks to the other one; a word is of one face."""
    head = _HEAD.match(html)
    start = head.end() if head else 0

    def word(found: re.Match[str]) -> str:
        text = found[0]
        return f'<span class="other-face">{text}</span>' if _lacks(unescape(text)) else text

    def run(found: re.Match[str]) -> str:
        return f">{_WORD.sub(word, found[1])}<"

    return html[:start] + _TEXT.sub(run, html[start:])


def isolated(text: object, language: str) -> str:
    """A range, code or number kept from turning round inside Arabic text; elsewhere as it is."""
    if language != "ar":
        return str(text)
    return f"{LEFT_TO_RIGHT_MARK}{text}{LEFT_TO_RIGHT_MARK}"


def ranges_isolated(text: str, language: str) -> str:
    """A sentence in which every range reads from the lower to the higher number, in Arabic too."""
    return _RANGE.sub(lambda found: isolated(found[0], language), text)


def direction(text: str, language: str) -> str:
    """`rtl` or `ltr` by the first letter: a name in another script wraps in its own order."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "rtl" if language == "ar" else "ltr"


def paragraph(text: str, style: str, language: str) -> Markup:
    """A paragraph of untrusted text, escaped, in the direction of its own script."""
    return Markup('<p class="{}" dir="{}">{}</p>').format(style, direction(text, language), text)


def day(value: date, language: str) -> str:
    """A date with its month in words, which nobody reads the other way round."""
    return format_date(value, "d MMMM y", locale=language)


def decimal(value: float | Decimal, language: str) -> str:
    """A figure with one decimal, with a comma in French."""
    text = f"{value:.1f}"
    return text.replace(".", ",") if language == "fr" else text


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
    """The style sheet's font rules."""
    folder = font_folder()
    rules = [
        f"@font-face {{ font-family: {family}; font-weight: {weight}; src: url('{folder / file}'); }}"
        for family, weight, file in FACES
    ]
    return "".join(rules) + f".other-face {{ font-family: {OTHER_FAMILY}; }}"


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if "can draw" in text or "Blocked" in text:
            self.texts.append(text)


def drawn(html: str) -> io.BytesIO:
    """HTML as pages of a PDF, without its date and language.

    Raises:
        ExportFailed: the page could not be set, a character has no glyph, or a resource was refused.
    """
    policy = ResourceAccessPolicy.server(font_folder(), allow_remote=False, max_render_seconds=60)
    pages = io.BytesIO()
    complaints = _Complaints()
    logger = logging.getLogger("xhtml2pdf")
    logger.addHandler(complaints)
    try:
        html = _with_other_family(str(html))
        result = pisa.CreatePDF(html, dest=pages, encoding="utf-8", resource_policy=policy)
    finally:
        logger.removeHandler(complaints)
    if result.err or complaints.texts:
        raise ExportFailed("; ".join(complaints.texts) or "the page could not be set")
    pages.seek(0)
    return pages


def _frame(page: PageObject) -> None:
    """Draw a double line around a page; the style sheet has no way to draw one so near the edge."""
    drawn = io.BytesIO()
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    canvas = Canvas(drawn, pagesize=(width, height))
    for colour, inset, line in (("#0f4c4a", 24, 3), ("#b07d1e", 31, 0.8)):
        canvas.setStrokeColor(HexColor(colour))
        canvas.setLineWidth(line)
        canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)
    canvas.save()
    page.merge_page(PdfReader(drawn).pages[0], over=False)


def render(
    html: str,
    *,
    title: str,
    language: str,
    made_at: datetime,
    smaller: Iterable[str] = (),
    framed: bool = False,
) -> bytes:
    """Turn HTML into PDF bytes.

    `smaller` are other settings of the same text, each smaller than the one before; the first that
    fits on one page is taken, and the last of all where none does. `framed` draws a line around each page.

    Raises:
        ExportFailed: the page could not be set, a character has no glyph, or a resource was refused.
    """
    writer = PdfWriter(clone_from=drawn(html))
    for other in smaller:
        if len(writer.pages) == 1:
            break
        writer = PdfWriter(clone_from=drawn(other))
    if framed:
        for page in writer.pages:
            _frame(page)
    return finished(writer, title=title, language=language, made_at=made_at)


def finished(writer: PdfWriter, *, title: str, language: str, made_at: datetime) -> bytes:
    """The bytes of a PDF that says its title, language and date; the same pages give the same bytes."""
    writer.add_metadata(
        {
            "/Title": title,
            "/Creator": "Baraza",
            "/CreationDate": f"D:{made_at:%Y%m%d%H%M%S}+00'00'",
            "/ModDate": f"D:{made_at:%Y%m%d%H%M%S}+00'00'",
        }
    )
    writer.root_object[NameObject("/Lang")] = TextStringObject(language)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()
