"""Where files converted for an upload are kept: found again by the same job, removed with it or when they are old."""

from __future__ import annotations

import os
import time

import pytest
from made_cogs import memory_raster, pixels_of, write_raster

from sentinel_workbench.core.errors import StorageError
from sentinel_workbench.core.services import cog_batch
from sentinel_workbench.core.services.converted_files import forget_converted, open_converted


def test_a_job_finds_its_folder_again_and_no_other_does(tmp_path):
    mine = open_converted(tmp_path / "place", ["rasters", "mine"])
    (mine / "B02.tif").write_bytes(b"x")
    assert open_converted(tmp_path / "place", ["rasters", "mine"]) == mine and (mine / "B02.tif").is_file()
    other = open_converted(tmp_path / "place", ["rasters", "other"])
    assert other != mine
    forget_converted(tmp_path / "place", ["rasters", "mine"])
    forget_converted(tmp_path / "place", ["never", "begun"])
    assert not mine.exists() and other.is_dir()


def test_what_nobody_asked_for_in_a_week_is_removed(tmp_path):
    old, young = (open_converted(tmp_path, [word]) for word in ("old", "young"))
    theirs = tmp_path / "someone else's"
    theirs.mkdir()
    for folder, days in ((old, 8), (young, 6), (theirs, 90)):
        os.utime(folder, (time.time() - days * 86400,) * 2)
    open_converted(tmp_path, ["new"])
    assert not old.exists() and young.is_dir() and theirs.is_dir()
    os.utime(young, (time.time() - 8 * 86400,) * 2)
    (young / "B02.tif").write_bytes(b"x")
    os.utime(young, (time.time() - 8 * 86400,) * 2)
    assert (open_converted(tmp_path, ["young"]) / "B02.tif").is_file()
    assert open_converted(tmp_path, ["next"]) and young.is_dir()


def test_a_place_that_is_a_file(tmp_path):
    (tmp_path / "place").write_bytes(b"")
    with pytest.raises(StorageError, match="can't be written"):
        open_converted(tmp_path / "place", ["job"])


def test_a_source_that_changed_is_converted_again(tmp_path, monkeypatch):
    made, make = [], cog_batch.make_cog
    monkeypatch.setattr(cog_batch, "make_cog", lambda *what: made.append(what) or make(*what))
    source = tmp_path / "B02.tif"

    def convert():
        return cog_batch.make_files([source], tmp_path / "made", cog_batch.CogOptions(), resume=True)[0]

    write_raster(source, memory_raster(pixels_of(rows=20, cols=30, dtype="uint16")), "GTiff", ())
    assert convert().targets == convert().targets and len(made) == 1
    time_s = source.stat().st_mtime + 1
    os.utime(source, (time_s, time_s))
    assert convert().targets and len(made) == 2
    source.unlink()
    assert "can't be converted" in convert().sentence
