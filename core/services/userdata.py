"""What scripts return as ``userdata``, as a file: JSON as it came, or a table of it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.results import ImageResult
from sentinel_workbench.core.raster.gdalguard import storage_error
from sentinel_workbench.core.raster.writing import replacing
from sentinel_workbench.core.services.delivery import file_stem

FROM, TO = "from", "to"
VALUE = "value"


def userdata_rows(value: Any) -> List[Dict[str, Any]]:
    """``value`` as rows by column name.

    A list is read by rows, and so is the one list of objects in an object; an object of lists of one length is read by
    columns. Anything else is one row. What is nested deeper stays JSON text.
    """
    if isinstance(value, Mapping):
        lists = [(name, c) for name, c in value.items() if isinstance(c, list) and c and _all_objects(c)]
        if len(lists) == 1:
            name, members = lists[0]
            rest = {key: member for key, member in value.items() if key != name}
            return [_plain({**rest, **member}) for member in members]
        columns = list(value.values())
        if columns and all(isinstance(c, list) for c in columns) and len({len(c) for c in columns}) == 1:
            return [_plain(dict(zip(value, row))) for row in zip(*columns)]
        return [_plain(value)]
    if isinstance(value, list):
        return [_plain(row) if isinstance(row, Mapping) else {VALUE: _cell(row)} for row in value]
    return [] if value is None else [{VALUE: _cell(value)}]


def write_userdata(images: Sequence[ImageResult], path: Path) -> None:
    """The user data of ``images`` in one file; a table (``.csv``) tells the slot of each row.

    Args:
        images: those without user data are left out.
        path: ends with ``.json`` or ``.csv``; a single image's JSON is the value itself, several are by slot.

    Raises:
        InvalidInput: another ending.
        DiskFull, StorageError: it can't be written.
    """
    told = [image for image in images if image.userdata is not None]
    if path.suffix.lower() == ".csv":
        text = _as_csv([(image, row) for image in told for row in userdata_rows(image.userdata)])
    elif path.suffix.lower() == ".json":
        by_slot = {file_stem(image.time_range): image.userdata for image in told}
        value = (told[0].userdata if told else None) if len(images) == 1 else by_slot
        text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    else:
        raise InvalidInput("userdata", f"{path.name} is neither .json nor .csv.", "Use one of these endings.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            _write(temporary, text)
    except OSError as error:
        raise storage_error(path, error) from error


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


def _as_csv(rows: Sequence[Tuple[ImageResult, Mapping[str, Any]]]) -> str:
    names = list(dict.fromkeys(name for _, row in rows for name in row))
    out = io.StringIO()
    table = csv.DictWriter(out, [FROM, TO, *(name for name in names if name not in (FROM, TO))])
    table.writeheader()
    for image, row in rows:
        slot = image.time_range.wire_bounds() if image.time_range else ("", "")
        table.writerow({**row, FROM: slot[0], TO: slot[1]})
    return out.getvalue()


def _all_objects(members: Sequence[Any]) -> bool:
    return all(isinstance(member, Mapping) for member in members)


def _plain(row: Mapping[str, Any]) -> Dict[str, Any]:
    return {str(name): _cell(value) for name, value in row.items()}


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (Mapping, list)) else value
