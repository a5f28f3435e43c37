"""The code of an invitation: what it holds comes out again, and each kind of damage gets its sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gcrm.errors import UserError
from gcrm.services.team import qr
from gcrm.services.team.invitation import (
    MARK,
    ROLE_PREFIX,
    VERSION,
    Invitation,
    decode,
    encode,
    new_role,
    new_secret,
)

EXPIRES = datetime(2026, 12, 4, 16, 0, tzinfo=UTC)
INVITATION = Invitation(
    ("office-pc", "192.168.1.20"), 5433, "office", "Brandt & Töchter", "ab" * 32, ROLE_PREFIX + "0123456789ab",
    "c1" * 16, EXPIRES,
)  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@st.composite
def any_invitation(draw: st.DrawFn) -> Invitation:
    moment = draw(st.integers(0, 2**32 - 1))
    return Invitation(
        tuple(draw(st.lists(TEXT, min_size=1, max_size=4))),
        draw(st.integers(1, 65535)),
        draw(TEXT),
        draw(TEXT),
        draw(st.sampled_from(["", "00" * 32, "f3" * 32])),
        new_role(),
        new_secret(),
        datetime.fromtimestamp(moment, UTC),
    )


@given(any_invitation())
def test_what_a_code_holds_comes_out_again(invitation: Invitation) -> None:
    code = encode(invitation)
    assert decode(code) == invitation
    assert code.isascii()
    assert code.isalnum()
    assert code == code.upper()


@given(any_invitation(), st.data())
def test_a_code_that_was_damaged_is_never_read_as_another(invitation: Invitation, data: st.DataObject) -> None:
    code = encode(invitation)
    place = data.draw(st.integers(0, len(code) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    damaged = data.draw(
        st.sampled_from([
            code[:place],
            code[place:],
            code[:place] + letter + code[place + 1 :],
            code[:place] + code[place + 1 :],
            code[:place] + letter + code[place:],
        ])
    )  # fmt: skip
    if damaged == code:
        assert decode(damaged) == invitation
        return
    with pytest.raises(UserError) as refused:
        decode(damaged)
    assert refused.value.field == "code"


@given(st.text(max_size=300))
@example(MARK + VERSION)
@example(MARK + VERSION + "A")
@example(MARK + VERSION + "AAAAAAAAAAAAAAAA")
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(UserError) as refused:
        decode(text)
    assert refused.value.field == "code"


def test_how_a_code_was_copied_does_not_matter() -> None:
    code = INVITATION.code
    lines = "\n  ".join(code[at : at + 60] for at in range(0, len(code), 60))
    for copied in (f"  {code}\n", code.lower(), lines, f"<{code}>", f"„{code}“.", code.replace("O", "0")):
        assert decode(copied) == INVITATION


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "Paste the code"),
        ("postgresql://anna@office-pc/office", "is not the code of an invitation"),
        (INVITATION.code[:-12], "not complete"),
        (INVITATION.code[:9], "not complete"),
        (INVITATION.code[:5], "not complete"),
        (INVITATION.code[:30] + "A" + INVITATION.code[31:], "typing error"),
        (INVITATION.code[:30] + "9" + INVITATION.code[31:], "“9” never stands in one"),
        (INVITATION.code + "ABCDEFGH", "typing error"),
        (MARK + "2" + INVITATION.code[5:], "another version"),
    ],
)
def test_each_kind_of_damage_has_its_sentence(code: str, sentence: str) -> None:
    if INVITATION.code[30] == "A":
        code = code.replace("A", "B")
    with pytest.raises(UserError, match=sentence):
        decode(code)


def test_an_expired_one_says_when() -> None:
    INVITATION.check(EXPIRES - timedelta(seconds=1))
    with pytest.raises(UserError, match="expired on 2026-12-04"):
        INVITATION.check(EXPIRES)


def test_no_code_is_made_of_what_it_cannot_hold() -> None:
    for wrong in (
        {"hosts": ()}, {"hosts": ("x" * 256,)}, {"fingerprint": "ab"}, {"secret": "ab"}, {"role": "gcrm_invite_ab"},
    ):  # fmt: skip
        values = {name: getattr(INVITATION, name) for name in INVITATION.__dataclass_fields__}
        with pytest.raises(ValueError, match=r"no |too long"):
            encode(Invitation(**values | wrong))


def test_secrets_are_long_and_never_the_same() -> None:
    assert len({new_secret() for _turn in range(100)}) == 100
    assert len(new_secret()) * 4 >= 128
    assert len({new_role() for _turn in range(100)}) == 100


# --- as a picture ---------------------------------------------------------------------------------------------------
def test_the_code_is_drawn_square_and_written_as_png_and_svg(tmp_path: Path) -> None:
    squares = qr.matrix(INVITATION.code)
    assert {len(row) for row in squares} == {len(squares)}
    corner = [row[:7] for row in squares[:7]]
    assert corner[0] == corner[6] == (True,) * 7
    qr.write(INVITATION.code, tmp_path / "code.png")
    qr.write(INVITATION.code, tmp_path / "code.SVG")
    assert (tmp_path / "code.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (tmp_path / "code.SVG").read_bytes()
    with pytest.raises(UserError, match=r"\.png or \.svg"):
        qr.write(INVITATION.code, tmp_path / "code.gif")
