"""Frozen records that travel between the rooms. No network, no files, no QGIS."""
