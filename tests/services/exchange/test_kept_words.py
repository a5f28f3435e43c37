"""What an import kept is shown as words of people, not as a format."""

from __future__ import annotations

from gcrm.services.exchange.kept_words import in_words


def test_lines_of_other_programs_are_told_in_words() -> None:
    kept = [
        "X-HOBBY:Chess\\, rowing",
        'X-GCRM-FIELD:{"label":"Sign","kind":"text","value":"Cancer"}',
        'X-GCRM-FIELD:{"owner":"address","of":"Ring 1","label":"Gate","kind":"yes_no","value":true}',
        "item5.X-ABRELATEDNAMES;type=pref:Jenny",
        "item5.X-ABLabel:_$!<Spouse>!$_",
        "ADR;TYPE=work:;;Ring 1;Leipzig;;;",
        f"LOGO;ENCODING=b:{'A' * 8000}",
        "no line of a card",
    ]
    assert list(in_words(kept)) == [
        ("X-HOBBY", "Chess, rowing"), ("Sign", "Cancer"), ("Gate (Ring 1)", "Yes"), ("Spouse", "Jenny"),
        ("ADR", "Ring 1, Leipzig"), ("LOGO", "6 kB"), ("", "no line of a card"),
    ]  # fmt: skip
