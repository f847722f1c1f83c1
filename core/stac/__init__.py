"""STAC: searching catalogs, knowing which asset is which band, and who may read it."""
