"""The columns of the histogram table: parcel, date, product, pixels, one a class, clear share, verdict."""

from __future__ import annotations

from typing import Callable, List

from sentinel_workbench.core.services.scl_histogram import SclRow, Verdict
from sentinel_workbench.ui.plan_texts import number
from sentinel_workbench.ui.scene_class_names import class_swatch, class_titles
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.values_table import Column
from sentinel_workbench.ui.verdict_words import signed_word

PARCEL_SAMPLE, DATE_SAMPLE, PRODUCT_SAMPLE = "a middling name", "2019-09-28 10:50", "S2A_MSIL2A_20190928"
_RANKS = {verdict: rank for rank, verdict in enumerate(Verdict)}


def class_columns() -> List[Column]:
    """For ``ValuesTable``s of ``SclRow``s."""
    return [
        Column(tr("Parcel"), lambda row: row.pid, sample=PARCEL_SAMPLE),
        Column(tr("Date"), lambda row: row.date, lambda row: f"{row.date:%Y-%m-%d %H:%M}", tr("Times are UTC."),
               sample=DATE_SAMPLE),
        Column(tr("Product"), lambda row: row.product, sample=PRODUCT_SAMPLE),
        Column(tr("Pixels"), lambda row: row.pixels, tip=tr("Of the parcel, on the image's grid."), is_number=True,
               sample="99999"),
        *(
            Column(f"{value}", _count_of(value), tip=f"{value} {title}", icon=class_swatch(value), is_number=True,
                   sample="999")
            for value, title in enumerate(class_titles())
        ),
        Column(tr("clear").capitalize(), lambda row: row.clear_share, _share_text,
               tr("Part of the parcel that is clear."), is_number=True, sample="100.0 %"),
        Column(tr("Verdict"), lambda row: _RANKS[row.verdict], lambda row: signed_word(row.verdict),
               sample=signed_word(Verdict.NOT_COVERED)),
    ]  # fmt: skip


def _count_of(value: int) -> Callable[[SclRow], int]:
    return lambda row: row.counts[value]


def _share_text(row: SclRow) -> str:
    return f"{number(100 * row.clear_share, 1)} %"
