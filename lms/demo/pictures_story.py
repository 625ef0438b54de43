"""A bank whose questions show pictures: two that came with their descriptions, and one that waits for its own.

The pictures are drawn here; they are of our own making, like the texts around them.
"""

import struct
import zlib
from base64 import b64encode
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any

from lms.interchange import from_spec, write_questions
from lms.questions import operations as questions
from lms.questions.conversion import read_file

if TYPE_CHECKING:
    from lms.demo.story import World

BANK = "seen-and-understood"
TITLE = "Seen and understood"
#: Reports that reached an office in four months.
REPORTS = (3, 5, 9, 4)
MONTHS = (
    {"en": "January", "fr": "Janvier", "ar": "يناير"},
    {"en": "February", "fr": "Février", "ar": "فبراير"},
    {"en": "March", "fr": "Mars", "ar": "مارس"},
    {"en": "April", "fr": "Avril", "ar": "أبريل"},
)


def _drawing(width: int, height: int, *parts: str) -> bytes:
    frame = f'<rect width="{width}" height="{height}" fill="#fff" stroke="#456"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{frame}{"".join(parts)}</svg>'
    ).encode()


def _chair(x: float, y: float) -> str:
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="8" fill="#2a6f97"/>'


def _circle() -> bytes:
    """Twelve chairs in one circle."""
    turns = [2 * pi * seat / 12 for seat in range(12)]
    return _drawing(
        200, 160, *(_chair(100 + 60 * sin(turn), 80 + 60 * cos(turn)) for turn in turns)
    )


def _rows() -> bytes:
    """Twelve chairs in three rows, before one table."""
    table = '<rect x="60" y="16" width="80" height="18" fill="#7a5c3e"/>'
    chairs = (_chair(40 + 40 * seat, 66 + 34 * row) for row in range(3) for seat in range(4))
    return _drawing(200, 160, table, *chairs)


def _bars() -> bytes:
    """A bar for each month, with its number above it and none of its name: digits need no translation."""
    parts = ['<path d="M20 140h220" stroke="#456" fill="none"/>']
    for at, count in enumerate(REPORTS):
        x, high = 36 + 52 * at, 12 * count
        parts.append(f'<rect x="{x}" y="{140 - high}" width="32" height="{high}" fill="#2a6f97"/>')
        parts.append(
            f'<text x="{x + 16}" y="{134 - high}" font-size="13" text-anchor="middle">{count}</text>'
        )
        parts.append(
            f'<text x="{x + 16}" y="156" font-size="13" text-anchor="middle">{at + 1}</text>'
        )
    return _drawing(260, 164, *parts)


def _arrow() -> bytes:
    """A sign with an arrow to the left, point by point."""
    width, height = 120, 60

    def dark(x: int, y: int) -> bool:
        from_middle = abs(y - height // 2)
        return (15 <= x < 45 and from_middle <= x - 15) or (45 <= x < 105 and from_middle <= 10)

    rows = b"".join(
        b"\0" + b"".join(b"\x1d\x4e\x6b" if dark(x, y) else b"\xf4\xe3\xb2" for x in range(width))
        for y in range(height)
    )
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


PICTURES = {"circle.svg": _circle(), "rows.svg": _rows(), "reports.svg": _bars()}


def _question(key: str, text: dict[str, str], said: dict[str, str], **more: Any) -> dict[str, Any]:
    placed = {"competency": "gov-02", "level": "awareness", "difficulty": 1}
    lesson = "03-participation-safe-and-real"
    head = {"key": key, "type": "single_choice", "use": "assessment", **placed, "lesson": lesson}
    return {**head, "text": text, "explanation": said, **more}


SPECS = (
    _question(
        "seen-01",
        {
            "en": "In which room does everybody see whoever speaks?",
            "fr": "Dans quelle salle chacun voit-il la personne qui parle ?",
            "ar": "في أي قاعة يرى كل شخص من يتحدث؟",
        },
        {
            "en": "In a circle nobody speaks to somebody's back.",
            "fr": "En cercle, personne ne parle dans le dos de quelqu'un.",
            "ar": "في الدائرة لا يتحدث أحد إلى ظهر غيره.",
        },
        options=[
            {
                "key": "a",
                "text": {
                    "en": "In the first room",
                    "fr": "Dans la première",
                    "ar": "في القاعة الأولى",
                },
                "correct": True,
                "image": {
                    "file": "circle.svg",
                    "alt": {
                        "en": "Twelve chairs stand in one circle.",
                        "fr": "Douze chaises sont placées en un seul cercle.",
                        "ar": "اثنا عشر كرسيًا في دائرة واحدة.",
                    },
                },
            },
            {
                "key": "b",
                "text": {
                    "en": "In the second room",
                    "fr": "Dans la seconde",
                    "ar": "في القاعة الثانية",
                },
                "image": {
                    "file": "rows.svg",
                    "alt": {
                        "en": "Twelve chairs stand in three rows before one table.",
                        "fr": "Douze chaises sont placées en trois rangs devant une table.",
                        "ar": "اثنا عشر كرسيًا في ثلاثة صفوف أمام طاولة واحدة.",
                    },
                },
            },
        ],
    ),
    _question(
        "seen-02",
        {
            "en": "The bars show how many reports reached an office in the first four months. In which came most?",
            "fr": "Les barres montrent combien de signalements un bureau a reçus pendant les quatre premiers "
            "mois. Quel mois en a eu le plus ?",
            "ar": "تبيّن الأعمدة عدد البلاغات التي وصلت إلى مكتب في الأشهر الأربعة الأولى. في أي شهر وصل أكثرها؟",
        },
        {
            "en": "The third bar is the longest: nine reports in March.",
            "fr": "La troisième barre est la plus longue : neuf signalements en mars.",
            "ar": "العمود الثالث هو الأطول: تسعة بلاغات في مارس.",
        },
        image={
            "file": "reports.svg",
            "alt": {
                "en": "Four bars with numbers: 3 in month 1, 5 in month 2, 9 in month 3, 4 in month 4.",
                "fr": "Quatre barres avec des nombres : 3 au mois 1, 5 au mois 2, 9 au mois 3, 4 au mois 4.",
                "ar": "أربعة أعمدة بأرقام: 3 في الشهر 1، و5 في الشهر 2، و9 في الشهر 3، و4 في الشهر 4.",
            },
        },
        options=[
            {"key": key, "text": month, **({"correct": True} if count == max(REPORTS) else {})}
            for key, month, count in zip("abcd", MONTHS, REPORTS, strict=True)
        ],
    ),
)


def _from_elsewhere() -> bytes:
    """A question as a partner's Moodle gives it: its picture says nothing to whoever does not see it."""
    picture = b64encode(_arrow()).decode()
    return (
        '<quiz><question type="truefalse"><name><text>The sign</text></name><questiontext format="html"><text>'
        '<![CDATA[<p>The sign shows to the left.</p><p><img src="@@PLUGINFILE@@/sign.png" alt=""></p>]]></text>'
        f'<file name="sign.png" path="/" encoding="base64">{picture}</file></questiontext>'
        "<generalfeedback><text>The arrow points to the left.</text></generalfeedback>"
        "<idnumber>seen-03</idnumber>"
        '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'
        "<tags><tag><text>competency:gov-02</text></tag><tag><text>level:awareness</text></tag></tags>"
        "</question></quiz>"
    ).encode()


def add_pictures(world: "World") -> None:
    """The trainer brings the bank as the zip that an export gives, then a question out of a partner's Moodle."""
    exported = [from_spec(spec, language="en", files=PICTURES.get)[0] for spec in SPECS]
    zipped = write_questions(exported, format="yaml", title=TITLE, key=BANK)
    files = (
        (zipped.content, "seen-and-understood.zip", 30),
        (_from_elsewhere(), "partner.xml", 20),
    )
    for content, name, days in files:
        questions.take_in(
            BANK,
            read_file(content, name=name),
            title=TITLE,
            language="en",
            file_name=name,
            by=world.people["trainer"],
            at=world.moment(days),
        )
