"""The part of the style sheet that dresses what is pressed and typed into.

`$name` is a token, `$pxN` a length at the size in force, `$pt_role` the size of a role, `$img_name` a drawing.
Button layout 3 puts the main button at the right, as in the dialogs that place their buttons themselves.
"""

from __future__ import annotations

BUTTONS = """
QDialogButtonBox, QMessageBox { button-layout: 3; }
QPushButton, QToolButton[role="secondary"] {
    background: $raised; color: $text; border: 1px solid $field; border-radius: $px6;
    min-height: $px30; padding: 0 $px12; qproperty-iconSize: $px22 $px16;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $sel; }
QPushButton:focus { border: 2px solid $focus; padding: 0 $px11; min-height: $px28; }
QPushButton:disabled { color: $text3; border-color: $line; background: $window; }
QPushButton[role="primary"] {
    background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
}
QPushButton[role="primary"]:hover { background: $accent_text; border-color: $accent_text; }
QPushButton[role="primary"]:pressed { background: $accent_text; }
QPushButton[role="primary"]:focus {
    border: 2px solid $focus; outline: 2px solid $on_accent; outline-offset: -4px;
    padding: 2px; min-height: $px24;
}
QPushButton[role="primary"]:disabled { background: $neutral_bg; color: $text3; border-color: $line; }
QPushButton[role="danger"] { color: $bad; border-color: $bad; }
QPushButton[role="danger"]:focus { border-color: $focus; }
QPushButton[role="flat"] { background: transparent; border: 1px solid transparent; color: $text2; }
QPushButton[role="flat"]:hover { background: $hover; color: $text; }
QPushButton[role="flat"]:pressed { background: $sel; color: $text; }
QPushButton[role="flat"]:focus { border: 2px solid $focus; }
QPushButton[role="flat"]:disabled { color: $text3; }
QPushButton[role="link"] {
    background: transparent; border: 2px solid transparent; color: $accent_text;
    min-height: $px20; padding: 0 $px4; text-align: left;
}
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:disabled { color: $text3; }
QPushButton[role="link"]:focus { border: 2px solid $focus; }
QPushButton::menu-indicator {
    image: url($img_chevron); width: $px16; height: $px16;
    subcontrol-origin: padding; subcontrol-position: center right; right: $px6;
}
QToolButton {
    background: transparent; color: $text2; border: 2px solid transparent; border-radius: $px6;
    padding: 0; min-height: $px28; min-width: $px28;
}
QToolButton:hover { background: $hover; color: $text; }
QToolButton:pressed, QToolButton:checked { background: $sel; color: $text; }
QToolButton:focus { border: 2px solid $focus; }
QToolButton:disabled { color: $text3; }
QToolButton::menu-indicator { image: none; }
QToolButton[role="icon"] { max-height: $px28; max-width: $px28; qproperty-iconSize: $px16; }
QToolButton[role="inline"] {
    min-height: $px20; max-height: $px20; min-width: $px20; max-width: $px20; qproperty-iconSize: $px16;
}
"""

NAV = """
QPushButton[role="nav"] {
    background: transparent; color: $text2; border: 2px solid transparent; border-radius: $px6;
    min-height: $px28; padding: 0 $px6; text-align: left; qproperty-iconSize: $px26 $px18;
}
QPushButton[role="nav"][rail="true"], QPushButton[role="palette"][rail="true"] {
    padding: 0; text-align: center; qproperty-iconSize: $px18 $px18;
}
QPushButton[role="nav"]:hover { background: $hover; color: $text; }
QPushButton[role="nav"]:checked {
    background: $accent_soft; color: $accent_text; font-weight: 600; border-left-color: $accent;
}
QPushButton[role="nav"]:focus { border: 2px solid $focus; padding: 0 $px6; min-height: $px28; }
QPushButton[role="palette"] {
    background: $raised; color: $text2; border-color: $text3; text-align: left; padding: 0 $px7;
    qproperty-iconSize: $px26 $px18;
}
QPushButton[role="palette"]:focus { border-color: $focus; padding: 0 $px6; }
"""

FIELDS = """
QLineEdit, QComboBox, QAbstractSpinBox {
    background: $surface; color: $text; border: 1px solid $field; border-radius: $px6;
    min-height: $px30; padding: 0 $px9; placeholder-text-color: $text3;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QComboBox:focus, QComboBox:on, QAbstractSpinBox:focus {
    border: 2px solid $focus; padding: 0 $px8; min-height: $px28;
}
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled, QPlainTextEdit:disabled, QTextEdit:disabled {
    background: $window; color: $text3; border-color: $line;
}
QLineEdit:read-only { background: $window; }
QLineEdit[invalid="true"], QComboBox[invalid="true"], QAbstractSpinBox[invalid="true"] {
    border: 2px solid $bad; padding: 0 $px8; min-height: $px28;
}
QPlainTextEdit[invalid="true"], QTextEdit[invalid="true"] { border: 2px solid $bad; padding: $px4; }
QLineEdit[role="input"] { border: none; background: transparent; font-size: $pt_input; }
QComboBox QLineEdit, QAbstractSpinBox QLineEdit {
    border: none; background: transparent; padding: 0; min-height: 0; border-radius: 0;
}
QAbstractSpinBox QLineEdit { padding: 0 $px7; }
QComboBox:editable { padding-left: $px7; }
QComboBox:editable:focus { padding-left: $px6; }
QAbstractItemView QLineEdit, QAbstractItemView QComboBox {
    min-height: 0; padding: 0 $px4; border: 2px solid $focus; border-radius: 0;
}
QComboBox, QComboBox:focus, QComboBox:on { padding-right: $px28; }
QComboBox::drop-down {
    subcontrol-origin: border; subcontrol-position: center right; width: $px28; border: none; background: transparent;
}
QComboBox::down-arrow { image: url($img_chevron); width: $px16; height: $px16; }
QComboBox QAbstractItemView {
    background: $raised; color: $text; border: 1px solid $field; padding: $px4; outline: none;
    selection-background-color: $sel; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: $px28; padding: 0 $px6; border-radius: $px6; }
QAbstractSpinBox { padding-right: $px24; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: $px24; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-arrow { image: url($img_chevron_up); width: $px12; height: $px12; }
QAbstractSpinBox::down-arrow { image: url($img_chevron); width: $px12; height: $px12; }
QPlainTextEdit, QTextEdit {
    background: $surface; color: $text; border: 1px solid $field; border-radius: $px6; padding: $px5;
    placeholder-text-color: $text3;
    selection-background-color: $accent; selection-color: $on_accent;
}
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $focus; padding: $px4; }
"""

CHECKS = """
QCheckBox, QRadioButton {
    background: transparent; color: $text; spacing: $px8; min-height: $px20;
    border: 2px solid transparent; border-radius: $px6; padding: 0 $px4 0 $px2;
}
QCheckBox:focus, QRadioButton:focus { border: 2px solid $focus; }
QCheckBox:disabled, QRadioButton:disabled { color: $text3; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator, QGroupBox::indicator, QMenu::indicator {
    width: $px14; height: $px14; background: $surface; border: 1px solid $field; border-radius: $px4;
}
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $text2; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked, QGroupBox::indicator:checked,
QMenu::indicator:checked {
    background: $accent; border-color: $accent; image: url($img_check);
}
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent; image: url($img_minus); }
QCheckBox::indicator:disabled { background: $window; border-color: $line; image: none; }
QCheckBox::indicator:checked:disabled { background: $text3; border-color: $text3; image: url($img_check); }
QRadioButton::indicator { border-radius: $half14; }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: url($img_dot); }
QRadioButton::indicator:checked:disabled { background: $text3; border-color: $text3; }
"""

SLIDERS = """
QProgressBar {
    background: $neutral_bg; border: none; border-radius: $half6; min-height: $px6; max-height: $px6;
}
QProgressBar::chunk { background: $accent; border-radius: $half6; }
QSlider { min-height: $px24; border: 2px solid transparent; border-radius: $px6; }
QSlider:focus { border-color: $focus; }
QSlider::groove:horizontal { background: $field; height: $px4; border-radius: $half4; }
QSlider::sub-page:horizontal { background: $accent; border-radius: $half4; }
QSlider::handle:horizontal { background: $accent; width: $px16; margin: -$px6 0; border-radius: $half14; }
"""

CONTROLS = BUTTONS + NAV + FIELDS + CHECKS + SLIDERS
