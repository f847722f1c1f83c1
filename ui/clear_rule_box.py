"""When a parcel counts as clear: the classes that cloud it, how much of it may be bad, how much must have data."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDoubleSpinBox,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.services.scl_histogram import CLASSES, ClearRule
from sentinel_workbench.ui.form_rows import FormGrid, beside
from sentinel_workbench.ui.plan_texts import number
from sentinel_workbench.ui.scene_class_names import class_swatch, class_titles
from sentinel_workbench.ui.translation import tr

_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class ClearRuleBox(QWidget):
    """The fields of a rule. Shows and reports; ``changed`` comes when the user made another one."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.classes_list = QListWidget()
        self.classes_list.setObjectName("bad_classes_list")
        self.classes_list.setAccessibleName(tr("Classes that cloud a parcel"))
        self.classes_list.setToolTip(tr("A pixel in one of the checked classes is bad."))
        self.classes_list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.classes_list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.classes_list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for value, title in enumerate(class_titles()):
            item = QListWidgetItem(class_swatch(value), f"{value}  {title}", self.classes_list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        rows = CLASSES * self.classes_list.sizeHintForRow(0)
        self.classes_list.setFixedHeight(rows + 2 * self.classes_list.frameWidth())
        self.share_spin = _percent_spin("bad_share_spin")
        self.share_spin.setToolTip(tr("A parcel stays clear while no more of its pixels with data than this are bad."))
        self.coverage_spin = _percent_spin("coverage_spin")
        self.coverage_spin.setToolTip(tr("With less data the parcel is not covered: neither clear nor cloudy."))
        self.strict_check = QCheckBox(tr("Strict: every to&uched pixel counts"))
        self.strict_check.setObjectName("strict_check")
        self.strict_check.setToolTip(tr("Else only those whose centre lies in the parcel."))
        self._build()
        self.show_rule(ClearRule())
        self.classes_list.itemChanged.connect(lambda _item: self.changed.emit())
        self.share_spin.valueChanged.connect(lambda _value: self.changed.emit())
        self.coverage_spin.valueChanged.connect(lambda _value: self.changed.emit())
        self.strict_check.toggled.connect(lambda _checked: self.changed.emit())

    def _build(self) -> None:
        grid = FormGrid()
        grid.add_field(tr("&Bad pixels"), beside(self.share_spin, stretch=-1), self.share_spin)
        grid.add_field(tr("C&overage"), beside(self.coverage_spin, stretch=-1), self.coverage_spin)
        grid.add_wide(self.strict_check)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.classes_list)
        layout.addLayout(grid)

    def rule(self) -> ClearRule:
        """What the fields say."""
        bad = (value for value in range(CLASSES) if self.classes_list.item(value).checkState() == _CHECKED)
        return ClearRule(
            frozenset(bad), self.share_spin.value() / 100, self.coverage_spin.value() / 100,
            self.strict_check.isChecked(),
        )

    def show_rule(self, rule: ClearRule) -> None:
        """Fill the fields; tells nobody."""
        blocked = self.blockSignals(True)
        for value in range(CLASSES):
            self.classes_list.item(value).setCheckState(_CHECKED if value in rule.bad_classes else _UNCHECKED)
        self.share_spin.setValue(100 * rule.max_bad_share)
        self.coverage_spin.setValue(100 * rule.min_coverage)
        self.strict_check.setChecked(rule.all_touched)
        self.blockSignals(blocked)


def rule_text(rule: ClearRule) -> str:
    """A rule in a sentence or two."""
    bad = ", ".join(map(str, sorted(rule.bad_classes)))
    if not bad:
        words = [tr("No class makes a parcel cloudy.")]
    elif rule.max_bad_share:
        words = [tr("Clear with at most {share} % of its pixels in {classes}.").format(
            share=number(100 * rule.max_bad_share, 1), classes=bad)]
    else:
        words = [tr("Clear without a pixel in {classes}.").format(classes=bad)]
    if rule.min_coverage < 1:
        words.append(tr("{share} % of it must have data.").format(share=number(100 * rule.min_coverage, 1)))
    if rule.all_touched:
        words.append(tr("Every pixel it touches counts."))
    return " ".join(words)


def _percent_spin(name: str) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setObjectName(name)
    spin.setRange(0, 100)
    spin.setDecimals(1)
    spin.setSuffix(tr(" %"))
    return spin
