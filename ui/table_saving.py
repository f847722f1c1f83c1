"""Tables of a season saved where the user wants them: CSV, or a GeoPackage with the parcels beside."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any, Callable, Iterator, List, Optional, Sequence, Tuple

from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from sentinel_workbench.ui.backend import Backend, RunningWork
from sentinel_workbench.ui.sheet_saving import file_title
from sentinel_workbench.ui.translation import tr

ChooseTable = Callable[[QWidget, str], str]
"""Gets the window and a title; gives "" when the user does not want to."""
Write = Callable[[Optional[Path], Optional[Path]], Any]
"""Gets the GeoPackage and the CSV file, one of them None."""


def choose_table_file(window: QWidget, title: str) -> str:
    """Ask for a CSV file or GeoPackage to write."""
    kinds = {tr("GeoPackage (*.gpkg)"): "gpkg", tr("CSV table (*.csv)"): "csv"}
    dialog = QFileDialog(window, tr("Save the table"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(kinds))
    dialog.setDefaultSuffix("gpkg")
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(kinds[kind]))
    dialog.selectFile(file_title(title))
    return dialog.selectedFiles()[0] if dialog.exec() == QFileDialog.DialogCode.Accepted else ""


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
