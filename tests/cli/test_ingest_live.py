"""`tickertape ingest check` against a local web, and `ingest opml`; nothing of it needs a Kafka."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import codec
from pipeline.cli import main
from tests.kafka.feed_world import Web, declare, document, item, rss

OPML = '<opml version="2.0"><body><outline text="Hill" xmlUrl="https://hill.example/rss"/></body></opml>'


def run(*words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main, ["ingest", *words], input=stdin, env={"TICKERTAPE_BROKERS": ""})


def test_check_tries_each_source_once(tmp_path: Path) -> None:
    """One line a source; exit code 1 where one fails; nobody is asked twice, nothing is sent."""
    with Web() as world:
        world.answers["/good"] = document(
            rss(item(1, "Rain."), item(2, "Sun.").replace("<guid>", "<pubDate>2024-06-16T08:00:00Z</pubDate><guid>"))
        )
        world.answers["/html"] = document("<html><body>no</body></html>")
        path = declare(
            tmp_path / "sources.toml",
            world.port,
            good=f"{world.at}/good",
            html=f"{world.at}/html",
            gone=f"{world.at}/gone",
        )
        done = run("check", "--sources", str(path), "--json")
        assert done.exit_code == 1, done.output
        trials = {one["name"]: one for one in map(codec.decode, done.stdout.encode().splitlines())}
        good = trials["good"]
        assert 300 > good.pop("wait_seconds") >= 1
        assert good == {
            "name": "good", "type": "feed", "tried": True, "items": 2, "rejected": 0, "newest": "2024-06-16T08:00:00.000Z",
            "problem": None,
        }  # fmt: skip
        assert [trials[name]["problem"]["code"] for name in ("html", "gone")] == ["not-a-feed", "http-404"]
        assert set(world.asked.values()) == {1}
        shown = run("check", "--sources", str(path))
        assert shown.exit_code == 1
        words = [line for line in shown.stdout.splitlines() if "good" in line][0]
        assert "ok" in words
        assert "2024-06-16T08:00:00.000Z" in words


def test_check_does_not_try_a_server(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[[source]]\nname = "push"\ntype = "push"\n')
    done = run("check", "--sources", str(path))
    assert done.exit_code == 0
    assert "not tried" in done.stdout


def test_check_names_every_wrong_line(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[[source]]\nname = "a"\ntype = "feed"\nurl = "ftp://x.example/"\nx = 1\n')
    done = run("check", "--sources", str(path))
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{path}:4: refused-url" in done.stderr or f"{path}:5: unknown key 'x'" in done.stderr


@pytest.mark.parametrize("command", ["run", "check"])
def test_no_sources(command: str, tmp_path: Path) -> None:
    done = run(command, "--sources", str(tmp_path / "none.toml"))
    assert done.exit_code == 2
    assert "copy deploy/sources.example.toml" in done.stderr


def test_run_without_kafka(tmp_path: Path) -> None:
    path = declare(tmp_path / "sources.toml", 1, wire="https://wire.example/rss")
    done = CliRunner().invoke(
        main,
        ["ingest", "run", "--sources", str(path)],
        env={"TICKERTAPE_BROKERS": "", "TICKERTAPE_STATE_HOME": str(tmp_path)},
    )
    assert done.exit_code == 3
    assert "tickertape broker start" in done.stderr


def test_opml_in_and_out(tmp_path: Path) -> None:
    listed = run("opml", "-", stdin=OPML)
    assert (listed.exit_code, listed.stdout) == (
        0,
        '[[source]]\nname = "hill"\ntype = "feed"\nurl = "https://hill.example/rss"\n',
    )
    path = tmp_path / "sources.toml"
    path.write_text(listed.stdout)
    exported = run("opml", "--export", "--sources", str(path))
    assert 'xmlUrl="https://hill.example/rss"' in exported.stdout
    assert run("opml", "-", stdin=exported.stdout).stdout == listed.stdout


def test_opml_says_what_it_leaves_out() -> None:
    done = run("opml", "-", stdin=OPML.replace("https:", "gopher:"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("-: refused-url: ")


@pytest.mark.parametrize(("words", "code"), [(["opml"], 2), (["opml", "x", "--export"], 2), (["opml", "no.opml"], 2)])
def test_opml_usage(words: list[str], code: int) -> None:
    assert run(*words).exit_code == code


def test_opml_that_is_none() -> None:
    assert run("opml", "-", stdin="<rss/>").exit_code == 2


def test_help_names_files_and_commands() -> None:
    said = run("--help").stdout
    assert "PATH..." in said
    for name in ("run", "check", "opml"):
        assert f"\n  {name} " in said
    assert "--sources" in run("run", "--help").stdout


def test_a_file_called_run_is_still_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "a.txt").write_text("Rain.")
    monkeypatch.chdir(tmp_path)
    assert run("./run", "--dry-run").stdout == "1 records would go to news.articles.v1\n"
