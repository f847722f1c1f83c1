"""Synthetic satellite scenes of the Betsiboka estuary, the same on every run."""
