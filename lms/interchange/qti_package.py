"""Reading QTI as it arrives: one item, or a package (a zip with ``imsmanifest.xml``)."""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from lms.interchange.archive import Archive
from lms.interchange.gift_read import category_path, fault_free
from lms.interchange.limits import refuse_many_questions
from lms.interchange.picture_texts import Files, no_files
from lms.interchange.qti_read import read_item
from lms.interchange.qti_xml import attribute, inside, kind, parts, version
from lms.interchange.questions import (
    ExchangedQuestion,
    Skipped,
    UnreadableFile,
    UnusableQuestion,
    in_file,
)
from lms.interchange.safe_xml import Element, line_of, local_name, parsed, text_of
from lms.interchange.source_text import stripped

#: What the archives of one system hold beside each file.
SHADOWS = "__MACOSX/"
MANIFEST = "imsmanifest.xml"
ITEM = "assessmentitem"
#: Kinds of resource that hold an item, and kinds that hold questions which cannot be read here, by
#: the beginning of their type.
ITEM_KINDS = ("imsqti_item", "imsqti_apipitem")
OLD_KINDS = ("imsqti_xmlv1", "imsqti_item_xmlv1")


@dataclass(frozen=True)
class _Resource:
    """A resource of a manifest that holds one item."""

    href: str
    line: int
    keywords: tuple[str, ...]
    #: Names of its files in the zip.
    files: tuple[str, ...] = ()


class Reading:
    """The questions so far, what was left out, and the version of the first item."""

    def __init__(self) -> None:
        self.questions: list[ExchangedQuestion] = []
        self.skipped: list[Skipped] = []
        self.format = ""
        self.place = 0

    def take(
        self,
        root: Element,
        file: str,
        keywords: tuple[str, ...] = (),
        files: Files = no_files,
    ) -> None:
        """Read an item. `file` is its name in the package; empty where it is the whole file."""
        self.place += 1
        name = posixpath.basename(file)
        self.format = self.format or version(root)
        lost: list[str] = []
        title = " ".join(attribute(root, "title").split()) or attribute(root, "identifier") or name
        title, line = fault_free(title), line_of(root)
        try:
            question = _tagged(read_item(root, lost, files), keywords)
        except UnusableQuestion as fault:
            self.skip(line, title, in_file(file, str(fault)))
            return
        self.questions.append(replace(question, file=file, place=self.place))
        self.skipped += [
            Skipped(line, question.name, in_file(file, reason), False, self.place)
            for reason in dict.fromkeys(lost)
        ]
        refuse_many_questions(len(self.questions) + len(self.skipped))

    def skip(self, line: int, name: str, reason: str) -> None:
        """Note a question that cannot be read."""
        self.skipped.append(Skipped(line, name, reason, place=self.place))
        refuse_many_questions(len(self.questions) + len(self.skipped))


def _tagged(question: ExchangedQuestion, keywords: tuple[str, ...]) -> ExchangedQuestion:
    """Return the question with the keywords of its resource: tags, category and id."""
    tags = [word for word in keywords if not word.startswith(("category:", "id:"))]
    told = {word.partition(":")[0]: word.partition(":")[2] for word in keywords if ":" in word}
    return replace(
        question,
        tags=tuple(dict.fromkeys([*question.tags, *tags])),
        category=category_path(told.get("category", "")),
        id=told.get("id") or question.id,
    )


def read_qti_item(data: bytes) -> Reading:
    """Read a file that is one item.

    Raises:
        UnreadableFile: no XML, or no item.
    """
    root = parsed(data)
    reading = Reading()
    if kind(root) != ITEM:
        found = local_name(root)
        raise UnreadableFile(f"expected a QTI item (assessmentItem) at the top, found <{found}>")
    reading.take(root, "")
    return reading


def read_qti_package(data: bytes) -> Reading:
    """Read the items of a package in the order of its manifest; without one, in that of the zip.

    A manifest that cannot be read is told, and the items are looked for without it.

    Raises:
        UnreadableFile: no zip, a dangerous one, or no item.
    """
    archive, reading = Archive(data), Reading()
    pictures = _Pictures(archive)
    path = next((name for name in archive.names if name.endswith(MANIFEST)), None)
    manifest = None
    if path is not None:
        try:
            manifest = parsed(archive.read(path) or b"")
        except UnreadableFile as fault:
            reading.skipped.append(Skipped(1, MANIFEST, f"tags and order: {fault}", False))
    if path is None or manifest is None:
        for name in archive.names:
            if name.lower().endswith(".xml") and name != path and not name.startswith(SHADOWS):
                _read_loose(archive, name, reading, pictures)
    else:
        for resource in _resources(manifest, posixpath.dirname(path), reading):
            _read_resource(archive, resource, reading, pictures)
        _look_for_unnamed(archive, manifest, path, reading, pictures)
    if not reading.questions and not any(one.whole for one in reading.skipped):
        raise UnreadableFile("the package holds no QTI item")
    return reading


def _resources(manifest: Element, folder: str, reading: Reading) -> Iterator[_Resource]:
    for resource in inside(manifest, "resource"):
        type_name = attribute(resource, "type").lower()
        href, line = _address(resource), line_of(resource)
        if type_name.startswith(OLD_KINDS):
            reading.place += 1
            name = attribute(resource, "identifier")
            reading.skip(line, fault_free(name), "not supported: QTI 1")
        elif type_name.startswith(ITEM_KINDS):
            where = posixpath.normpath(posixpath.join(folder, unquote(href)))
            keywords = [stripped(text_of(word)) for word in inside(resource, "keyword")]
            files = [attribute(file, "href") for file in parts(resource, "file")]
            yield _Resource(
                where,
                line,
                tuple(word for word in keywords if word),
                tuple(_place(folder, file) for file in files if file),
            )


def _address(resource: Element) -> str:
    """Return where the file of a resource lies, as seen from its manifest."""
    files = (attribute(file, "href") for file in inside(resource, "file"))
    address = attribute(resource, "href") or next(files, "")
    for element in (resource, *resource.iterancestors()):
        # The base of an element is seen from that of the element around it.
        address = posixpath.join(attribute(element, "base"), address)
    return address.replace("\\", "/")


def _look_for_unnamed(
    archive: Archive, manifest: Element, path: str, reading: Reading, pictures: "_Pictures"
) -> None:
    """Tell of items that the manifest does not name as items; where it names none, read them."""
    folder = posixpath.dirname(path)
    named = {
        posixpath.normpath(posixpath.join(folder, unquote(_address(resource))))
        for resource in inside(manifest, "resource")
        if attribute(resource, "type").lower().startswith(ITEM_KINDS)
    }
    are_read = bool(reading.questions) or any(one.whole for one in reading.skipped)
    for name in archive.names:
        if not name.lower().endswith(".xml") or name in named or name == path:
            continue
        try:
            root = parsed(archive.read(name) or b"")
        except UnreadableFile:
            continue
        if kind(root) != ITEM:
            continue
        if not are_read:
            reading.take(root, fault_free(name), files=pictures.of(name))
        else:
            reading.place += 1
            reason = in_file(fault_free(name), "the manifest does not name it as an item")
            reading.skip(line_of(root), fault_free(attribute(root, "title")), reason)


def _place(folder: str, address: str) -> str:
    """Return the name in the zip of what an address means that stands in a file of a folder."""
    return posixpath.normpath(posixpath.join(folder, unquote(address.partition("#")[0])))


class _Pictures:
    """The pictures of a package, each unpacked once however many items show it."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._names = frozenset(archive.names)
        self._read: dict[str, bytes | None] = {}

    def of(self, item: str, others: Sequence[str] = ()) -> Files:
        """Return what gives the bytes of a picture by its address in an item.

        Args:
            item: the name of its file.
            others: names of files that the manifest lists with it, of which one may have the name alone.
        """

        def bytes_at(address: str) -> bytes | None:
            name = _place(posixpath.dirname(item), address)
            if name not in self._names:
                wanted = posixpath.basename(name)
                name = next((one for one in others if posixpath.basename(one) == wanted), name)
            if name not in self._read:
                self._read[name] = self._archive.read(name)
            return self._read[name]

        return bytes_at


def _read_resource(
    archive: Archive, resource: _Resource, reading: Reading, pictures: _Pictures
) -> None:
    content = None
    try:
        content = archive.read(resource.href)
        if content is None:
            raise UnreadableFile(f"the manifest names {resource.href!r}, which is not in the zip")
        root = parsed(content)
        if kind(root) != ITEM:
            raise UnreadableFile(f"expected an item, found <{local_name(root)}>")
    except UnreadableFile as fault:
        reading.place += 1
        name, reason = posixpath.basename(resource.href), str(fault)
        # The line is that of the manifest where the file is not there.
        reason = in_file(resource.href, reason) if content is not None else reason
        reading.skip(resource.line if content is None else 1, fault_free(name), reason)
        return
    files = pictures.of(resource.href, resource.files)
    reading.take(root, fault_free(resource.href), resource.keywords, files)


def _read_loose(archive: Archive, name: str, reading: Reading, pictures: _Pictures) -> None:
    try:
        root = parsed(archive.read(name) or b"")
    except UnreadableFile as fault:
        reading.place += 1
        reading.skip(1, fault_free(name), str(fault))
        return
    if kind(root) == ITEM:
        reading.take(root, fault_free(name), files=pictures.of(name))
