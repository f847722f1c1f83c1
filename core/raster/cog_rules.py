"""The rules a COG must keep to be ingested that its directories alone can answer.

They are those of the BYOC documentation (byoc, 4); where it says only "COG", those of GDAL's own validation.
"""

from __future__ import annotations

import math
from typing import Callable, Iterator, List, Optional, Sequence, Tuple

from sentinel_workbench.core.model.byoc import MAX_BANDS
from sentinel_workbench.core.raster.cog_report import CogProblem
from sentinel_workbench.core.raster.tiff_directory import TiffImage, TiffLayout

MAX_HEADER_BYTES = 1 << 20
SMALLEST_TILE_PX, LARGEST_TILE_PX, ADVISED_TILE_PX = 256, 2048, 1024
MAX_CHUNKY_BANDS = 10
NEEDS_OVERVIEWS_PX = NEEDS_TILES_PX = 512
"""Up to this size GDAL calls a file a COG without overviews and without tiles."""
COMPRESSIONS = {1: "NONE", 5: "LZW", 8: "DEFLATE", 32946: "PKZIP DEFLATE", 32773: "PACKBITS", 50000: "ZSTD",
                50013: "PIXTIFF_ZIP"}
"""What the service reads."""
_REFUSED = {2: "CCITT", 3: "CCITT", 4: "CCITT", 6: "old JPEG", 7: "JPEG", 34676: "SGI LOG", 34712: "JPEG 2000",
            34887: "LERC", 34892: "DNG JPEG", 34925: "LZMA", 50001: "WEBP", 50002: "JPEG XL", 52546: "JPEG XL"}
_ANY_PHOTOMETRIC = (1, 8, 32946, 50000)
_PHOTOMETRICS = {0: "white is zero", 3: "palette", 5: "CMYK", 6: "YCbCr", 8: "CIE L*a*b*"}
_FORMATS = {1: "UINT", 2: "INT", 3: "FLOAT"}
_MAKE_COG = "Convert it with Make COG."

Problems = Iterator[CogProblem]


def compression_name(code: int) -> str:
    """For people, such as ``DEFLATE``."""
    return COMPRESSIONS.get(code) or _REFUSED.get(code) or f"code {code}"


def sample_type(image: TiffImage) -> str:
    """Such as ``UINT16``, of the first band; ``COMPLEX`` or ``UNKNOWN`` for formats no rule knows."""
    known = "COMPLEX" if image.sample_formats[0] in (5, 6) else "UNKNOWN"
    return f"{_FORMATS.get(image.sample_formats[0], known)}{image.bits[0]}"


def block_size(image: TiffImage) -> Tuple[int, int]:
    """Width and height of its internal tiles, or of its strips."""
    return image.tile or (image.width, min(image.rows_per_strip, image.height))


def overviews_of(layout: TiffLayout) -> List[TiffImage]:
    """The reduced images, in the order of the file."""
    return [image for image in layout.images[1:] if image.is_overview]


def check_layout(layout: TiffLayout) -> Tuple[CogProblem, ...]:
    """Every rule that ``layout`` breaks."""
    return tuple(problem for rule in _RULES for problem in rule(layout))


def advise_layout(layout: TiffLayout) -> Tuple[CogProblem, ...]:
    """What is allowed in ``layout`` but unwise."""
    return tuple(problem for rule in _ADVICE for problem in rule(layout))


def _header(layout: TiffLayout) -> Problems:
    if layout.header_end > MAX_HEADER_BYTES:
        yield CogProblem(
            "header", f"The header takes {layout.header_end} bytes; the service reads {MAX_HEADER_BYTES} (1 MB).",
            "Convert it with Make COG and larger internal tiles, which shorten the header.",
        )


def _block_table(layout: TiffLayout) -> Problems:
    for image in layout.images:
        needed = _blocks_needed(image)
        if min(image.block_offsets.size, image.block_sizes.size) < needed:
            yield CogProblem("header", f"The header lists {image.block_offsets.size} blocks of pixels where "
                                       f"{_size(image.width, image.height)} px need {needed}.",
                             "Copy or make the file again.")
            return


def _blocks_needed(image: TiffImage) -> int:
    if image.width < 1 or image.height < 1:
        return 1
    planes = image.samples if image.planar == 2 else 1
    width, height = image.tile or (image.width, min(image.rows_per_strip, image.height))
    return math.ceil(image.width / max(width, 1)) * math.ceil(image.height / max(height, 1)) * planes


def _truncated(layout: TiffLayout) -> Problems:
    end = max(image.pixels_end for image in layout.images)
    if end > layout.size:
        yield CogProblem(
            "truncated", f"The file ends at byte {layout.size}, but its pixels go on to byte {end}.",
            "Copy or make the file again; what is missing can't be repaired.",
        )


def _tiling(layout: TiffLayout) -> Problems:
    full = layout.images[0]
    levels = (full, *overviews_of(layout))
    striped = next((image for image in levels if image.tile is None), None)
    if striped:
        rule = "tiling" if max(striped.width, striped.height) > NEEDS_TILES_PX else "tile size"
        yield CogProblem(rule, f"{_name_of(striped, full)} is stored in strips, not in internal tiles.", _MAKE_COG)
    for image in levels:
        if image.tile and not all(SMALLEST_TILE_PX <= side <= LARGEST_TILE_PX for side in image.tile):
            yield CogProblem(
                "tile size", f"{_name_of(image, full)} has internal tiles of {_size(*image.tile)} px; allowed are "
                f"{SMALLEST_TILE_PX} to {LARGEST_TILE_PX}.",
                f"Convert it with Make COG and internal tiles of {ADVISED_TILE_PX} px.",
            )
            return


def _overview_order(layout: TiffLayout) -> Problems:
    full = layout.images[0]
    if full.subfile_type & 5:
        yield CogProblem("overview order", "The first image of the file is an overview or a mask, not the full image.",
                         _MAKE_COG)
    levels = [full, *overviews_of(layout)]
    for finer, coarser in zip(levels, levels[1:]):
        if coarser.width > finer.width or coarser.height > finer.height:
            yield CogProblem(
                "overview order", f"The overview of {_size(coarser.width, coarser.height)} px comes after the one of "
                f"{_size(finer.width, finer.height)} px; levels must go from large to small.", _MAKE_COG,
            )


def _same_samples(layout: TiffLayout) -> Problems:
    full = layout.images[0]
    for image in overviews_of(layout):
        if (image.samples, image.bits, image.sample_formats) != (full.samples, full.bits, full.sample_formats):
            yield CogProblem("overview samples", f"{_name_of(image, full)} has other bands or samples than the image.",
                             _MAKE_COG)


def _block_order(layout: TiffLayout) -> Problems:
    """Directories before all pixels, pixels from the smallest level to the full image."""
    images = layout.images
    starts = [image.first_block for image in images if image.first_block is not None]
    offsets = [image.offset for image in images]
    if offsets != sorted(offsets) or (starts and layout.header_end > min(starts)):
        yield CogProblem("layout", "Its directories do not lie in order before the pixels, so it takes many requests "
                                   "to open.", _MAKE_COG)
        return
    blocks = [i.first_block for i in (images[0], *overviews_of(layout)) if i.first_block is not None]
    if blocks != sorted(blocks, reverse=True):
        yield CogProblem("layout", "The pixels of its levels are not stored from the smallest to the largest.",
                         _MAKE_COG)


def _compression(layout: TiffLayout) -> Problems:
    for code in dict.fromkeys(image.compression for image in layout.images if not image.is_mask):
        if code not in COMPRESSIONS:
            yield CogProblem("compression", f"The compression {compression_name(code)} is not read by the service.",
                             "Convert it with Make COG, which uses DEFLATE.")


def _photometric(layout: TiffLayout) -> Problems:
    full = layout.images[0]
    if full.photometric not in (1, 2) and full.compression not in _ANY_PHOTOMETRIC:
        kind = _PHOTOMETRICS.get(full.photometric, str(full.photometric))
        yield CogProblem(
            "photometric", f"The photometric interpretation '{kind}' goes with no compression, DEFLATE or ZSTD only, "
            f"not with {compression_name(full.compression)}.", _MAKE_COG,
        )


def _bands(layout: TiffLayout) -> Problems:
    full = layout.images[0]
    if full.samples > MAX_BANDS:
        yield CogProblem("bands", f"The file has {full.samples} bands; a collection holds {MAX_BANDS}.",
                         "Leave bands out.")
    elif full.samples > MAX_CHUNKY_BANDS and full.planar == 1:
        yield CogProblem(
            "interleaving", f"The file has {full.samples} bands stored pixel by pixel; {MAX_CHUNKY_BANDS} are allowed "
            "so.", "Split it into a file for each band with Make COG.",
        )


def _samples(layout: TiffLayout) -> Problems:
    full = layout.images[0]
    if len(set(zip(full.bits, full.sample_formats))) > 1:
        yield CogProblem("sample type", "The bands of the file differ in bit depth or sample format.",
                         "Split it into a file for each band with Make COG.")
        return
    if not is_allowed(full.bits[0], full.sample_formats[0]):
        yield CogProblem(
            "sample type", f"Samples of {sample_type(full)} are not read by the service.",
            "Convert it with Make COG to 8, 16 or 32 bits, integer or float.",
        )


def is_allowed(bits: int, sample_format: int) -> bool:
    """Does the service read samples of so many bits in this TIFF sample format?"""
    if sample_format in (1, 4):
        return bits in (1, 2, 4, 8, 16, 32)
    return bits in ((8, 16, 32) if sample_format == 2 else (16, 32) if sample_format == 3 else ())


def _few_overviews(layout: TiffLayout) -> Problems:
    full, overviews = layout.images[0], overviews_of(layout)
    coarsest = overviews[-1] if overviews else full
    width, height = block_size(full)
    in_one_block = full.width <= width and full.height <= height and max(width, height) <= ADVISED_TILE_PX
    if not overviews and not in_one_block and max(full.width, full.height) > NEEDS_OVERVIEWS_PX:
        yield CogProblem("overviews", f"The image of {_size(full.width, full.height)} px has no overviews, so every "
                                      "small image of it reads all its pixels.", _MAKE_COG)
    elif max(coarsest.width, coarsest.height) > ADVISED_TILE_PX:
        yield CogProblem(
            "overviews", f"The coarsest overview is still {_size(coarsest.width, coarsest.height)} px; it should fit "
            f"{ADVISED_TILE_PX} x {ADVISED_TILE_PX} px.", _MAKE_COG,
        )


def _overview_factors(layout: TiffLayout) -> Problems:
    levels = [layout.images[0], *overviews_of(layout)]
    for finer, coarser in zip(levels, levels[1:]):
        factor = finer.width / max(coarser.width, 1)
        halved = any(abs(coarser.width - rounded(finer.width / 2)) <= 1 for rounded in (math.floor, math.ceil))
        if coarser.width < finer.width and not halved:
            yield CogProblem(
                "overview factor", f"The overview of {_size(coarser.width, coarser.height)} px is {factor:.3g} times "
                "smaller than the level above it; each should be half.", _MAKE_COG,
            )


def _masks(layout: TiffLayout) -> Problems:
    if any(image.is_mask for image in layout.images):
        yield CogProblem("mask", "The file has an internal mask, which the service does not use.",
                         "Give the invalid pixels a no-data value, or add the mask as a band.")


def _half_floats(layout: TiffLayout) -> Problems:
    if sample_type(layout.images[0]) == "FLOAT16":
        yield CogProblem("sample type", "Floats of 16 bits are rare and may not be read by the service.",
                         "Convert it with Make COG to FLOAT32.")


def _nodata(layout: TiffLayout) -> Problems:
    full = layout.images[0]
    if full.nodata is None or not full.samples:
        return
    value = number_of(full.nodata)
    if value is None:
        yield CogProblem("no data", f"The no-data value '{full.nodata}' is not a number and is not used.",
                         "Write the file with a number as no-data value.")
    elif math.isnan(value):
        yield CogProblem("no data", "NaN can't be configured as no-data value; in float bands it always is one.",
                         "Leave the no-data value of the collection empty.")
    elif not _holds(full, value):
        yield CogProblem("no data", f"No {sample_type(full)} pixel can have the no-data value {full.nodata}.",
                         "Write the file with a value of its type.")


def number_of(text: Optional[str]) -> Optional[float]:
    """The number a no-data tag means, which may be NaN, or None."""
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _holds(image: TiffImage, value: float) -> bool:
    kind, bits = image.sample_formats[0], min(image.bits[0], 64)
    if kind == 3:
        return True
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if kind == 2 else (0, 2**bits - 1)
    return low <= value <= high and value == int(value)


def _name_of(image: TiffImage, full: TiffImage) -> str:
    return "The image" if image is full else f"The overview of {_size(image.width, image.height)} px"


def _size(width: int, height: int) -> str:
    return f"{width} x {height}"


_Rules = Sequence[Callable[[TiffLayout], Problems]]
_RULES: _Rules = (_header, _block_table, _truncated, _tiling, _overview_order, _same_samples, _block_order,
                  _compression, _photometric, _bands, _samples)
_ADVICE: _Rules = (_few_overviews, _overview_factors, _masks, _half_floats, _nodata)
