"""The zip for the QGIS plugin repository: only what runs, under one top folder."""

from __future__ import annotations

import configparser
import subprocess
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "sentinel_workbench"
LEFT_OUT = ("tests/", "bench/", "scripts/", ".ci/", "docs/", "i18n/make", ".git", "Makefile", "pyproject.toml",
            "requirements-dev.txt")
MAX_BYTES = 25 * 1024 * 1024


def shipped_files() -> list[Path]:
    """Tracked files the plugin needs at run time."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [Path(line) for line in listed.splitlines() if not line.startswith(LEFT_OUT)]


def main() -> None:
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(ROOT / "metadata.txt", encoding="utf-8")
    target = ROOT / "build" / f"{NAME}-{metadata['general']['version']}.zip"
    target.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in shipped_files():
            archive.write(ROOT / path, f"{NAME}/{path.as_posix()}")
    if target.stat().st_size > MAX_BYTES:
        raise SystemExit(f"{target} is larger than the 25 MB the repository takes")
    print(target)


if __name__ == "__main__":
    main()
