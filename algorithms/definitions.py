"""Kinds of parameters that several algorithms declare."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

from qgis.core import (
    QgsProcessingParameterDateTime,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterString,
)


def advanced(parameter: QgsProcessingParameterDefinition) -> QgsProcessingParameterDefinition:
    """``parameter`` in the folded part of the dialog."""
    parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
    return parameter


def suggested(
    name: str, title: str, default: Optional[str], hints: Sequence[str], optional: bool = False
) -> QgsProcessingParameterString:
    """A text with proposals."""
    parameter = QgsProcessingParameterString(name, title, default, False, optional)
    parameter.setMetadata({"widget_wrapper": {"value_hints": list(hints)}})
    return parameter


def choice(name: str, title: str, options: Sequence[str], default: str) -> QgsProcessingParameterEnum:
    """One of ``options``, by its own name."""
    return QgsProcessingParameterEnum(name, title, list(options), False, default, False, usesStaticStrings=True)


def text(name: str, title: str, default: Optional[str] = None) -> QgsProcessingParameterString:
    """Optional lines of text."""
    return QgsProcessingParameterString(name, title, default, True, True)


def day(name: str, title: str) -> QgsProcessingParameterDateTime:
    """A date; may be empty, because collections without time need none."""
    return QgsProcessingParameterDateTime(name, title, QgsProcessingParameterDateTime.Type.Date, None, True)


def is_given(values: Mapping[str, Any], name: str) -> bool:
    """Whether there is a value that says anything."""
    value = values.get(name)
    return value is not None and (not isinstance(value, str) or bool(value.strip()))
