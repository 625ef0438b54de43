"""Files from elsewhere are the ones that vendored.toml names."""

import hashlib
import tomllib
from pathlib import Path

import pytest
from reportlab.pdfbase.ttfonts import TTFont

from lms.plugins import font_folder

ROOT = Path(__file__).parents[2]
LINES = tomllib.loads((ROOT / "vendored.toml").read_text(encoding="utf-8"))["file"]
FOLDERS = ("lms/plugins/fonts",)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["file"])
def test_a_vendored_file_is_the_one_written_down(line):
    assert hashlib.sha256((ROOT / line["file"]).read_bytes()).hexdigest() == line["sha256"]


def test_every_vendored_file_has_its_line():
    found = {p.relative_to(ROOT).as_posix() for f in FOLDERS for p in (ROOT / f).rglob("*")}

    assert found - {line["file"] for line in LINES} == set()


@pytest.mark.parametrize("package", sorted({line["package"] for line in LINES}))
def test_a_vendored_package_comes_with_its_licence_and_in_the_notice(package):
    lines = [line for line in LINES if line["package"] == package]
    folders = {Path(line["file"]).parent for line in lines}
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")

    for folder in folders:
        assert any(
            Path(line["file"]).parent == folder and line["from"].startswith("LICENSE")
            for line in lines
        )
        assert folder.as_posix() in notice


@pytest.mark.parametrize("name", ["Amiri-Regular.ttf", "Amiri-Bold.ttf"])
def test_the_shipped_fonts_can_join_arabic_letters_and_write_french(name):
    """Letters are joined by way of the presentation forms; a face without them prints them apart."""
    glyphs = TTFont(name, str(font_folder() / name)).face.charToGlyph

    assert sum(0xFE70 <= code <= 0xFEFF for code in glyphs) == 140  # of 140 in Unicode
    assert sum(0xFB50 <= code <= 0xFDFF for code in glyphs) == 611
    assert all(ord(letter) in glyphs for letter in "éèêëàâçîïôöùûüœŒÉÀÇ«»’–")
