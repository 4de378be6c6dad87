"""The corpora of hostile files beside the repository, for those who have them."""

import tarfile
from pathlib import Path

import pytest

from pipeline.resources import PACKAGE

CORPORA = PACKAGE.parent.parent / "shared" / "corpora"


def unpacked(name: str, folder: Path) -> Path:
    """The corpus, unpacked into `folder` once; skips the test where there is none."""
    source, made = CORPORA / f"{name}.tar.gz", folder / name
    if not source.is_file():
        pytest.skip(f"needs {source.name} in ../shared/corpora")
    if not made.is_dir():
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
    return made


def lines_of(path: Path) -> list[str]:
    """The lines of a list of payloads."""
    return path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
