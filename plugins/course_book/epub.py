"""The book for phones and readers: EPUB 3, written with the standard library."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lxml import etree
from markupsafe import Markup
from PIL import Image

from lms.plugins import Artifact, BookPicture, CourseBook, Option, Progress

from .chapters import Chapter, chapters, written
from .pdf import file_name

MEDIA_TYPE = "application/epub+zip"
#: The first moment that a ZIP archive can name.
EARLIEST = (1980, 1, 1, 0, 0, 0)
XHTML = "http://www.w3.org/1999/xhtml"
OPS = "http://www.idpf.org/2007/ops"
etree.register_namespace("epub", OPS)
CONTAINER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>\n"
)
STYLE = """\
html { font-size: 100%; }
body { font-family: "Noto Sans", system-ui, sans-serif; line-height: 1.5; margin: 0 4%; }
:lang(ar) { font-family: "Noto Naskh Arabic", "Amiri", serif; line-height: 1.8; }
h1, h2, h3 { line-height: 1.25; margin: 1.4em 0 0.4em; break-after: avoid; }
h1 { font-size: 1.6em; margin-top: 0.6em; }
h2 { font-size: 1.25em; }
h3 { font-size: 1.05em; }
img { max-width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; margin: 0.8em 0; font-size: 0.92em; }
th, td { border-bottom: 1px solid #888; padding: 0.3em 0.4em; text-align: start; vertical-align: top; }
.wide { overflow-x: auto; }
.centre, .picture { text-align: center; }
.end { text-align: end; }
.note, .warning, .task, .example, .remember, .check, .warning-line {
  border: 1px solid #888; border-inline-start-width: 4px; padding: 0.4em 0.8em; margin: 1em 0; }
.box-title, .question { font-weight: bold; margin: 0.2em 0; }
.option, .answer { margin: 0.2em 0; }
.asked { margin: 1em 0 0; font-size: 0.9em; }
.quiet, .source, .licence, .footnotes { font-size: 0.9em; }
.source, .licence { overflow-wrap: anywhere; }
.footnotes { border-top: 1px solid #888; margin-top: 1.4em; }
dt { font-weight: bold; margin-top: 0.6em; }
dd { margin: 0; }
.cover { text-align: center; margin-top: 18%; }
.cover h1 { font-size: 1.9em; }
.cover p { margin: 0.3em 0; }
.cover .warning-line { margin: 1.5em auto; max-width: 24em; }
nav ol { list-style: none; padding-inline-start: 1em; }
nav > ol { padding: 0; }
nav > ol > li { margin: 0.6em 0; }
"""


class CourseEpub:
    """A course as an EPUB."""

    name = "course-epub"
    title: Mapping[str, str] = {
        "en": "Course (EPUB)",
        "fr": "Cours (EPUB)",
        "ar": "دورة (EPUB)",
    }
    accepts = CourseBook
    media_type = MEDIA_TYPE
    extension = "epub"
    options: tuple[Option, ...] = ()

    def render(
        self, document: Any, options: Mapping[str, str], progress: Progress | None = None
    ) -> Artifact:
        """Write the archive; see `lms.plugins.Exporter`."""
        tell = progress or (lambda _percent: None)
        parts = chapters(document)
        pictures = [_widely_known(one) for one in document.pictures]
        tell(40)
        files: dict[str, bytes] = {
            "META-INF/container.xml": CONTAINER.encode(),
            "EPUB/package.opf": _package(document, parts, pictures).encode(),
            "EPUB/nav.xhtml": _nav(document, parts).encode(),
            "EPUB/cover.xhtml": _cover(document).encode(),
        }
        for part in parts:
            files[f"EPUB/{part.key}.xhtml"] = _chapter(part, pictures).encode()
        files["EPUB/style.css"] = STYLE.encode()
        for picture in pictures:
            files[f"EPUB/pictures/{picture.name}"] = picture.content
        content = _archive(files, document.made_at)
        tell(100)
        return Artifact(file_name(document, self.extension), self.media_type, content)


def _archive(files: Mapping[str, bytes], at: datetime) -> bytes:
    """The files as a ZIP whose first entry says, uncompressed, what it is; every entry has one time."""
    moment = max((at.year, at.month, at.day, at.hour, at.minute, at.second), EARLIEST)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in {"mimetype": MEDIA_TYPE.encode(), **files}.items():
            entry = zipfile.ZipInfo(name, moment)
            # The same on every system: this one says in which attributes are written.
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=9)
    return made.getvalue()


def _widely_known(picture: BookPicture) -> BookPicture:
    """A picture in a format that every reader of EPUB 3 shows."""
    if picture.media_type != "image/webp":
        return picture
    made = io.BytesIO()
    with Image.open(io.BytesIO(picture.content)) as opened:
        opened.save(made, "PNG")
    return BookPicture(f"{picture.name}.png", "image/png", made.getvalue())


def _page(title: str, language: str, right_to_left: bool, kind: str, content: Markup) -> str:
    return Markup(
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="{xhtml}" xmlns:epub="{ops}" lang="{language}" xml:lang="{language}" dir="{way}">'
        '<head><meta charset="utf-8"/><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        '<link rel="stylesheet" type="text/css" href="style.css"/></head>'
        '<body epub:type="{kind}">{content}</body></html>\n'
    ).format(
        xhtml=XHTML,
        ops=OPS,
        language=language,
        way="rtl" if right_to_left else "ltr",
        title=title,
        kind=kind,
        content=content,
    )


def _cover(book: CourseBook) -> str:
    facts = (f"{book.code} · {book.words['version']} {book.version}", book.language_name)
    content = Markup(
        '<section class="cover" epub:type="titlepage"><p>{}</p><h1>{}</h1>{}{}</section>'
    )
    return _page(
        book.title,
        book.language,
        book.right_to_left,
        "frontmatter",
        content.format(
            book.site_name,
            book.title,
            Markup("").join(Markup("<p>{}</p>").format(fact) for fact in (*facts, *book.cover)),
            Markup("").join(
                Markup('<p class="warning-line">{}</p>').format(text) for text in book.warnings
            ),
        ),
    )


def _chapter(part: Chapter, pictures: Sequence[BookPicture]) -> str:
    section = part.body
    converted = {one.name.removesuffix(".png"): one.name for one in pictures}
    for picture in section.iter("img"):
        name = picture.get("src").removeprefix("pictures/")
        picture.set("src", f"pictures/{converted.get(name, name)}")
    for sign in section.findall(".//sup[@class='footnote-ref']/a"):
        sign.set(f"{{{OPS}}}type", "noteref")
    for notes in section.findall(".//section[@class='footnotes']"):
        notes.set(f"{{{OPS}}}type", "footnotes")
        for note in notes.iter("li"):
            note.set(f"{{{OPS}}}type", "footnote")
    for table in list(section.iter("table")):
        # A wide table scrolls by itself; the page does not.
        around = etree.Element("div", {"class": "wide"})
        table.addprevious(around)
        around.tail, table.tail = table.tail, None
        around.append(table)
    section.set(f"{{{OPS}}}type", part.kind)
    matter = "frontmatter" if part.kind == "preface" else "bodymatter"
    if part.kind in ("answers", "glossary", "bibliography", "copyright-page"):
        matter = "backmatter"
    return _page(part.title, part.language, part.right_to_left, matter, Markup(_in_html(section)))


def _in_html(section: Any) -> str:
    """An element as XHTML that takes the namespace of EPUB from the page around it."""
    return written(section).replace(f' xmlns:epub="{OPS}"', "")


def _nav(book: CourseBook, parts: Sequence[Chapter]) -> str:
    def entry(part: Chapter) -> Markup:
        within = Markup("").join(
            Markup('<li><a href="{}.xhtml#{}">{}</a></li>').format(part.key, key, text)
            for key, text in part.headings
        )
        below = Markup("<ol>{}</ol>").format(within) if within else Markup("")
        return Markup('<li><a href="{}.xhtml">{}</a>{}</li>').format(part.key, part.title, below)

    first = next(part for part in parts if part.kind == "chapter")
    content = Markup(
        '<nav epub:type="toc" role="doc-toc" id="toc"><h1>{}</h1><ol>{}</ol></nav>'
        '<nav epub:type="landmarks" hidden="hidden"><ol>'
        '<li><a epub:type="toc" href="nav.xhtml">{}</a></li>'
        '<li><a epub:type="bodymatter" href="{}.xhtml">{}</a></li></ol></nav>'
    ).format(
        book.words["contents"],
        Markup("").join(entry(part) for part in parts),
        book.words["contents"],
        first.key,
        first.title,
    )
    return _page(book.words["contents"], book.language, book.right_to_left, "frontmatter", content)


def _package(book: CourseBook, parts: Sequence[Chapter], pictures: Sequence[BookPicture]) -> str:
    way = "rtl" if book.right_to_left else "ltr"
    moment = f"{book.made_at:%Y-%m-%dT%H:%M:%SZ}"
    # The same version in the same language is the same book, wherever it is made.
    identity = uuid5(NAMESPACE_URL, f"baraza:{book.key}:{book.language}:{book.content_hash}")
    facts = [
        Markup('<dc:identifier id="id">urn:uuid:{}</dc:identifier>').format(identity),
        Markup("<dc:title>{}</dc:title>").format(book.title),
        Markup("<dc:language>{}</dc:language>").format(book.language),
        Markup("<dc:creator>{}</dc:creator>").format(book.author),
        Markup("<dc:publisher>{}</dc:publisher>").format(book.site_name),
        Markup("<dc:date>{}</dc:date>").format(f"{book.made_at:%Y-%m-%d}"),
        Markup("<dc:description>{}</dc:description>").format(book.summary),
        Markup("<dc:rights>{}</dc:rights>").format(" ".join(book.licence)),
        Markup("<dc:source>{}</dc:source>").format(f"{book.code} {book.key} {book.version}"),
        Markup('<meta property="dcterms:modified">{}</meta>').format(moment),
        *(
            Markup('<meta property="schema:{}">{}</meta>').format(name, value)
            for name, value in _accessibility(book)
        ),
    ]
    items = [
        Markup(
            '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
            '<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="style" href="style.css" media-type="text/css"/>'
        ),
        *(
            Markup('<item id="{}" href="{}.xhtml" media-type="application/xhtml+xml"/>').format(
                part.key, part.key
            )
            for part in parts
        ),
        *(
            Markup('<item id="picture-{}" href="pictures/{}" media-type="{}"/>').format(
                at, one.name, one.media_type
            )
            for at, one in enumerate(pictures, start=1)
        ),
    ]
    order = Markup("").join(
        Markup('<itemref idref="{}"/>').format(key)
        for key in ("cover", "nav", *(part.key for part in parts))
    )
    return Markup(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"'
        ' xml:lang="{language}" dir="{way}" prefix="schema: http://schema.org/">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{facts}</metadata>'
        "<manifest>{items}</manifest>"
        '<spine page-progression-direction="{way}">{order}</spine></package>\n'
    ).format(
        language=book.language,
        way=way,
        facts=Markup("").join(facts),
        items=Markup("").join(items),
        order=order,
    )


def _accessibility(book: CourseBook) -> Iterator[tuple[str, str]]:
    yield "accessMode", "textual"
    if book.pictures:
        yield "accessMode", "visual"
    # Every picture has its description, so the text alone is enough.
    yield "accessModeSufficient", "textual"
    for feature in (
        "tableOfContents",
        "readingOrder",
        "structuralNavigation",
        "displayTransformability",
    ):
        yield "accessibilityFeature", feature
    if book.pictures:
        yield "accessibilityFeature", "alternativeText"
    yield "accessibilityHazard", "none"
    yield "accessibilitySummary", book.accessibility
