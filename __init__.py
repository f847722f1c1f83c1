"""Sentinel Workbench: satellite imagery in QGIS, from order to layer."""


def classFactory(iface):
    """The plugin object QGIS asks for. Nothing is imported before it is wanted."""
    from sentinel_workbench.plugin import SentinelWorkbench

    return SentinelWorkbench(iface)
