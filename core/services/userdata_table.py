"""What scripts return as ``userdata``, as a table beside those of images and tiles."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple

from osgeo import gdal, ogr

from sentinel_workbench.core.model.results import ImageResult
from sentinel_workbench.core.services.geopackage import create_table
from sentinel_workbench.core.services.userdata import VALUE, userdata_rows

USERDATA_TABLE = "userdata"
IMAGE_ID = "image_id"
MOST_COLUMNS = 500
"""With more than so many members, a row is one text; SQLite takes 2000 columns at most."""
_TAKEN = (IMAGE_ID, "fid", "geom")
_LONGEST = (1 << 63) - 1
Row = Tuple[int, Mapping[str, Any]]


def add_userdata_table(database: gdal.Dataset, images: Sequence[ImageResult]) -> None:
    """Add the table ``userdata`` where any image has some: ``image_id`` and a column a member.

    Members of one name are numbers, truth values or text in all rows; where they differ, they are text.
    """
    rows = _rows(images)
    if not rows:
        return
    columns = _columns(rows)
    fields = [(IMAGE_ID, ogr.OFTInteger, None)]
    fields += [(column, *_type_of([row.get(name) for _, row in rows])) for name, column in columns.items()]
    table = create_table(database, USERDATA_TABLE, fields, ogr.wkbNone)
    definition = table.GetLayerDefn()
    for image_id, row in rows:
        feature = ogr.Feature(definition)
        feature.SetField(IMAGE_ID, image_id)
        for name, column in columns.items():
            value = row.get(name)
            if value is not None:
                index = definition.GetFieldIndex(column)
                feature.SetField(index, _CONVERTED[definition.GetFieldDefn(index).GetType()](value))
        table.CreateFeature(feature)


def _rows(images: Sequence[ImageResult]) -> Sequence[Row]:
    rows: List[Row] = [
        (number, row) for number, image in enumerate(images, start=1) for row in userdata_rows(image.userdata)
    ]
    names = {name for _, row in rows for name in row}
    if len(names) <= MOST_COLUMNS:
        return rows
    return [(number, {VALUE: json.dumps(row, ensure_ascii=False)}) for number, row in rows]


def _columns(rows: Sequence[Row]) -> Dict[str, str]:
    """Member name to column name; SQLite does not tell capitals from small letters."""
    columns: Dict[str, str] = {}
    taken = set(_TAKEN)
    for name in dict.fromkeys(name for _, row in rows for name in row):
        base, number = name.replace("\0", "").strip() or VALUE, 1
        column = base
        while column.lower() in taken:
            number += 1
            column = f"{base}_{number}"
        taken.add(column.lower())
        columns[name] = column
    return columns


def _type_of(values: Sequence[Any]) -> Tuple[int, Any]:
    """OGR type and subtype that hold every value."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return ogr.OFTInteger, ogr.OFSTBoolean
    if kinds == {int}:
        fit = all(abs(value) <= _LONGEST for value in values if value is not None)
        return (ogr.OFTInteger64 if fit else ogr.OFTString), None
    if kinds and kinds <= {int, float}:
        return ogr.OFTReal, None
    return ogr.OFTString, None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


_CONVERTED: Mapping[int, Callable[[Any], Any]] = {
    ogr.OFTInteger: int, ogr.OFTInteger64: int, ogr.OFTReal: float, ogr.OFTString: _text,
}
