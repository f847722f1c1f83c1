"""What the service makes of a script's numbers before they become a file."""

from __future__ import annotations

from typing import Mapping, Tuple

import numpy as np

SAMPLE_TYPES: Mapping[str, np.dtype] = {
    "AUTO": np.dtype(np.uint8),
    "UINT8": np.dtype(np.uint8),
    "INT8": np.dtype(np.int8),
    "UINT16": np.dtype(np.uint16),
    "INT16": np.dtype(np.int16),
    "FLOAT32": np.dtype(np.float32),
}


def _limits(dtype: np.dtype) -> Tuple[float, float]:
    info = np.iinfo(dtype)
    return float(info.min), float(info.max)


def convert_samples(values: np.ndarray, sample_type: str) -> np.ndarray:
    """A fresh array of the sample type's dtype.

    AUTO clamps to 0..1 and scales to 0..255. Integers are rounded half up, then clamped; NaN becomes 0.
    FLOAT32 keeps NaN and infinities.

    Args:
        values: float64, any shape; not changed.
        sample_type: a key of ``SAMPLE_TYPES``.
    """
    dtype = SAMPLE_TYPES[sample_type]
    if sample_type == "FLOAT32":
        with np.errstate(over="ignore"):
            return values.astype(np.float32)
    work = values * 255.0 if sample_type == "AUTO" else values.copy()
    low, high = _limits(dtype)
    if low < 0:
        work[np.isnan(values)] = 0.0
    # fmax and fmin take the limit where there is a NaN.
    np.fmax(work, low, out=work)
    np.fmin(work, high, out=work)
    work += 0.5
    return np.floor(work, out=work).astype(dtype)
