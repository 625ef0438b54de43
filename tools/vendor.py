"""Fetches the files named in vendored.toml again: `make vendor`.

Exit status 1 when a file is not the one whose hash is written down; it then lies there, to be looked at.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def packed(package: str, version: str, folder: Path) -> tarfile.TarFile:
    """The archive of one release, fetched by npm."""
    done = subprocess.run(
        ["npm", "pack", "--silent", f"{package}@{version}"],
        cwd=folder,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return tarfile.open(folder / done.stdout.strip().splitlines()[-1])


def main() -> int:
    if shutil.which("npm") is None:
        print("This needs npm, which comes with Node.js.", file=sys.stderr)
        return 1
    different = 0
    lines = tomllib.loads((ROOT / "vendored.toml").read_text(encoding="utf-8"))["file"]
    for package, version in sorted({(line["package"], line["version"]) for line in lines}):
        with tempfile.TemporaryDirectory() as folder, packed(package, version, Path(folder)) as tar:
            for line in lines:
                if (line["package"], line["version"]) != (package, version):
                    continue
                member = tar.extractfile(f"package/{line['from']}")
                if member is None:
                    raise SystemExit(f"{package} {version} has no file {line['from']}")
                content = member.read()
                target = ROOT / line["file"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                found = hashlib.sha256(content).hexdigest()
                if found != line["sha256"]:
                    print(f'{line["file"]}: another file than before; sha256 = "{found}"')
                    different += 1
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
