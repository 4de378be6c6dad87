"""`tickertape pointers`: JSON Lines of what GDELT's lists and files point to."""

import hashlib
import zipfile
from pathlib import Path

from click.testing import CliRunner, Result

from pipeline import codec
from pipeline.cli import main

NAME = "20150218230000.export.CSV"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["pointers", *words])


def folder(tmp_path: Path, *, sound: bool) -> Path:
    row = "\t".join(["x"] * 59 + ["20150218230000", "http://norhamn.example/ferry"])
    with zipfile.ZipFile(tmp_path / f"{NAME}.zip", "w") as archive:
        archive.writestr(NAME, row + "\n")
    data = (tmp_path / f"{NAME}.zip").read_bytes() if sound else b""
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    (tmp_path / "lastupdate.txt").write_text(f"{len(data)} {md5} http://data.gdelt.example/{NAME}.zip\n")
    return tmp_path


def test_a_list_and_a_file_of_it(tmp_path: Path) -> None:
    path = folder(tmp_path, sound=True)
    done = run(str(path / "lastupdate.txt"), str(path / f"{NAME}.zip"))
    assert (done.exit_code, done.stderr) == (0, "")
    file, article = [codec.decode(line.encode()) for line in done.stdout.splitlines()]
    assert (file["kind"], file["slot_at"], file["local"]) == ("export", "2015-02-18T23:00:00.000Z", "right")
    assert article == {"url": "http://norhamn.example/ferry", "seen_at": "2015-02-18T23:00:00.000Z"}


def test_a_damaged_download_is_told_by_the_exit_code(tmp_path: Path) -> None:
    done = run(str(folder(tmp_path, sound=False) / "lastupdate.txt"))
    assert done.exit_code == 1
    assert codec.decode(done.stdout.encode())["local"] == "wrong"


def test_what_is_no_pointer_is_said(tmp_path: Path) -> None:
    (tmp_path / "lastupdate.txt").write_text("junk\n")
    (tmp_path / f"{NAME}.zip").write_bytes(b"junk")
    done = run(str(tmp_path / "lastupdate.txt"), str(tmp_path / f"{NAME}.zip"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "lastupdate.txt:1: invalid-pointer: " in done.stderr
    assert "damaged-zip" in done.stderr


def test_usage(tmp_path: Path) -> None:
    assert run().exit_code == run(str(tmp_path / "none.txt")).exit_code == 2
