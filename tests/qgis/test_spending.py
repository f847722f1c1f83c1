"""Units spent with each connection, and what the user prefers, in the settings."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest

from sentinel_workbench.core.hub.meter import UnitMeter
from sentinel_workbench.core.model.orders import SeriesOrder, TileMetadata
from sentinel_workbench.core.model.timerange import TimeRange, calendar_months
from sentinel_workbench.core.qgis.preferences import ASK_ABOVE_UNITS, CACHE_LIMIT_GB, Preferences
from sentinel_workbench.core.qgis.spending import Spending, SpendingLedger

DAY = dt.date(2026, 11, 30)
KEY = "sentinel_workbench/spent_units"


def test_units_add_up_by_connection_day_and_month(empty_settings):
    SpendingLedger(lambda: DAY - dt.timedelta(days=1)).add("A", 10.0)
    ledger = SpendingLedger(lambda: DAY)
    ledger.add("A", 2.5)
    ledger.add("A", 0.5)
    ledger.add("B", 7.0)
    assert ledger.of("A") == Spending(3.0, 13.0)
    assert SpendingLedger(lambda: DAY).of("B") == Spending(7.0, 7.0)
    assert SpendingLedger(lambda: DAY + dt.timedelta(days=1)).of("A") == Spending()


def test_another_month_begins_with_nothing_and_forgets_the_last(empty_settings):
    SpendingLedger(lambda: DAY).add("Old", 5.0)
    december = SpendingLedger(lambda: DAY + dt.timedelta(days=1))
    december.add("A", 1.0)
    assert december.of("Old") == Spending() and december.of("A") == Spending(1.0, 1.0)
    assert "Old" not in empty_settings.value(KEY)


@pytest.mark.parametrize("units", [0.0, -1.0, float("nan"), float("inf")])
def test_nothing_is_not_written_down(empty_settings, units):
    SpendingLedger().add("A", units)
    assert empty_settings.value(KEY) is None


@pytest.mark.parametrize("text", [
    "", "{", "[]", "7", '{"A": 1}', '{"A": {"day": 7, "today": 3}}',
    '{"A": {"day": "2026-11-30", "today": "x", "this_month": -4}}',
])
def test_settings_edited_into_something_else_count_as_nothing(empty_settings, text):
    empty_settings.setValue(KEY, text)
    ledger = SpendingLedger(lambda: DAY)
    assert ledger.of("A") == Spending()
    ledger.add("A", 1.5)
    assert ledger.of("A") == Spending(1.5, 1.5)


def test_a_meter_is_read_once_and_takes_from_any_thread(empty_settings):
    meter = UnitMeter()
    threads = [threading.Thread(target=lambda: [meter.add(0.25) for _ in range(400)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger = SpendingLedger(lambda: DAY)
    ledger.book("A", meter)
    ledger.book("A", meter)
    assert ledger.of("A") == Spending(400.0, 400.0)


def test_preferences_are_numbers_or_their_defaults(empty_settings):
    preferences = Preferences()
    assert (preferences.ask_above_units, preferences.cache_limit_gb) == (ASK_ABOVE_UNITS, CACHE_LIMIT_GB)
    preferences.ask_above_units, preferences.cache_limit_gb = 12.5, 0
    assert (Preferences().ask_above_units, Preferences().cache_limit_gb) == (12.5, 0.0)
    for odd in ("many", "nan", "-3", "inf"):
        empty_settings.setValue("sentinel_workbench/ask_above_units", odd)
        assert Preferences().ask_above_units == ASK_ABOVE_UNITS


def test_what_an_order_cost_is_told_by_the_backend(empty_settings, stand_in, stand_in_account, tmp_path, qtbot):
    from sample_series import image_order

    from sentinel_workbench.backend import PluginBackend
    from sentinel_workbench.ui.backend import SeriesCallbacks

    empty_settings.setValue("sentinel_workbench/cache_folder", str(tmp_path))
    slots = calendar_months(TimeRange.of_days("2019-01-01", "2019-02-28"))
    order = SeriesOrder(replace(image_order(40, 60), tile_metadata=TileMetadata.NONE), slots)
    backend, ended = PluginBackend(), []
    try:
        backend.run_series(
            order, "Stand-in", SeriesCallbacks(lambda *_: None, lambda *_: None, ended.append)
        )
        qtbot.waitUntil(lambda: bool(ended), timeout=20_000)
        assert [image.error for image in ended[0].result.images] == [None, None]
        spent = ended[0].result.processing_units
        assert spent == 5.0
        assert backend.spending("Stand-in") == Spending(spent, spent)
    finally:
        backend.shut_down()
    assert SpendingLedger().of("Stand-in").today == pytest.approx(spent)


def test_the_console_writes_units_down_order_by_order(stand_in_account, tmp_path):
    """A console is seldom closed in good order."""
    from sample_series import image_order

    from sentinel_workbench import api
    from sentinel_workbench.core.http.transport import NetworkSettings

    order = replace(image_order(40, 60), tile_metadata=TileMetadata.NONE)
    workbench = api.Workbench(*stand_in_account, tmp_path, NetworkSettings())
    try:
        workbench.image(order.at(TimeRange.of_days("2019-03-01", "2019-03-31")))
        assert SpendingLedger().of("Stand-in").today == 2.5
        workbench.series(SeriesOrder(order, calendar_months(TimeRange.of_days("2019-04-01", "2019-05-31"))))
        assert SpendingLedger().of("Stand-in").today == 7.5
    finally:
        workbench.close()
    assert SpendingLedger().of("Stand-in").today == 7.5
