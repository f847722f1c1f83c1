"""``python -m sentinel_workbench.localhub serve|ingest|demo-scenes``."""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import signal
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, List, Optional, Sequence

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.localhub.catalog_way import read_catalog_way
from sentinel_workbench.localhub.oauth import DEFAULT_LIFETIME_S, HubClientAccount, random_account

if TYPE_CHECKING:
    from sentinel_workbench.localhub.cbm import CbmSettings
    from sentinel_workbench.localhub.stac_source import StacSettings

ENVIRONMENT_ID = "SENTINEL_WORKBENCH_HUB_CLIENT_ID"
ENVIRONMENT_KEY = "SENTINEL_WORKBENCH_HUB_CLIENT_SECRET"


def main(arguments: Optional[List[str]] = None) -> int:
    """Run one command; the exit status is 0, 1 for an error of the task, 2 for wrong arguments."""
    options = build_parser().parse_args(arguments)
    try:
        return options.run(options)
    except (WorkbenchError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m sentinel_workbench.localhub", description="The local hub.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands.add_parser("serve", help="answer on 127.0.0.1 from a folder of scenes"))
    ingest = commands.add_parser("ingest", help="register a folder of COGs, one folder per acquisition")
    ingest.add_argument("source", type=Path, help="folder with one folder per acquisition, one file per band")
    ingest.add_argument("--data", type=Path, required=True, help="the hub's folder")
    ingest.add_argument("--collection", default=None, help="collection id; made from the folder's name by default")
    ingest.set_defaults(run=run_ingest)
    demo = commands.add_parser("demo-scenes", help="make the synthetic demo scenes")
    demo.add_argument("--data", type=Path, required=True, help="the hub's folder")
    demo.set_defaults(run=run_demo_scenes)
    return parser


def _add_serve(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("--port", type=_port, default=0, help="0 takes a free one (default)")
    serve.add_argument("--data", type=Path, help="the hub's folder; may be left out with --stac")
    serve.add_argument("--stac", help="a STAC catalog: address, file, or a known one such as earth-search")
    serve.add_argument("--collection", action="append", default=[], help="of the catalog; may be given several times")
    serve.add_argument("--stac-headers", type=Path, help="JSON file with headers for the catalog")
    serve.add_argument(
        "--storage-keys", action="store_true",
        help="sign requests for files in S3 storage by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    )
    serve.add_argument(
        "--way-on-stdin", action="store_true", help="the first line of the standard input tells logins, keys and proxy"
    )
    serve.add_argument(
        "--screen", action="store_true", help="judge cloud over the area by the scene classification, before reading"
    )
    serve.add_argument("--buckets", type=Path, help="folder of buckets with your own imagery; DATA/buckets by default")
    serve.add_argument(
        "--parcels", type=Path,
        help="GeoPackage of parcels, with which the hub is a CbM server as well; DATA/parcels.gpkg where it is there",
    )
    serve.add_argument("--cbm-quirks", action="store_true", help="with the limits and failures of real CbM servers")
    serve.add_argument("--cbm-generation", type=int, choices=(3, 4), default=4, help="of the CbM server's API")
    serve.add_argument(
        "--workers",
        type=_at_least_one,
        default=max(1, min(4, os.cpu_count() or 1)),
        help="render processes; by default one for each core, up to 4",
    )
    serve.add_argument("--timeout-s", type=_positive, default=60.0, help="wall clock budget of a render")
    serve.add_argument("--memory-mb", type=_positive, default=1024.0, help="memory budget of a render process")
    serve.add_argument("--engine", choices=("v8", "qjs"), help="what runs the scripts; the fastest there is by default")
    serve.add_argument("--token-lifetime-s", type=_at_least_one, default=DEFAULT_LIFETIME_S, help="of login tokens")
    serve.add_argument(
        "--credentials",
        type=Path,
        help=f"JSON file with client_id and client_secret; else {ENVIRONMENT_ID} and {ENVIRONMENT_KEY}; else random",
    )
    serve.add_argument("--exit-with-stdin", action="store_true", help="end when the standard input closes")
    serve.set_defaults(run=run_serve)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number") from error


def _port(text: str) -> int:
    value = _whole(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError("a port is 0..65535")
    return value


def _at_least_one(text: str) -> int:
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return value


def run_serve(options: argparse.Namespace) -> int:
    """Serve until a signal, or until the standard input closes."""
    from sentinel_workbench.localhub.serving import LocalHub
    from sentinel_workbench.localhub.workers import RenderBudget

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    account = read_account(options.credentials)
    budget = RenderBudget(options.timeout_s, options.memory_mb, options.engine)
    catalogs = _open_catalog(options)
    with _data_folder(options) as data, LocalHub(
        data, account, options.port, options.workers, budget, options.token_lifetime_s, buckets=options.buckets,
        stac=catalogs, cbm=_cbm_settings(options),
    ) as hub:
        told = [dataclasses.asdict(settings.collection) for settings in catalogs]
        print(json.dumps({**hub.address(), "collections": told} if told else hub.address()), flush=True)
        if options.exit_with_stdin:
            threading.Thread(target=_stop_with_stdin, args=(stop,), daemon=True).start()
        while not stop.wait(0.5):
            pass
    return 0


def _cbm_settings(options: argparse.Namespace) -> Optional[CbmSettings]:
    from sentinel_workbench.localhub.cbm import CbmSettings

    if options.parcels is None:
        return None
    return CbmSettings(options.parcels, quirks=options.cbm_quirks, generation=options.cbm_generation)


def _open_catalog(options: argparse.Namespace) -> Sequence[StacSettings]:
    """The collections of ``--stac``; what they are called in requests is told on the standard error."""
    from sentinel_workbench.localhub.stac_opening import open_collections

    if options.stac is None:
        if options.collection:
            raise InvalidInput("collection", "--collection names one of a catalog.", "Give the catalog with --stac.")
        return ()
    line = sys.stdin.readline() if options.way_on_stdin else None
    way = read_catalog_way(line, options.stac_headers, options.storage_keys)
    opened = open_collections(options.stac, options.collection, way, options.screen)
    for settings in opened:
        names = ", ".join(band.name for band in settings.collection.bands)
        print(f"{settings.collection_id} is {settings.collection.collection_id}: {names}", file=sys.stderr, flush=True)
    return opened


@contextmanager
def _data_folder(options: argparse.Namespace) -> Iterator[Path]:
    """The hub's folder; one that is removed at the end when only a catalog is served."""
    if options.data is not None:
        yield options.data
    elif options.stac is not None:
        with tempfile.TemporaryDirectory(prefix="localhub-") as folder:
            yield Path(folder)
    else:
        raise InvalidInput("data", "There is nothing to serve.", "Give a folder with --data, or a catalog with --stac.")


def read_account(path: Optional[Path]) -> HubClientAccount:
    """The client the hub knows: of a file, of the environment, or a new random one.

    Raises:
        WorkbenchError: the file does not hold both values.
    """
    if path is not None:
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            return HubClientAccount(str(document["client_id"]), str(document["client_secret"]))
        except (ValueError, KeyError, TypeError) as error:
            raise WorkbenchError(f"'{path}' does not hold client_id and client_secret as JSON.") from error
    client_id, key = os.environ.get(ENVIRONMENT_ID), os.environ.get(ENVIRONMENT_KEY)
    return HubClientAccount(client_id, key) if client_id and key else random_account()


def _stop_with_stdin(stop: threading.Event) -> None:
    # Not sys.stdin: a thread that waits inside its lock makes the interpreter abort at the end.
    while os.read(0, 4096):
        pass
    stop.set()


def run_ingest(options: argparse.Namespace) -> int:
    """Register a folder of scenes, and print one JSON line about them."""
    from sentinel_workbench.core.model.timerange import format_instant
    from sentinel_workbench.localhub.ingest import ingest_folder

    report = ingest_folder(options.source, options.data, options.collection, Watched(_print_progress))
    document = {
        "collection": report.collection.collection_id,
        "bands": [band.name for band in report.collection.bands],
        "scenes": report.scenes,
        "first": format_instant(report.first),
        "last": format_instant(report.last),
        "extent": report.extent,
        "skipped": [{"path": entry.path, "reason": entry.reason} for entry in report.skipped],
    }
    print(json.dumps(document, ensure_ascii=False))
    return 0


def run_demo_scenes(options: argparse.Namespace) -> int:
    """Make the demo scenes."""
    from sentinel_workbench.localhub.demo_scenes import make_demo_scenes

    make_demo_scenes(options.data, Watched(_print_progress))
    return 0


def _print_progress(fraction: float, message: str) -> None:
    print(f"{fraction:4.0%} {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
