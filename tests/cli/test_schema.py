"""`tickertape schema`: ours pass, and the page can be printed."""

from click.testing import CliRunner

from pipeline import resources
from pipeline.cli import main


def test_check() -> None:
    done = CliRunner().invoke(main, ["schema", "check"])
    assert done.exit_code == 0, done.output
    assert done.stdout.endswith("are sound, and as released\n")


def test_docs() -> None:
    page = (resources.folder("schemas") / "README.md").read_text(encoding="utf-8")
    assert CliRunner().invoke(main, ["schema", "docs", "--stdout"]).stdout == page


def test_release_of_nothing_new() -> None:
    assert CliRunner().invoke(main, ["schema", "release"]).stdout == "nothing new to release\n"
