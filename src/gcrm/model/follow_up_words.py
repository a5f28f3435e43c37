"""The words in which people say when, in English, German and Portuguese.

All are understood at any time, because an office mixes them; they are written as `fold` leaves them (no accents, lower
case, ß as ss). To add a language: its words into every table here and its phrases into PHRASES; tests check the rest.
"""

from __future__ import annotations


def _table(words: str) -> dict[str, int]:
    """Read "1: one ein um" lines."""
    rows = (line.split(":") for line in words.strip().splitlines())
    return {word: int(number) for number, names in rows for word in names.split()}


NUMBERS = _table("""
    1: a an one ein eine einem einen einer um uma
    2: two zwei dois duas
    3: three drei tres
    4: four vier quatro
    5: five funf fuenf cinco
    6: six sechs seis
    7: seven sieben sete
    8: eight acht oito
    9: nine neun nove
    10: ten zehn dez
    11: eleven elf onze
    12: twelve zwolf zwoelf doze
""")

WEEKDAYS = _table("""
    0: mo mon monday montag seg segunda segunda-feira
    1: di tue tues tuesday dienstag ter terca terca-feira
    2: mi wed wednesday mittwoch qua quarta quarta-feira
    3: do thu thur thurs thursday donnerstag qui quinta quinta-feira
    4: fr fri friday freitag sex sexta sexta-feira
    5: sa sat saturday samstag sonnabend sab sabado
    6: so sun sunday sonntag dom domingo
""")

MONTHS = _table("""
    1: jan january januar janner jaenner janeiro
    2: feb february februar feber fev fevereiro
    3: mar march marz maerz mrz marco
    4: apr april abr abril
    5: may mai maio
    6: jun june juni junho
    7: jul july juli julho
    8: aug august ago agosto
    9: sep sept september set setembro
    10: oct october okt oktober out outubro
    11: nov november novembro
    12: dec december dez dezember dezembro
""")

# How far ahead a single word lies, in days.
DAYS = {
    "today": 0, "heute": 0, "hoje": 0,
    "tomorrow": 1, "tmr": 1, "morgen": 1, "amanha": 1,
    "day after tomorrow": 2, "the day after tomorrow": 2, "ubermorgen": 2, "uebermorgen": 2, "depois de amanha": 2,
}  # fmt: skip

UNITS = {
    "minute": "min minute minutes mins minuten minuto minutos",
    "hour": "h hour hours hr hrs std stunde stunden hora horas",
    "day": "d day days t tag tage tagen dia dias",
    "workday": "wd workday workdays werktag werktage werktagen arbeitstag arbeitstage arbeitstagen",
    "week": "w wk wks week weeks woche wochen sem semana semanas",
    "month": "m mo month months monat monate monaten mes meses",
    "year": "y yr yrs year years j jahr jahre jahren ano anos",
}
UNIT_OF = {word: unit for unit, words in UNITS.items() for word in words.split()} | {
    "working days": "workday", "working day": "workday", "business days": "workday", "business day": "workday",
    "dia util": "workday", "dias uteis": "workday",
}  # fmt: skip

# Times of day that have a name, as hours.
DAY_PARTS = {
    9: ("in the morning", "morning", "fruh", "frueh", "vormittag", "vormittags", "morgens", "de manha", "da manha"),
    12: ("at noon", "noon", "am mittag", "mittag", "mittags", "ao meio-dia", "ao meio dia", "meio-dia", "meio dia"),
    14: ("in the afternoon", "afternoon", "am nachmittag", "nachmittag", "nachmittags", "a tarde", "da tarde", "tarde"),
    18: ("in the evening", "evening", "am abend", "abend", "abends", "a noite", "da noite", "noite"),
}

AT = ("at", "um", "gegen", "ab", "as", "@")
"""Before a time."""

FILLERS = (
    "on", "in", "by", "until", "this", "the", "am", "im", "bis", "den", "dem", "der", "diesen", "diese", "dieser",
    "zum", "em", "no", "na", "ate", "este", "esta", "daqui a", "dentro de", "depois de", "para",
)  # fmt: skip
"""Before a day, without a meaning of their own."""

NEXT = (
    "next", "nachste", "nachsten", "nachster", "nachstes", "naechste", "naechsten", "naechster", "naechstes",
    "kommende", "kommenden", "kommender", "kommendes", "proximo", "proxima",
)  # fmt: skip
NEXT_BEHIND = ("que vem", "seguinte")

MONTH_END = (
    "end of month", "end of the month", "month end", "eom", "monatsende", "ende des monats", "ende monat",
    "fim do mes", "final do mes",
)  # fmt: skip

CALENDAR_WEEK = ("kw", "cw", "week", "woche", "semana")

# What the box under a follow-up field offers. Entry: language -> phrases, the usual ones first; {n} is a typed number.
PHRASES = {
    "en": ("tomorrow", "in 3 days", "next week", "in 2 weeks", "in 1 month", "in 3 months", "end of month"),
    "de": ("morgen", "in 3 Tagen", "nächste Woche", "in 2 Wochen", "in 1 Monat", "in 3 Monaten", "Monatsende"),
    "pt": ("amanhã", "em 3 dias", "próxima semana", "em 2 semanas", "em 1 mês", "em 3 meses", "fim do mês"),
}
MORE_PHRASES = {
    "en": ("today", "day after tomorrow", "next month", "monday", "tuesday", "wednesday", "thursday", "friday"),
    "de": ("heute", "übermorgen", "nächsten Monat", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag"),
    "pt": ("hoje", "depois de amanhã", "próximo mês", "segunda", "terça", "quarta", "quinta", "sexta"),
}
COUNTED = {
    "en": (("in {n} day", "in {n} days"), ("in {n} week", "in {n} weeks"), ("in {n} month", "in {n} months")),
    "de": (("in {n} Tag", "in {n} Tagen"), ("in {n} Woche", "in {n} Wochen"), ("in {n} Monat", "in {n} Monaten")),
    "pt": (("em {n} dia", "em {n} dias"), ("em {n} semana", "em {n} semanas"), ("em {n} mês", "em {n} meses")),
}
