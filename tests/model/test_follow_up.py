"""People say when in three languages, mixed and abbreviated; nothing that is not a moment becomes one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model import follow_up_words as words
from gcrm.model.fold import fold
from gcrm.model.follow_up import LAST_DAY, Step, parse_when, postpone, suggest
from gcrm.model.holidays import workdays

NOW = datetime(2026, 11, 24, 10, 30)  # a Tuesday
BERLIN = workdays("DE", "BE")
NOWS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))


def day(text: str, language: str = "en") -> date | None:
    when = parse_when(text, NOW, language)
    if when is None:
        return None
    assert when.all_day
    assert when.at.time() == time()
    return when.on


def moment(text: str, language: str = "en") -> datetime | None:
    when = parse_when(text, NOW, language)
    if when is None:
        return None
    assert not when.all_day
    return when.at


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ("today; heute; hoje", date(2026, 11, 24)),
        ("tomorrow; Tomorrow; TOMORROW; morgen; amanhã; amanha; +1d; 1d; in 1 day; in einem Tag", date(2026, 11, 25)),
        ("day after tomorrow; übermorgen; uebermorgen; depois de amanhã; in 2 days; em 2 dias", date(2026, 11, 26)),
        ("in 3 days; in 3d; 3 days; three days; in drei Tagen; em três dias; daqui a 3 dias; +3d", date(2026, 11, 27)),
        ("in 2w; +2w; in 2 weeks; two weeks; in 2 Wochen; zwei Wochen; em 2 semanas; duas semanas", date(2026, 12, 8)),
        ("in a week; in 1w; in einer Woche; em uma semana; dentro de 7 dias", date(2026, 12, 1)),
        ("in 1 month; in einem Monat; em um mês; daqui a 1 mês; 1m", date(2026, 12, 24)),
        ("in 1 year; in einem Jahr; em um ano", date(2027, 11, 24)),
        (
            "next week; nächste Woche; naechste Woche; próxima semana; semana que vem; na próxima semana",
            date(2026, 11, 30),
        ),
        ("next month; nächsten Monat; próximo mês; mês que vem", date(2026, 12, 1)),
        ("next year; nächstes Jahr; próximo ano; ano que vem", date(2027, 1, 1)),
        ("end of month; Monatsende; fim do mês", date(2026, 11, 30)),
        ("fri; Friday; Fr; Fr.; Freitag; am Freitag; on friday; sex; sexta; sexta-feira; na sexta", date(2026, 11, 27)),
        ("tue; Dienstag; Di; ter; terça; terça-feira", date(2026, 12, 1)),  # today is a Tuesday
        ("sat; Sa; Samstag; Sonnabend; sáb; sábado", date(2026, 11, 28)),
        ("next fri; nächsten Freitag; kommenden Freitag; próxima sexta; sexta que vem", date(2026, 12, 4)),
        ("27.11.; 27.11; 27/11; 27.11.26; 27.11.2026; 27/11/2026; 27-11-2026; 2026-11-27", date(2026, 11, 27)),
        ("am 27.11.; on 27/11; em 27/11; Fr, 27.11.; Freitag 27.11.2026; sex 27/11", date(2026, 11, 27)),
        ("27 Nov; Nov 27; 27. November; 27 de novembro; 27 November 2026; November 27, 2026", date(2026, 11, 27)),
        ("23.11.; 23/11", date(2027, 11, 23)),  # yesterday: next year's
        ("24.11.", date(2026, 11, 24)),
        ("1/2; 1.2.; 1 Feb; 1. Februar", date(2027, 2, 1)),
        ("29.2.", date(2028, 2, 29)),
        ("23.; the 23rd; dia 23; am 23.", date(2026, 12, 23)),
        ("KW 49; kw49; week 49; semana 49", date(2026, 11, 30)),
        ("KW 48", date(2026, 11, 24)),  # running
        ("KW 2", date(2027, 1, 11)),
        ("in 5 workdays; 5 Werktage; in 5 Arbeitstagen; em 5 dias úteis", date(2026, 12, 1)),
    ],
)
@pytest.mark.parametrize("language", ["en", "de", "pt"])
def test_days(texts: str, expected: date, language: str) -> None:
    found = {text: day(text, language) for text in texts.split("; ")}
    assert found == dict.fromkeys(found, expected)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ("14:00; 14 Uhr; 14h; 14 h; 14h00; 2pm; 2 pm; 2:00 p.m.; um 14 Uhr; at 14; às 14h; 14.00 Uhr", (24, 14, 0)),
        ("9:00; 9 Uhr; 9am; at 9", (25, 9, 0)),  # has passed today
        ("10:30", (25, 10, 30)),
        (
            "fri 14:00; Fr 14 Uhr; Fr. 14 Uhr; sex 14:00; sexta às 14h; 14:00 fri; Friday 2pm; Freitag um 14",
            (27, 14, 0),
        ),
        ("Fr 14 Uhr 30; fri 14:30; sexta às 14h30; Fr 14.30 Uhr; fri, 14:30", (27, 14, 30)),
        ("27.11. 9:30; 27.11.2026 9:30; 2026-11-27 9:30; 2026-11-27T09:30; 2026-11-27T09:30:00", (27, 9, 30)),
        ("tomorrow morning; morgen früh; morgen Vormittag; amanhã de manhã; tomorrow 9:00; at 9 tomorrow", (25, 9, 0)),
        ("tomorrow noon; morgen Mittag; amanhã ao meio-dia", (25, 12, 0)),
        ("tomorrow afternoon; morgen Nachmittag; amanhã à tarde", (25, 14, 0)),
        ("heute Abend; today in the evening; hoje à noite; 6 pm", (24, 18, 0)),
        ("in 2h; 2h; in 2 hours; in 2 Stunden; +2h; em 2 horas; in 120 min; daqui a 2 horas", (24, 12, 30)),
        ("12am tomorrow", (25, 0, 0)),
        ("12pm tomorrow", (25, 12, 0)),
    ],
)
def test_moments(texts: str, expected: tuple[int, int, int]) -> None:
    found = {text: moment(text) for text in texts.split("; ")}
    assert found == dict.fromkeys(found, datetime(2026, 11, *expected))


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "3", "14", "fr 9", "foo", "tomorow", "fri foo", "call fri", "25:00", "14:60", "13pm", "0am", "31.2.",
        "32.1.", "2026-02-30", "Do 27.11.", "KW 60", "in days", "in 99999 days", "9999 years", "9999999999w", "-1d",
        "23-11", "00.00.", "1.13.", "tomorrow tomorrow", "::", "2026-11-23T", "in 0x3 days", "x" * 10_000, "\0", "٣ ٣",
    ],
)  # fmt: skip
def test_no_moments(text: str) -> None:
    assert parse_when(text, NOW, "de", BERLIN) is None


def test_an_american_date_is_understood_only_in_english_and_only_without_doubt() -> None:
    assert day("11/27", "en") == date(2026, 11, 27)
    assert day("11/27", "de") is None
    assert day("2/1", "en") == date(2027, 1, 2)


def test_counted_days_skip_weekend_and_holidays_and_say_so() -> None:
    when = parse_when("in 4 days", NOW, "en", BERLIN)
    assert when
    assert (when.on, when.moved_from) == (date(2026, 11, 30), date(2026, 11, 28))
    christmas = parse_when("in 31 days", NOW, "en", BERLIN)
    assert christmas
    assert (christmas.on, christmas.moved_from) == (date(2026, 12, 28), date(2026, 12, 25))
    timed = parse_when("in 4 days 9:00", NOW, "en", BERLIN)
    assert timed
    assert timed.at == datetime(2026, 11, 30, 9)


@pytest.mark.parametrize("text", ["sat", "28.11.", "2026-11-28", "Sa 28.11."])
def test_named_days_are_taken_at_their_word(text: str) -> None:
    when = parse_when(text, NOW, "de", BERLIN)
    assert when
    assert (when.on, when.moved_from) == (date(2026, 11, 28), None)


def test_the_end_of_a_month_is_its_last_workday() -> None:
    when = parse_when("end of month", datetime(2027, 1, 5), "en", BERLIN)
    assert when
    assert (when.on, when.moved_from) == (date(2027, 1, 29), date(2027, 1, 31))


def test_workdays_are_counted_over_holidays() -> None:
    when = parse_when("in 3 workdays", datetime(2026, 12, 23, 9), "en", BERLIN)
    assert when
    assert (when.on, when.moved_from) == (date(2026, 12, 29), None)


def test_hours_are_real_hours_when_the_clocks_change() -> None:
    before = datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    when = parse_when("in 2h", before)
    assert when
    assert when.at == datetime(2026, 3, 29, 4, 30)
    assert when.at.tzinfo is None


@given(st.text(max_size=70), NOWS, st.sampled_from(["en", "de", "pt", "xx"]))
def test_any_text_is_read_without_an_error(text: str, now: datetime, language: str) -> None:
    when = parse_when(text, now, language, BERLIN)
    assert when is None or when.on <= LAST_DAY


PIECES = st.sampled_from(
    [
        *words.WEEKDAYS,
        *words.MONTHS,
        *words.DAYS,
        *words.UNIT_OF,
        *words.NUMBERS,
        *words.NEXT,
        *words.FILLERS,
        *words.AT,
        "1",
        "2",
        "23",
        "31",
        "2026",
        "99",
        "23.11.",
        "31.12.9999",
        "14:00",
        "uhr",
        "h",
        "pm",
        "+",
        "-",
        ".",
        "que vem",
    ]
)


@given(st.lists(PIECES, max_size=6).map(" ".join), NOWS, st.sampled_from(["en", "de", "pt"]))
def test_any_words_are_read_without_an_error(text: str, now: datetime, language: str) -> None:
    parse_when(text, now, language, BERLIN)
    suggest(text, now, language, BERLIN)


@given(NOWS, st.integers(0, 400), st.sampled_from([("in {} days", 1), ("{} Wochen", 7), ("em {} dias", 1)]))
def test_counting_is_counting(now: datetime, count: int, phrase: tuple[str, int]) -> None:
    when = parse_when(phrase[0].format(count), now)
    assert when
    assert when.on == now.date() + timedelta(days=count * phrase[1])


@given(NOWS, st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_written_dates_are_read_back(now: datetime, wanted: date) -> None:
    for text in (f"{wanted:%d.%m.%Y}", f"{wanted:%d/%m/%y}", wanted.isoformat(), f"{wanted:%d %B %Y}"):
        when = parse_when(text, now, "en", BERLIN)
        assert when
        assert (when.on, when.moved_from) == (wanted, None)


@given(NOWS, st.sampled_from(sorted(words.WEEKDAYS)))
def test_a_weekday_is_within_the_next_seven_days(now: datetime, name: str) -> None:
    when = parse_when(name, now)
    assert when
    assert 1 <= (when.on - now.date()).days <= 7
    assert when.on.weekday() == words.WEEKDAYS[name]


@given(NOWS, st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_a_time_is_always_ahead(now: datetime, at: time) -> None:
    when = parse_when(f"{at:%H:%M}", now)
    assert when
    assert when.at.time() == at
    assert now < when.at <= now + timedelta(days=1)


@pytest.mark.parametrize("language", ["en", "de", "pt"])
def test_every_phrase_that_is_offered_is_understood(language: str) -> None:
    counted = [pair[n != 1].format(n=n) for pair in words.COUNTED[language] for n in (1, 2, 99)]
    for phrase in (*words.PHRASES[language], *words.MORE_PHRASES[language], *counted):
        assert parse_when(phrase, NOW, language), phrase


def test_every_word_of_the_tables_is_folded_and_means_one_thing() -> None:
    for table in (words.NUMBERS, words.WEEKDAYS, words.MONTHS, words.DAYS, words.UNIT_OF):
        assert [word for word in table if fold(word) != word] == []
    assert not set(words.WEEKDAYS) & set(words.DAYS)


@pytest.mark.parametrize(
    ("text", "language", "offered"),
    [
        (
            "",
            "de",
            ["morgen", "in 3 Tagen", "nächste Woche", "in 2 Wochen", "in 1 Monat", "in 3 Monaten", "Monatsende"],
        ),
        ("2", "de", ["in 2 Tagen", "in 2 Wochen", "in 2 Monaten"]),
        ("in 1", "en", ["in 1 day", "in 1 week", "in 1 month"]),
        ("in 2 w", "en", ["in 2 w", "in 2 weeks"]),
        ("am", "pt", ["amanhã", "depois de amanhã"]),
        ("fri 14:00", "en", ["fri 14:00"]),
        ("xyz", "en", []),
    ],
)
def test_half_typed_texts_are_completed(text: str, language: str, offered: list[str]) -> None:
    assert [suggestion.text for suggestion in suggest(text, NOW, language, BERLIN)] == offered


def test_suggestions_are_few_and_dated() -> None:
    offered = suggest("m", NOW, "de", BERLIN, limit=3)
    assert len(offered) == 3
    assert all(BERLIN(suggestion.when.on) for suggestion in offered)


def test_postponing_counts_from_today_when_it_is_overdue() -> None:
    today = date(2026, 11, 24)
    overdue = datetime(2026, 11, 2, 14, 0)
    assert postpone(overdue, Step.DAY, today) == datetime(2026, 11, 25, 14, 0)
    assert postpone(overdue, Step.WEEK, today) == datetime(2026, 11, 30, 14, 0)
    assert postpone(datetime(2026, 12, 1), Step.DAY, today) == datetime(2026, 12, 2)


def test_postponing_skips_what_is_free() -> None:
    friday = datetime(2026, 11, 27, 9)
    assert postpone(friday, Step.DAY, friday.date(), BERLIN) == datetime(2026, 11, 30, 9)
    assert postpone(friday, Step.DAY, friday.date()) == datetime(2026, 11, 28, 9)
    maundy_thursday = datetime(2026, 4, 2)
    assert postpone(maundy_thursday, Step.DAY, maundy_thursday.date(), BERLIN) == datetime(2026, 4, 7)
    assert postpone(maundy_thursday, Step.WEEK, maundy_thursday.date(), BERLIN) == datetime(2026, 4, 7)


@given(NOWS, st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(Step))
def test_postponing_always_leads_ahead_and_keeps_the_time(at: datetime, today: date, step: Step) -> None:
    later = postpone(at, step, today, BERLIN)
    assert later.date() > max(at.date(), today)
    assert later.time() == at.time()
    assert BERLIN(later.date())
