"""Indices as evalscripts: known ones by name, formulas of bands, or whole scripts; run over chips on this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Mapping, Sequence, Tuple

import numpy as np
from osgeo import gdal

from sentinel_workbench.core.errors import DamagedFile, InvalidInput
from sentinel_workbench.core.evalscript.program import CollectionBands, Program
from sentinel_workbench.core.evalscript.script_setup import SIMPLE
from sentinel_workbench.core.model.chips import Chip
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.parcels import RasterLayout
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.reading import read_window
from sentinel_workbench.core.raster.writing import replacing
from sentinel_workbench.core.raster.zonal import layout_of
from sentinel_workbench.core.services.checks import outline_of

KNOWN_INDICES: Mapping[str, str] = {
    "NDVI": "(B08 - B04) / (B08 + B04)",
    "NDWI": "(B03 - B08) / (B03 + B08)",
    "NDMI": "(B8A - B11) / (B8A + B11)",
    "NBR": "(B08 - B12) / (B08 + B12)",
    "NDRE": "(B08 - B05) / (B08 + B05)",
    "EVI": "2.5 * (B08 - B04) / (B08 + 6 * B04 - 7.5 * B02 + 1)",
    "SAVI": "1.5 * (B08 - B04) / (B08 + B04 + 0.5)",
}
_BAND = re.compile(r"\bB(?:0[1-9]|8A|1[0-2])\b")
_FORMULA = re.compile(r"[\w\s.+\-*/()?:<>=!&|,%]+")
_STEP = 0.0001


@dataclass(frozen=True)
class Index:
    """An index.

    Attributes:
        name: of the band it becomes.
        script: V3 evalscript with one output of one band or more.
        bands: of Sentinel-2 it needs.
    """

    name: str
    script: str
    bands: Tuple[str, ...]


def read_index(text: str) -> Index:
    """An index by its known name, as ``name = formula``, as a formula of bands, or as an evalscript.

    Raises:
        InvalidInput: none of these, or no band in it.
    """
    wanted = text.strip()
    if wanted.startswith("//VERSION=3"):
        bands = [band for source in outline_of(wanted).inputs for band in source.bands if band != "dataMask"]
        return _checked("index", wanted, bands)
    name, equals, formula = wanted.partition("=")
    if not equals or not re.fullmatch(r"\s*[A-Za-z]\w*\s*", name) or formula.startswith("="):
        name, formula = wanted, wanted
    name = name.strip()
    if name.upper() in KNOWN_INDICES and formula == wanted:
        name, formula = name.upper(), KNOWN_INDICES[name.upper()]
    if not formula.strip() or not _FORMULA.fullmatch(formula):
        raise InvalidInput("index", f"'{wanted[:60]}' is no index.", f"Use {', '.join(KNOWN_INDICES)} or a formula.")
    bands = sorted(set(_BAND.findall(formula)))
    shown = name if re.fullmatch(r"\w+", name) else "index"
    return _checked(shown, _script_of(formula.strip(), bands), bands)


def _checked(name: str, script: str, bands: Sequence[str]) -> Index:
    if not bands:
        raise InvalidInput("index", f"The index '{name}' names no band.", "Such as (B08 - B04) / (B08 + B04).")
    return Index(name, script, tuple(dict.fromkeys(bands)))


def _script_of(formula: str, bands: Sequence[str]) -> str:
    names = ", ".join(f'"{band}"' for band in bands)
    expression = _BAND.sub(lambda match: f"s.{match[0]}", formula)
    return (
        "//VERSION=3\n"
        "function setup() {\n"
        f'  return {{ input: [{names}, "dataMask"], output: {{ bands: 1, sampleType: "FLOAT32" }} }};\n'
        "}\n"
        f"function evaluatePixel(s) {{ return [s.dataMask ? {expression} : NaN]; }}\n"
    )


def apply_index(chips: Sequence[Chip], index: Index) -> List[Chip]:
    """A chip of the index for every image that has all its bands, written beside them.

    Raises:
        ScriptError: the script fails.
        DamagedFile: a chip can't be read.
        StorageError: a file can't be written.
    """
    images: Dict[Tuple, Dict[str, Tuple[Chip, int]]] = {}
    for chip in chips:
        bands = images.setdefault((chip.date, chip.product, chip.parcels), {})
        bands.update({band: (chip, number) for number, band in enumerate(chip.bands, 1)})
    made = []
    for bands in images.values():
        if all(band in bands for band in index.bands):
            made.append(_made({band: bands[band] for band in index.bands}, index))
    return made


def _made(bands: Mapping[str, Tuple[Chip, int]], index: Index) -> Chip:
    chips = [chip for chip, _ in bands.values()]
    layouts = {chip.path: _layout(chip.path) for chip in chips}
    finest = min(layouts.values(), key=lambda layout: abs(layout.geotransform[1]))
    grid = _grid_of(finest)
    sample: Dict[str, np.ndarray] = {"dataMask": np.ones((grid.height, grid.width), np.float64)}
    for band, (chip, number) in bands.items():
        stored, valid = read_window(chip.path, number, grid, nodata=chip.nodata)
        sample[band] = np.where(valid, stored * chip.scale + chip.offset, 0.0)
        sample["dataMask"] = sample["dataMask"] * valid
    values = run_script(index.script, sample)
    names = (index.name,) if len(values) == 1 else tuple(f"{index.name}_{n + 1}" for n in range(len(values)))
    first = chips[0]
    path = first.path.with_name(f"{first.path.stem}_{index.name}.tif")
    _write(path, np.where(sample["dataMask"] > 0, values, np.nan).astype(np.float32), finest, names)
    return Chip(path, names, first.date, first.product, first.parcels, first.source, first.baseline, nodata=None)


def check_index(index: Index) -> None:
    """Run an index over one made-up pixel, so that a wrong one is known before a chip is fetched.

    Raises:
        ScriptError: it fails.
        InvalidInput: it looks at several scenes at once.
    """
    run_script(index.script, {band: np.full((1, 1), 0.1) for band in (*index.bands, "dataMask")})


def run_script(script: str, sample: Mapping[str, np.ndarray]) -> np.ndarray:
    """The first output of a script over one scene, float64 (bands, rows, cols).

    Args:
        script: a V3 evalscript.
        sample: band to reflectance, (rows, cols), ``dataMask`` among them.
    """
    rows, columns = sample["dataMask"].shape
    bands = [band for band in sample if band != "dataMask"]
    units = {band: ("REFLECTANCE", "DN") for band in bands}
    offered = CollectionBands("0", "S2L2A", dict.fromkeys(bands, "REFLECTANCE"), units)
    program = Program(script, [offered])
    try:
        if len(program.setup.inputs) != 1 or program.setup.inputs[0].mosaicking != SIMPLE:
            raise InvalidInput("index", "The evalscript looks at several scenes at once.", "Use SIMPLE mosaicking.")
        (declared,) = program.setup.inputs
        in_steps = {band for band, unit in declared.units.items() if unit == "DN" and band != "dataMask"}
        given = {band: sample[band] / _STEP if band in in_steps else sample[band] for band in declared.bands}
        program.begin([[]])
        outputs = program.evaluate([[given]], rows, columns)
    finally:
        program.close()
    return next(iter(outputs.values())).astype(np.float64)


def _layout(path: Path) -> RasterLayout:
    with gdalguard.reading(path), gdalguard.opened(path) as dataset:
        return layout_of(dataset, path.name)


def _grid_of(layout: RasterLayout) -> PixelGrid:
    left, step_x, _, top, _, step_y = layout.geotransform
    if not layout.crs.startswith("EPSG:") or step_y >= 0:
        raise DamagedFile("A chip has no known reference system, or lies upside down.", "Ask for the chips again.")
    right, bottom = left + step_x * layout.width, top + step_y * layout.height
    return PixelGrid(BBox(left, bottom, right, top, layout.crs), layout.width, layout.height)


def _write(path: Path, values: np.ndarray, layout: RasterLayout, names: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary, gdalguard.writing(path):
        driver = gdal.GetDriverByName("GTiff")
        bands, rows, columns = values.shape
        made = driver.Create(str(temporary), columns, rows, bands, gdal.GDT_Float32, ["COMPRESS=DEFLATE"])
        with gdalguard.closing(gdalguard.made(made)) as dataset:
            dataset.SetGeoTransform(layout.geotransform)
            dataset.SetProjection(spatial_reference(layout.crs).ExportToWkt())
            for number, name in enumerate(names, 1):
                band = dataset.GetRasterBand(number)
                band.SetDescription(name)
                band.SetNoDataValue(float("nan"))
                band.WriteArray(values[number - 1])
