"""`tickertape worker`: run stages until a signal."""

import click

from pipeline.errors import SettingsError


@click.command()
@click.argument("stages", nargs=-1, metavar="[STAGE]...")
def worker(stages: tuple[str, ...]) -> None:
    """Run the named stages (all by default) in this process, until Ctrl-C or SIGTERM.

    Prints a line that starts with "ready" when messages are being read. Exit codes: 0 stopped in order, 2 settings,
    3 Kafka, 4 model, 5 NLP processes, 1 anything else. Unless it is 0, nothing unfinished was acknowledged.
    """
    from pipeline import telemetry
    from pipeline.settings import Settings
    from pipeline.stages.registry import STAGES
    from pipeline.worker.process import run

    unknown = [name for name in stages if name not in STAGES]
    if unknown:
        raise SettingsError(f"no stage {', '.join(unknown)}: `tickertape worker` knows {', '.join(STAGES)}")
    settings = Settings.from_env()
    telemetry.configure(settings)
    run([STAGES[name] for name in stages or STAGES], settings)
