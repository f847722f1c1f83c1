"""Tables of a season saved where the user wants them: CSV, or a GeoPackage with the parcels beside."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any, Callable, Iterator, List, Optional, Sequence, Tuple

from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.ui.backend import Backend, RunningWork
from sentinel_workbench.ui.file_saving import choose_file_to_save
from sentinel_workbench.ui.translation import tr

Write = Callable[[Optional[Path], Optional[Path]], Any]
"""Gets the GeoPackage and the CSV file, one of them None."""


def choose_table_file(window: QWidget, title: str) -> str:
    """Ask for a CSV file or GeoPackage to write."""
    kinds = {tr("GeoPackage (*.gpkg)"): "gpkg", tr("CSV table (*.csv)"): "csv"}
    return choose_file_to_save(window, tr("Save the table"), kinds, title)


def save_table(backend: Backend, name: str, write: Write, tell: Callable[[str], None]) -> RunningWork:
    """Write a table in the background, as CSV where the name says so, else as a GeoPackage; ``tell`` how it went."""
    is_csv = name.lower().endswith(".csv")
    path = Path(name) if is_csv or name.lower().endswith(".gpkg") else Path(f"{name}.gpkg")
    tell(tr("Saving {path}…").format(path=path))
    return backend.run_alone(
        tr("Saving a table"), lambda _progress: write(None if is_csv else path, path if is_csv else None),
        lambda _written: tell(tr("Saved as {path}").format(path=path)), lambda error: tell(str(error)),
    )


def by_date(records: Sequence[Any]) -> Iterator[List[Any]]:
    """Records of each date together, ascending; parcels in their order."""
    def key(record: Any) -> Tuple:
        return record.date, record.number

    for _, group in groupby(sorted(records, key=key), lambda record: record.date):
        yield list(group)
