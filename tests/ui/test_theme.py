"""One look for the whole program, and a live switch that leaves nothing of the old look behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QIcon, QImage, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gcrm.ui.theme import Mode, Theme, color, icon, px, role_font, set_role
from gcrm.ui.theme.fonts import SCALES, base_font, system_scale
from gcrm.ui.theme.icons import svg
from gcrm.ui.theme.sheet import make_sheet
from gcrm.ui.theme.tokens import AVATARS, DARK, LIGHT, avatar_color, current
from gcrm.ui.widgets.button import Button, Kind
from tests.dress import worn
from tests.ui.gallery import build_gallery


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    with worn(qapp) as made:
        yield made


def picture(qtbot: QtBot, widget: QWidget) -> QImage:
    """Return what `widget` looks like; the caret does not blink into it."""
    with qtbot.waitExposed(widget):
        widget.show()
    focused = widget.focusWidget()
    if focused is not None:
        focused.clearFocus()
    return widget.grab().toImage()


def fresh(qtbot: QtBot, theme: Theme, mode: Mode, scale: float = 1.0) -> QImage:
    theme.set_mode(mode)
    theme.set_scale(scale)
    window = build_gallery()
    qtbot.addWidget(window)
    return picture(qtbot, window)


@pytest.mark.parametrize(("before", "after"), [(Mode.LIGHT, Mode.DARK), (Mode.DARK, Mode.LIGHT)])
def test_a_live_switch_equals_a_fresh_start_in_every_pixel(
    qtbot: QtBot, theme: Theme, before: Mode, after: Mode
) -> None:
    theme.set_mode(before)
    window = build_gallery()
    qtbot.addWidget(window)
    old = picture(qtbot, window)
    theme.set_mode(after)
    switched = picture(qtbot, window)
    assert switched != old
    assert switched == fresh(qtbot, theme, after)


def test_dark_is_dark_and_light_is_light(qtbot: QtBot, theme: Theme) -> None:
    for mode, tokens in ((Mode.LIGHT, LIGHT), (Mode.DARK, DARK)):
        shot = fresh(qtbot, theme, mode)
        assert shot.pixelColor(30, 600).name().upper() == tokens.sidebar
        assert shot.pixelColor(650, 895).name().upper() == tokens.window


def test_every_colour_of_the_sheet_is_a_token(theme: Theme, qapp: QApplication) -> None:
    for tokens in (LIGHT, DARK):
        drawings = {
            f"img_{name}": "x" for name in ("chevron", "chevron_up", "chevron_right", "check", "minus", "x", "dot")
        }
        sheet = make_sheet(tokens, qapp.font(), drawings)
        known = {tokens.get(name) for name in tokens.__dataclass_fields__ if name != "is_dark"}
        assert set(re.findall(r"#[0-9A-Fa-f]{6}\b", sheet)) <= known
        assert set(re.findall(r"font-weight: (\w+)", sheet)) <= {"400", "600"}


def test_switching_tells_once_and_only_when_something_changed(qtbot: QtBot, theme: Theme) -> None:
    told: list[bool] = []
    theme.changed.connect(lambda: told.append(theme.is_dark))
    theme.set_mode(Mode.DARK)
    theme.set_mode(Mode.DARK)
    theme.set_mode(Mode.LIGHT)
    assert told == [True, False]


def test_disabled_text_is_text3_and_not_see_through(theme: Theme, qapp: QApplication) -> None:
    for mode, tokens in ((Mode.LIGHT, LIGHT), (Mode.DARK, DARK)):
        theme.set_mode(mode)
        shown = qapp.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        assert shown.name().upper() == tokens.text3
        assert shown.alpha() == 255


def test_the_base_is_13_pixels_and_roles_keep_their_proportion(theme: Theme, qapp: QApplication) -> None:
    assert round(qapp.font().pointSizeF() * 96 / 72) == 13
    sizes = [round(role_font(role).pointSizeF() * 96 / 72) for role in ("caption", "small", "section", "title")]
    assert sizes == [11, 12, 15, 20]
    assert {role_font(role).weight() for role in ("caption", "small", "body", "title")} == {400, 600}


@pytest.mark.parametrize(("points", "scale"), [(10.0, 1.0), (9.0, 1.0), (15.0, 1.5), (30.0, 1.5)])
def test_the_systems_text_size_is_followed_within_bounds(qapp: QApplication, points: float, scale: float) -> None:
    system = QFont("Sans Serif")
    system.setPointSizeF(points)
    assert system_scale(system) == pytest.approx(scale)
    assert base_font(system, scale).pointSizeF() == pytest.approx(9.75 * scale, abs=0.01)


@pytest.mark.parametrize("scale", [1.0, 1.1, 1.25, 1.4, 1.5])
def test_larger_text_clips_no_button(qtbot: QtBot, theme: Theme, scale: float) -> None:
    assert SCALES[0] <= scale <= SCALES[1]
    theme.set_scale(scale)
    window = build_gallery()
    qtbot.addWidget(window)
    picture(qtbot, window)
    for button in window.findChildren(QPushButton):
        if not (button.isVisible() and button.text()):
            continue
        text = button.fontMetrics().boundingRect(button.text().replace("&", ""))
        room = button.iconSize().width() + 4 if not button.icon().isNull() else 0
        assert button.width() >= text.width() + room, button.text()
        assert button.height() >= text.height(), button.text()
        if isinstance(button, Button) and button.property("role") != "link":
            assert button.height() == px(32) or button.height() == px(30) + 2, button.text()


def test_a_change_of_size_reaches_open_windows(qtbot: QtBot, theme: Theme) -> None:
    button = Button("Save", "primary")
    qtbot.addWidget(button)
    small = button.sizeHint()
    theme.set_scale(1.5)
    assert button.sizeHint().height() > small.height()
    assert button.sizeHint().width() > small.width()


@pytest.mark.parametrize("kind", ["primary", "secondary"])
def test_the_focus_takes_no_room_from_the_text(qtbot: QtBot, theme: Theme, kind: Kind) -> None:
    button = Button("Open the office", kind)
    qtbot.addWidget(button)
    calm = button.sizeHint()
    button.show()
    button.activateWindow()
    button.setFocus()
    QApplication.processEvents()
    assert button.hasFocus()
    assert button.sizeHint() == calm


def inked(image: QImage) -> set[str]:
    """Return the colours of the fully painted pixels."""
    spots = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {image.pixelColor(x, y).name().upper() for x, y in spots if image.pixelColor(x, y).alpha() == 255}


def test_an_icon_follows_the_theme_without_being_made_anew(theme: Theme) -> None:
    phone = icon("minus")
    light = inked(phone.pixmap(QSize(48, 48)).toImage())
    theme.set_mode(Mode.DARK)
    dark = inked(phone.pixmap(QSize(48, 48)).toImage())
    assert LIGHT.text2 in light
    assert DARK.text2 in dark
    assert LIGHT.text2 not in dark


def test_icons_are_active_on_and_dull_when_disabled(theme: Theme) -> None:
    nav = icon("minus", on="accent_text")
    active = nav.pixmap(QSize(48, 48), QIcon.Mode.Normal, QIcon.State.On).toImage()
    disabled = nav.pixmap(QSize(48, 48), QIcon.Mode.Disabled, QIcon.State.On).toImage()
    assert LIGHT.accent_text in inked(active)
    assert LIGHT.text3 in inked(disabled)


@pytest.mark.parametrize("name", ["pencil", "trash", "arrow-up"])
def test_a_button_that_cannot_be_used_is_told_without_colour(theme: Theme, name: str) -> None:
    """Its lines are thinner: at most three quarters of the ink of one that can."""
    ink = [
        sum(image.pixelColor(x, y).alpha() for x in range(16) for y in range(16))
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)
        for image in (icon(name).pixmap(QSize(16, 16), mode).toImage(),)
    ]
    assert ink[1] < 0.75 * ink[0]


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_icons_are_drawn_for_the_pixels_of_the_screen(theme: Theme, ratio: float) -> None:
    drawn = icon("users").pixmap(QSize(16, 16), ratio)
    assert drawn.width() == round(16 * ratio)
    assert drawn.devicePixelRatio() == ratio


def test_an_icon_survives_being_copied_and_changed(theme: Theme) -> None:
    one = icon("mail")
    other = QIcon(one)
    other.setIsMask(True)
    del one
    assert not other.pixmap(QSize(16, 16)).isNull()


def test_an_unknown_icon_is_a_fault(theme: Theme) -> None:
    with pytest.raises(LookupError):
        svg("no-such-icon")


def test_making_an_icon_draws_nothing(theme: Theme) -> None:
    before = svg.cache_info().currsize + svg.cache_info().misses
    icon("zap")
    assert svg.cache_info().currsize + svg.cache_info().misses == before


def test_colours_by_name_are_the_same_everywhere() -> None:
    assert avatar_color("Albrecht Metallbau GmbH") == avatar_color(" albrecht metallbau gmbh ")
    assert {avatar_color(f"Contact {number}") for number in range(200)} == set(AVATARS)


def test_painters_get_the_colour_in_force(theme: Theme) -> None:
    theme.set_mode(Mode.DARK)
    assert color("text").name().upper() == DARK.text == current().text
    with pytest.raises(KeyError):
        color("is_dark")


def test_a_role_can_change_while_shown(qtbot: QtBot, theme: Theme) -> None:
    button = QPushButton("Save")
    qtbot.addWidget(button)
    button.resize(120, 32)
    plain = button.grab().toImage().pixelColor(60, 4).name().upper()
    set_role(button, "primary")
    assert plain == LIGHT.raised
    assert button.grab().toImage().pixelColor(60, 4).name().upper() == LIGHT.accent
