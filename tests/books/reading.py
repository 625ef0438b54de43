"""Reading what was printed: texts of a PDF as they are typed, files and links of an EPUB."""

import io
import unicodedata
import zipfile
from urllib.parse import unquote

import pypdf
from lxml import etree

XHTML = "{http://www.w3.org/1999/xhtml}"


def pages_of(artifact) -> list[str]:
    """The text of each page, see `bare`."""
    return [text_of(page) for page in pypdf.PdfReader(io.BytesIO(artifact.content)).pages]


def text_of(page: pypdf.PageObject) -> str:
    """The text of one page, see `bare`."""
    return bare(page.extract_text())


def bare(text: str) -> str:
    """A text that can be looked for wherever its line ends fell, and whichever marks show directions."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(one for one in plain if one.isalnum())


def archive_of(artifact) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(artifact.content))


def documents_of(artifact) -> dict[str, etree._Element]:
    """The XHTML files of an EPUB by name in its folder, parsed as XML."""
    archive = archive_of(artifact)
    return {
        name.removeprefix("EPUB/"): etree.fromstring(archive.read(name))
        for name in archive.namelist()
        if name.endswith(".xhtml")
    }


def dead_links(artifact) -> list[str]:
    """Links and pictures of an EPUB that lead nowhere in it."""
    documents = documents_of(artifact)
    held = {name.removeprefix("EPUB/") for name in archive_of(artifact).namelist()}
    ids = {
        name: {one.get("id") for one in root.iter() if one.get("id")}
        for name, root in documents.items()
    }
    dead = []
    for name, root in documents.items():
        addresses = [one.get("href") for one in root.iter(f"{XHTML}a")]
        addresses += [one.get("src") for one in root.iter(f"{XHTML}img")]
        for address in filter(None, addresses):
            if address.startswith(("https://", "http://", "mailto:")):
                continue
            file, _sign, anchor = unquote(address).partition("#")
            file = file or name
            if file not in held or (anchor and anchor not in ids[file]):
                dead.append(f"{name}: {address}")
    return dead
