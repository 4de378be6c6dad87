"""`tickertape pointers`: what GDELT's lists and exports point to, as JSON Lines, for whatever fetches it."""

from collections.abc import Iterator
from pathlib import Path

import click

from pipeline import codec
from pipeline.cli.terminal import printable
from pipeline.sources.formats import gdelt_list
from pipeline.sources.formats.gdelt_list import ArticlePointer, FilePointer
from pipeline.sources.guards.inflate import Damaged
from pipeline.sources.items import Place, Rejected, reject, shown
from pipeline.sources.packing import Inside, unpacked

Found = FilePointer | ArticlePointer | Rejected


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
def pointers(paths: tuple[str, ...]) -> None:
    """List where GDELT's articles are; its files hold none themselves.

    PATH is one of its lists (masterfilelist.txt, lastupdate.txt): a line for each file, with its kind, quarter of an hour,
    size and MD5, and whether a file of that name beside the list has them ("local": right, wrong or absent). Or it is one
    of those files (….export.CSV, ….mentions.CSV, ….gkg.csv, also zipped): a line for each article, with its address and
    when GDELT saw it.

    Exit code 0: all was read, and no local file is wrong; 1: something was rejected or is wrong.
    """
    clean = True
    for name in paths:
        for found in _found(Path(name)):
            if isinstance(found, Rejected):
                clean = False
                where, problem = printable(found.where), found.problem
                click.echo(f"{where}: {problem.code}: {printable(problem.message)}", err=True)
            else:
                clean = clean and not (isinstance(found, FilePointer) and found.local == "wrong")
                click.echo(codec.encode(found))
    if not clean:
        click.get_current_context().exit(1)


def _found(path: Path) -> Iterator[Found]:
    place = Place(path=shown(path), provider="gdelt", guid=shown(Path(path.name)), article_bytes=0)
    with path.open("rb") as stream:
        for inside in unpacked(path.name, stream, place, provider=None, packed=lambda _: False):
            if isinstance(inside, Inside):
                yield from _pointers(inside, path.parent)
            elif isinstance(inside, Rejected):
                yield inside


def _pointers(inside: Inside, folder: Path) -> Iterator[Found]:
    try:
        if gdelt_list.is_file(inside.name):
            yield from gdelt_list.articles(inside.stream, inside.place, inside.name)
        else:
            yield from gdelt_list.files(inside.stream, inside.place, folder)
    except Damaged as damaged:
        yield reject(inside.place, None, damaged.problem.code, damaged.problem.message)
