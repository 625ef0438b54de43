"""`lms index export` and `lms index verify`: a run with all that it was computed from, and its check."""

from dataclasses import asdict
from pathlib import Path

import click

from lms.capacity import console, operations, printing, stored
from lms.errors import Refused
from lms.index import make_bundle, verify_bundle


@click.command("export")
@click.argument("run", required=False, metavar="[RUN]")
@click.option("--output", "-o", "output", required=True, type=console.FILE, metavar="FILE")
@click.option("--methodology", default=operations.DEFAULT_METHODOLOGY, show_default=True)
def export(run: str | None, output: Path, methodology: str) -> None:
    """Write a stored run with its methodology and observations as a bundle that anybody can verify.

    RUN is a day such as 2026-03-31 or the id of a run; the newest without it. The bundle names no person. A file
    that is there already is not written over.

    Exit status: 0 written; 2 there is no such run, or the file cannot be written.
    """
    console.open_site()
    try:
        found = stored.find_run(run, methodology)
        result = stored.result_of(found)
        observations, populations = stored.inputs_of(found)
    except Refused as refused:
        console.refuse(refused)
    try:
        data = make_bundle(result, found.methodology, observations, populations)
    except ValueError as fault:
        console.fail([f"The run of {found.as_of} cannot be bundled: {fault}."])
    try:
        with output.open("xb") as file:
            file.write(data)
    except FileExistsError:
        console.fail([f"{output} is there already; choose another name or remove it first"])
    except OSError as error:
        console.fail([f"{output} cannot be written: {error.strerror}"])
    click.echo(
        f"{output}: run of {found.as_of}, {len(observations)} observations, {len(data)} bytes"
    )


@click.command("verify")
@click.argument("bundle", type=console.FILE, metavar="BUNDLE")
@console.shape_options
def verify(bundle: Path, as_json: bool, as_csv: bool) -> None:
    """Compute a bundle's run anew from its methodology and observations, and compare; no site is needed.

    CSV holds the places that differ.

    Exit status: 0 the run follows from its inputs; 1 it does not; 2 the bundle cannot be read.
    """
    console.one_shape(as_json, as_csv)
    try:
        data = bundle.read_bytes()
    except OSError as error:
        console.fail([f"{bundle} cannot be read: {error.strerror}"])
    found = verify_bundle(data)
    status = console.OK if found.verified else console.NOTHING
    if found.faults:
        status = console.FAULTY
    if as_json:
        printing.print_json({"verified": found.verified, "exact": found.exact, **asdict(found)})
    elif as_csv:
        printing.print_csv(
            ("place", "stored", "computed"),
            [(one.place, one.stored, one.computed) for one in found.differences],
        )
    if found.faults:
        console.fail((f"{bundle}: {fault}" for fault in found.faults), status)
    if not (as_json or as_csv):
        click.echo(
            f"{bundle}: {found.methodology} {found.version}, as of {found.as_of}, {found.subjects} organisations"
        )
        for version in found.versions:
            click.echo(f"{version}; compared at 1e-9")
        if found.verified:
            how = "bit for bit" if found.exact else "within 1e-9"
            click.echo(f"verified: the run follows from its methodology and observations {how}")
        else:
            for one in found.differences:
                click.echo(
                    f"{one.place}: the run says {one.stored!r}, computed anew {one.computed!r}"
                )
            click.echo(f"not verified: {found.count} places differ")
    raise SystemExit(status)
