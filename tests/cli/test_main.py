"""The command line as a whole: what it loads, how it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import pytest
from click.testing import CliRunner

from pipeline import __version__, cli, errors
from pipeline.cli import COMMANDS, LazyGroup, main
from tests.processes import PATIENCE_SECONDS, running

HEAVY = ("faust", "kafka", "spacy", "rich", "pebble", "jsonschema_rs")


def modules_after(code: str) -> set[str]:
    """Top-level modules that a fresh Python has loaded after `code`."""
    program = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


def test_help_loads_no_command() -> None:
    loaded = modules_after("from pipeline.cli import main\nmain(['--help'], standalone_mode=False)")
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.parametrize(("name", "foreign"), [("annotate", {"faust", "kafka"}), ("ingest", {"faust", "spacy"})])
def test_a_command_loads_what_it_needs(name: str, foreign: set[str]) -> None:
    loaded = modules_after(f"from pipeline.cli import main\nmain(['{name}', '--help'], standalone_mode=False)")
    assert loaded.isdisjoint(foreign)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_explains_itself(name: str) -> None:
    """The table's line and the command's own help, and an exit code of 0."""
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"Usage: main {name}") or done.output.startswith(f"Usage: tickertape {name}")


def test_help_lists_every_command_in_order() -> None:
    listed = [
        line.split()[0] for line in CliRunner().invoke(main, ["-h"]).output.partition("Commands:\n")[2].splitlines()
    ]
    assert [name for name in listed if name in COMMANDS] == list(COMMANDS)


def test_version() -> None:
    assert CliRunner().invoke(main, ["--version"]).output == f"tickertape, version {__version__}\n"


def test_no_such_command() -> None:
    done = CliRunner().invoke(main, ["anotate"])
    assert done.exit_code == 2
    assert "No such command 'anotate'" in done.output


@contextmanager
def group_that_raises(error: BaseException) -> Iterator[click.Group]:
    """A group like `main`, whose only command raises."""

    class Group(LazyGroup):
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            @click.command()
            def fail() -> None:
                raise error

            return fail

    yield Group("main")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.SettingsError("s"), 2),
        (errors.BrokerError("b"), 3),
        (errors.ModelError("m"), 4),
        (errors.PoolError("p"), 5),
        (errors.AuditError("a"), 6),
        (errors.TickertapeError("t"), 1),
    ],
)
def test_an_error_of_the_world_is_one_line_and_an_exit_code(error: errors.TickertapeError, code: int) -> None:
    with group_that_raises(error) as group:
        done = CliRunner().invoke(group, ["fail"])
    assert (done.exit_code, done.stdout, done.stderr) == (code, "", f"tickertape: {error}\n")


def test_ctrl_c_is_silent() -> None:
    with group_that_raises(KeyboardInterrupt()) as group:
        done = CliRunner().invoke(group, ["fail"])
    assert (done.exit_code, done.output) == (cli.INTERRUPTED, "")


def test_a_bug_is_not_hidden() -> None:
    with group_that_raises(ZeroDivisionError()) as group, pytest.raises(ZeroDivisionError):
        CliRunner().invoke(group, ["fail"], catch_exceptions=False)


def test_a_reader_that_has_enough() -> None:
    """`tickertape … | head` ends quietly, whatever was still to be said."""
    program = "from pipeline.cli import main\nmain(['doctor', '--env-example'])"
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run([sys.executable, "-c", program], stdout=writing, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_ctrl_c_while_it_runs() -> None:
    """As the terminal sends it."""
    program = "from pipeline.cli import main\nprint('up', flush=True)\nmain(['ingest', '--dry-run', '-'])"
    with running(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        # Read only by `ingest` itself: what follows is answered only when it is at work.
        process.stdin.write(b"{}\n" * 10_000)
        process.stdin.flush()
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=PATIENCE_SECONDS)[1]
    assert process.returncode == cli.INTERRUPTED
    assert b"Traceback" not in said
