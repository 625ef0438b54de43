"""The real epubcheck over many files with one start of Java."""

import shutil
import subprocess
from pathlib import Path

import pytest

JAR = Path("/usr/share/java/epubcheck.jar")
CHECKER = Path(__file__).with_name("EpubCheckAll.java")
#: These files are checked before the better of Java's compilers would have paid for itself.
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def faulty(files: list[Path]) -> tuple[set[str], str]:
    """The names of the files with errors or warnings, and everything that epubcheck says."""
    java = shutil.which("java")
    if java is None or shutil.which("javac") is None or not JAR.is_file():
        sentence = (
            "epubcheck with a JDK is not on this machine; "
            "on Debian, type as root: apt-get install epubcheck default-jdk-headless"
        )
        pytest.fail(sentence, pytrace=False)
    done = subprocess.run(
        [java, *QUICK, "-cp", str(JAR), str(CHECKER), *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = f"{done.stdout}\n{done.stderr}"
    results = dict(line.split(" ", 1)[::-1] for line in done.stdout.splitlines() if " " in line)
    assert set(results) == set(map(str, files)), said
    return {file.name for file in files if results[str(file)] != "0"}, said
