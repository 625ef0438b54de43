"""The book on paper: cover, contents with page numbers, chapters, bookmarks."""

import io
import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import etree
from markupsafe import Markup
from PIL import Image
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import ArrayObject, NameObject, TextStringObject

from lms.plugins import Artifact, BookPicture, CourseBook, ExportFailed, Option, Progress

from ..pdf import rendering
from .chapters import Chapter, chapters, written

#: Width and height of the page and its margin, in points; the size of the letters.
PAPERS = {"a5": (420, 595, 42, 9.6), "a4": (595, 842, 64, 11.0)}
FOOT = 24
#: Latin letters stand in the face without serifs, which a phone shows well; Arabic letters in their own, which
#: is smaller at the same size.
FACES = {
    False: (f"{rendering.OTHER_FAMILY}, {rendering.FAMILY}", 1.0, 150),
    True: (f"{rendering.FAMILY}, {rendering.OTHER_FAMILY}", 1.25, 165),
}
#: Stands in the contents for the page of a chapter until the pages are put together.
PLACE = "https://chapter.invalid/"
#: Arabic letters in the forms that they have on the page.
JOINED = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
SVG = "{http://www.w3.org/2000/svg}"
TURNED = {"start": "end", "end": "start"}
#: Points of a pixel, at the resolution for which pictures on the web are made.
POINTS_A_PIXEL = 0.75
STYLE = """
@page {{ size: {width}pt {height}pt;
  @frame main {{ left: {margin}pt; top: {margin}pt; width: {inner}pt; height: {tall}pt; }}
  @frame foot {{ -pdf-frame-content: foot; left: {margin}pt; top: {foot}pt; width: {inner}pt; height: 22pt; }} }}
body {{ font-family: {family}; font-size: {size}pt; color: #1d2726; line-height: {leading}%; }}
p {{ margin: 0 0 {gap}pt 0; }}
h1 {{ font-size: {h1}pt; color: #0f4c4a; margin: 0 0 {gap}pt 0; line-height: 125%; }}
h2 {{ font-size: {h2}pt; color: #0f4c4a; margin: {gap2}pt 0 3pt 0; line-height: 125%; -pdf-keep-with-next: true; }}
h3 {{ font-size: {h3}pt; color: #0f4c4a; margin: {gap}pt 0 2pt 0; line-height: 125%; -pdf-keep-with-next: true; }}
em {{ font-weight: bold; font-style: normal; }}
a {{ color: #0f4c4a; text-decoration: none; }}
code, pre {{ font-family: {family}; }}
ul, ol {{ margin-top: 0; margin-bottom: {gap}pt; }}
li {{ margin-top: 0; margin-bottom: 2pt; }}
li p {{ margin-top: 0; margin-bottom: 0; }}
.last {{ margin-bottom: 0; }}
dt {{ font-weight: bold; margin: {gap}pt 0 0 0; -pdf-keep-with-next: true; }}
dd {{ margin: 0; }}
table {{ margin: 0 0 {gap}pt 0; }}
th {{ border-bottom: 1pt solid #0f4c4a; padding: 2pt 3pt; font-size: {small}pt; color: #0f4c4a;
  text-align: {start}; vertical-align: bottom; line-height: 130%; }}
td {{ border-bottom: 0.5pt solid #d8d5ca; padding: 2pt 3pt; font-size: {small}pt; text-align: {start};
  vertical-align: top; line-height: 130%; }}
.centre, .picture {{ text-align: center; }}
.end {{ text-align: {end}; }}
blockquote {{ margin: 0 12pt {gap}pt 12pt; }}
.quiet {{ color: #4e5b59; font-size: {small}pt; }}
.note, .warning, .task, .example, .remember, .check {{ background-color: #f4f2ea; padding: 6pt 8pt;
  margin: {gap}pt 0; border-{start}: 2.5pt solid #0f4c4a; page-break-inside: avoid; }}
.warning {{ border-{start}: 2.5pt solid #a03020; }}
.task, .check {{ border-{start}: 2.5pt solid #b07d1e; }}
.box-title {{ font-weight: bold; color: #0f4c4a; margin: 0 0 2pt 0; -pdf-keep-with-next: true; }}
.warning-line {{ border: 0.8pt solid #b07d1e; padding: 4pt 6pt; margin: {gap}pt 0; }}
.question {{ font-weight: bold; margin: 0 0 2pt 0; -pdf-keep-with-next: true; }}
.option {{ margin: 0 0 1pt 0; }}
.asked {{ margin: 0; font-size: {small}pt; -pdf-keep-with-next: true; }}
.answer {{ margin: 0; -pdf-keep-with-next: true; }}
.source, .licence {{ font-size: {small}pt; }}
.footnotes {{ font-size: {small}pt; border-top: 0.5pt solid #d8d5ca; padding-top: 3pt; margin-top: {gap2}pt; }}
.foot {{ color: #4e5b59; font-size: 8pt; border-top: 0.5pt solid #d8d5ca; padding-top: 2pt; line-height: 130%;
  margin: 0; }}
.contents td {{ font-size: {size}pt; padding: 3.5pt 0; }}
.cover h1, .plain h1 {{ -pdf-outline: false; }}
.cover h1 {{ font-size: {title}pt; margin: {rise}pt 0 {gap2}pt 0; }}
.cover .brand {{ color: #b07d1e; font-weight: bold; }}
.cover .rule {{ border-top: 2pt solid #b07d1e; font-size: 4pt; margin: 0 0 {gap2}pt 0; }}
.cover .fact {{ margin: 0 0 2pt 0; }}
"""


class CoursePdf:
    """A course as a PDF."""

    name = "course-pdf"
    title: Mapping[str, str] = {
        "en": "Course (PDF)",
        "fr": "Cours (PDF)",
        "ar": "دورة (PDF)",
    }
    accepts = CourseBook
    media_type = "application/pdf"
    extension = "pdf"
    options: tuple[Option, ...] = (
        Option("paper", "Paper", {"a5": "A5, and phones", "a4": "A4"}, "a5"),
    )

    def render(
        self, document: Any, options: Mapping[str, str], progress: Progress | None = None
    ) -> Artifact:
        """Set the chapters, see on which page each begins, then set cover and contents before them."""
        tell = progress or (lambda _percent: None)
        paper = options.get("paper", "a5")
        parts = chapters(document)
        tell(5)
        body = PdfWriter(clone_from=rendering.drawn(self.body(document, parts, paper)))
        starts = _starts(body, parts)
        tell(80)
        front = PdfReader(rendering.drawn(self.front(document, parts, starts, paper)))
        before = len(front.pages)
        body.merge(0, front, import_outline=False)
        for page in body.pages[:before]:
            _lead(page, [body.pages[before + start] for start in starts])
        body.set_page_label(0, before - 1, PageLabelStyle.LOWERCASE_ROMAN)
        body.set_page_label(before, len(body.pages) - 1, PageLabelStyle.DECIMAL)
        for bookmark in _bookmarks(body.root_object["/Outlines"].get_object()):
            bookmark[NameObject("/Title")] = TextStringObject(_as_typed(bookmark["/Title"]))
        body.add_metadata({"/Author": document.author, "/Subject": document.code})
        content = rendering.finished(
            body, title=document.title, language=document.language, made_at=document.made_at
        )
        tell(100)
        return Artifact(file_name(document, self.extension), self.media_type, content)

    def body(self, book: CourseBook, parts: Sequence[Chapter], paper: str) -> Markup:
        """The chapters as one page of HTML."""
        pictures = {one.name: one for one in book.pictures}
        made = Markup("<pdf:nextpage/>").join(
            Markup('<div dir="{}">{}</div>').format(
                "rtl" if part.right_to_left else "ltr", _for_paper(part, pictures, paper)
            )
            for part in parts
        )
        foot = Markup(
            '<div id="foot"><p class="foot"><b><pdf:pagenumber/></b>&nbsp;· {} · {}</p></div>'
        ).format(book.title, book.code)
        return _page(book, paper, made + foot)

    def front(
        self, book: CourseBook, parts: Sequence[Chapter], starts: Sequence[int], paper: str
    ) -> Markup:
        """Cover and contents."""
        cover = [
            Markup('<p class="brand">{}</p><h1>{}</h1><p class="rule">&nbsp;</p>').format(
                book.site_name, book.title
            ),
            *(
                Markup('<p class="fact">{}</p>').format(fact)
                for fact in (
                    f"{book.code} · {book.words['version']} {book.version}",
                    book.language_name,
                    *book.cover,
                )
            ),
            *(Markup('<p class="warning-line">{}</p>').format(text) for text in book.warnings),
        ]
        rows = Markup("").join(
            Markup(
                '<tr><td width="88%"><a href="{}{}">{}</a></td><td width="12%" align="{}">{}</td></tr>'
            ).format(PLACE, at, part.title, _sides(book)[1], start + 1)
            for at, (part, start) in enumerate(zip(parts, starts, strict=True))
        )
        return _page(
            book,
            paper,
            Markup(
                '<div class="cover">{}</div><pdf:nextpage/><div class="plain"><h1>{}</h1>'
                '<table class="contents" dir="{}">{}</table></div>'
            ).format(
                Markup("").join(cover),
                book.words["contents"],
                "rtl" if book.right_to_left else "ltr",
                rows,
            ),
        )


def file_name(book: CourseBook, extension: str) -> str:
    """A plain file name: `C11-crisis-response-fr.pdf`."""
    code = "".join(letter for letter in book.code if letter.isascii() and letter.isalnum())
    return f"{code or 'course'}-{book.key}-{book.language}.{extension}"


def _sides(book: CourseBook) -> tuple[str, str]:
    return ("right", "left") if book.right_to_left else ("left", "right")


def _page(book: CourseBook, paper: str, content: Markup) -> Markup:
    width, height, margin, letters = PAPERS[paper]
    family, larger, leading = FACES[book.right_to_left]
    start, end = _sides(book)
    size = letters * larger
    style = STYLE.format(
        width=width,
        height=height,
        margin=margin,
        inner=width - 2 * margin,
        tall=height - 2 * margin - FOOT / 2,
        foot=height - margin + 4,
        family=family,
        leading=leading,
        size=round(size, 1),
        small=round(size * 0.88, 1),
        h1=round(size * 1.7, 1),
        h2=round(size * 1.3, 1),
        h3=round(size * 1.1, 1),
        title=round(size * 2.6, 1),
        gap=round(size * 0.55, 1),
        gap2=round(size * 1.1, 1),
        rise=round(height * 0.2),
        start=start,
        end=end,
    )
    return Markup(
        '<html dir="{way}"><head><meta charset="utf-8"/><style>{faces}{style}</style></head>'
        '<body dir="{way}">{content}</body></html>'
    ).format(
        way="rtl" if book.right_to_left else "ltr",
        faces=Markup(rendering.font_faces()),
        style=Markup(style),
        content=content,
    )


def _for_paper(part: Chapter, pictures: Mapping[str, BookPicture], paper: str) -> Markup:
    """A chapter with links as they are within one page, and its pictures in it."""
    section = part.body
    prefix = f"{part.key}--"
    for element in section.iter():
        if element.get("id"):
            element.set("id", prefix + element.get("id"))
    for link in section.iter("a"):
        address = link.get("href", "")
        if link.get("class") == "footnote-backref":
            # On paper nobody goes back by a touch.
            link.text, link.attrib["href"] = "", ""
        elif address.startswith("#"):
            link.set("href", f"#{prefix}{address[1:]}")
        elif ".xhtml#" in address:
            link.set("href", "#" + address.replace(".xhtml#", "--"))
    for picture in section.iter("img"):
        found = pictures.get(picture.get("src", "").removeprefix("pictures/"))
        if found is None:
            picture.attrib.pop("src", None)
        else:
            _place(picture, found, paper)
    for items in section.iter("ul", "ol"):
        # Room below the last one, at the end of a full page, would make an empty page of its own.
        items[-1].set("class", "last")
    for table in section.iter("table"):
        table.set("dir", "rtl" if part.right_to_left else "ltr")
        table.set("repeat", "1")
    # What ends up in the page was made by `chapters` out of safe parts.
    return Markup(written(section))


def _place(element: Any, picture: BookPicture, paper: str) -> None:
    """Put a picture into its place, as wide as it is or as the page lets it be."""
    width, height, margin, _letters = PAPERS[paper]
    content = picture.content
    if picture.media_type == "image/svg+xml":
        content, wide, tall = _drawing(content)
    else:
        with Image.open(io.BytesIO(content)) as opened:
            wide, tall = opened.size
    # In a box the page is narrower than between its margins; a heading and some lines fit above.
    most_wide = (width - 2 * margin - 20) / POINTS_A_PIXEL
    most_tall = (height - 2 * margin) * 0.7 / POINTS_A_PIXEL
    scale = min(1.0, most_wide / wide, most_tall / tall)
    element.set("width", f"{wide * scale:.1f}")
    element.set("height", f"{tall * scale:.1f}")
    data = b64encode(content).decode()
    element.set("src", f"data:{picture.media_type};base64,{data}")


def _drawing(svg: bytes) -> tuple[bytes, float, float]:
    """A drawing with letters of our faces, joined and in their order; its width and height in pixels."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(svg, parser)
        _left, _top, wide, tall = (
            float(part) for part in root.get("viewBox", "").replace(",", " ").split()
        )
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ExportFailed(f"a drawing cannot be read: {error}") from error
    for text in root.iter(f"{SVG}text"):
        arabic = text.get("direction") == "rtl"
        for element in (text, *text.iter(f"{SVG}tspan")):
            if element.text and element.text.strip():
                latin = rendering.direction(element.text, "en") == "ltr"
                family = rendering.OTHER_FAMILY if latin else rendering.family_for(element.text)
                element.set("font-family", family)
                element.text = rendering.shaped(element.text, "ar" if arabic else "")
        if arabic:
            # Joined letters are in the order of the eye: the line begins on the left again.
            del text.attrib["direction"]
            anchor = _inherited(text, "text-anchor", "start")
            text.set("text-anchor", TURNED.get(anchor, anchor))
    root.set("width", f"{wide:g}")
    root.set("height", f"{tall:g}")
    return etree.tostring(root), wide, tall


def _inherited(element: Any, name: str, otherwise: str) -> str:
    """The value of an attribute where it is said: on the element or on what is around it."""
    while element is not None:
        if element.get(name) is not None:
            return str(element.get(name))
        element = element.getparent()
    return otherwise


def _starts(body: PdfWriter, parts: Sequence[Chapter]) -> list[int]:
    """On which page each chapter begins, from 0: every chapter is a bookmark of the first level."""
    starts = [
        body.get_destination_page_number(one) for one in body.outline if not isinstance(one, list)
    ]
    if len(starts) != len(parts) or None in starts:
        raise ExportFailed("a chapter of the book has no place in its bookmarks")
    return [start for start in starts if start is not None]


def _bookmarks(above: Any) -> Iterator[Any]:
    reference = above.get("/First")
    while reference is not None:
        bookmark = reference.get_object()
        yield bookmark
        yield from _bookmarks(bookmark)
        reference = bookmark.get("/Next")


def _as_typed(text: str) -> str:
    """A text in letters as they are typed: joined ones, as on the page, nobody finds by searching."""
    return JOINED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _lead(page: PageObject, targets: Sequence[PageObject]) -> None:
    """Have the entries of the contents lead to the chapters' pages."""
    for reference in page.get("/Annots", ()):
        note = reference.get_object()
        address = str(note.get("/A", {}).get("/URI", ""))
        if address.startswith(PLACE):
            target = targets[int(address.removeprefix(PLACE))]
            del note["/A"]
            note[NameObject("/Dest")] = ArrayObject([target.indirect_reference, NameObject("/Fit")])
