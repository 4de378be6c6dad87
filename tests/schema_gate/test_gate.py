"""The gate of schemas/: ours pass it, and each fault is named."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import codec, resources
from pipeline.schema_gate import gate, released, soundness, tables


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of ours to spoil."""
    return Path(shutil.copytree(resources.folder("schemas"), tmp_path / "schemas"))


def test_ours_are_sound() -> None:
    """Schemas, examples, released files, field tables (`tickertape schema check`)."""
    assert gate.faults() == []


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def spoil_schema(folder: Path) -> None:
    edit(folder / "event.v1.json", '"type": "object"', '"type": "objekt"')


def spoil_json(folder: Path) -> None:
    (folder / "event.v1.json").write_text("{")


def rename(folder: Path) -> None:
    (folder / "event.v1.json").rename(folder / "happening.v1.json")


def change(folder: Path) -> None:
    edit(folder / "outcome.v1.json", "What became of it.", "What came of it.")
    (folder / tables.FILE).write_text(tables.document(folder), encoding="utf-8")


def remove(folder: Path) -> None:
    (folder / "retraction.v1.json").unlink()
    for example in folder.glob("examples/retraction.*"):
        example.unlink()
    (folder / tables.FILE).write_text(tables.document(folder), encoding="utf-8")


def spoil_example(folder: Path) -> None:
    edit(folder / "examples" / "outcome.v1.events.json", '"outcome": "events"', '"outcome": "maybe"')


def spoil_example_json(folder: Path) -> None:
    (folder / "examples" / "outcome.v1.events.json").write_text("{")


def foreign_example(folder: Path) -> None:
    (folder / "examples" / "readme.json").write_text("{}")


def too_few_examples(folder: Path) -> None:
    (folder / "examples" / "entities.v1.none.json").unlink()
    (folder / tables.FILE).write_text(tables.document(folder), encoding="utf-8")


def stale_tables(folder: Path) -> None:
    edit(folder / tables.FILE, "# Contracts", "# Our contracts")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (
            spoil_schema,
            "event.v1.json: type: \"objekt\" is not valid under any of the schemas listed in the 'anyOf' keyword",
        ),
        (spoil_json, "event.v1.json: unexpected end of data: line 1 column 2 (char 1)"),
        (rename, "happening.v1.json: $id must be urn:tickertape:schema:happening.v1"),
        (change, "outcome.v1.json: released, and changed; restore it and put the change into outcome.v2.json"),
        (remove, "retraction.v1.json: released, and gone; restore it"),
        (
            spoil_example,
            'examples/outcome.v1.events.json: outcome: "maybe" is not one of "dead-letter", "events" or 6 other candidates',
        ),
        (spoil_example_json, "examples/outcome.v1.events.json: unexpected end of data: line 1 column 2 (char 1)"),
        (
            foreign_example,
            "examples/readme.json: an example is named <schema>.<case>.json, such as event.v1.talks.json",
        ),
        (too_few_examples, "entities.v1: 1 examples, 2 are wanted in examples/"),
        (stale_tables, "README.md: not current; run `tickertape schema docs`"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_fault_is_the_only_one(folder: Path, spoil: Callable[[Path], None], fault: str) -> None:
    spoil(folder)
    assert gate.faults(folder) == [fault]


def test_a_new_version_is_released_once(folder: Path) -> None:
    """It is asked for, recorded beside the others, and immutable from then on."""
    before = released.read(folder)
    text = (folder / "outcome.v1.json").read_text(encoding="utf-8").replace("outcome.v1", "outcome.v2")
    (folder / "outcome.v2.json").write_text(text, encoding="utf-8")
    assert list(released.differences(folder)) == ["outcome.v2.json: not released yet; run `tickertape schema release`"]
    assert released.release(folder) == ["outcome.v2.json"]
    assert released.release(folder) == []
    assert list(released.differences(folder)) == []
    assert before.items() < released.read(folder).items()
    edit(folder / "outcome.v2.json", "What became of it.", "What came of it.")
    assert released.release(folder) == []
    assert list(released.differences(folder)) == [
        "outcome.v2.json: released, and changed; restore it and put the change into outcome.v3.json"
    ]


def test_a_version_that_breaks_the_one_before(folder: Path) -> None:
    newer = codec.decode((folder / "outcome.v1.json").read_bytes())
    newer["$id"] = "urn:tickertape:schema:outcome.v2"
    del newer["properties"]["truncated"]
    newer["required"].remove("truncated")
    (folder / "outcome.v2.json").write_bytes(codec.encode_pretty(newer))
    assert list(gate.incompatible(folder)) == ["outcome.v2.json cannot follow outcome.v1.json: truncated: removed"]


def test_every_field_is_in_the_tables() -> None:
    """To the depth of the records, each with its type."""
    page = tables.document(resources.folder("schemas"))
    for row in (
        "| `actors[].country` | string or null | yes |  |",
        "| `location.precision` | `country`, `near`, `place`, `region`, `unresolved` | yes |  |",
        "| `published_at` | string or null (date-time) | no | When it was published, by its own account. |",
        "| `specversion` | `1.0` | yes |  |",
    ):
        assert row in page.splitlines()


def test_examples_are_found_by_name(folder: Path) -> None:
    names = {name for _, name in soundness.examples(folder)}
    assert names == {path.name.removesuffix(".json") for path in soundness.schema_files(folder)}
