"""The demo's child processes: whenever the demo is told to end, nothing that it began is left."""

import os
import subprocess
import sys
from pathlib import Path

import psutil

# Begins a folder and a gateway again and again; the n-th time a SIGTERM comes at the n-th step that Python can see in what
# takes part in it, for every fifth n.
PROGRAM = """
import os, signal, sys, traceback
from contextlib import ExitStack
from pipeline import interrupts
from pipeline.cli import demo_process
from pipeline.settings import Settings

interrupts.AGAIN_SECONDS = 0.1
TAKING_PART = {"tempfile", "subprocess", "contextlib", "weakref", demo_process.__name__, interrupts.__name__}


def begin(at):
    steps = 0

    def step(frame, *_):
        nonlocal steps
        steps += frame.f_globals.get("__name__") in TAKING_PART
        if steps == at:
            steps += 1
            os.kill(os.getpid(), signal.SIGTERM)

    interrupts.end_in_order()
    with ExitStack() as stack:
        try:
            sys.setprofile(step)
            home = demo_process.folder(stack, "tickertape-gateway-")
            demo_process.start(stack, Settings(), "gateway", "--listen", "127.0.0.1:0", state_home=str(home))
            sys.setprofile(None)
            if steps >= at:
                signal.pause()
        finally:
            interrupts.ignore()


def code(at):
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        begin(at)
    except SystemExit as end:
        os._exit(end.code)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


at = 1
while (ended := code(at)) == 128 + signal.SIGTERM:
    at += 5
print(at, ended)
"""


def those_in(folder: Path) -> list[list[str]]:
    """The processes whose temporary folder it is."""
    found = psutil.process_iter(["cmdline", "environ"])
    return [one.info["cmdline"] for one in found if (one.info["environ"] or {}).get("TMPDIR") == str(folder)]


def test_a_signal_at_any_step_leaves_neither_process_nor_folder(tmp_path: Path) -> None:
    """Once without a signal it ends in order, too: then all steps have had theirs."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    steps, code = map(int, done.stdout.split())
    assert (steps > 100, code) == (True, 0), done.stderr
    assert (those_in(tmp_path), list(tmp_path.iterdir())) == ([], [])
