"""Which days are public holidays where, and what they are called."""

from datetime import date

import pytest

from bot.standups.holidays import holiday_name, known_country


@pytest.mark.parametrize("code", ["PT", "US", "US-IL", "BR-SP", "NZ-AUK", "GB-SCT", "IN", "UA"])
def test_countries_are_known_by_code_with_or_without_a_subdivision(code: str) -> None:
    assert known_country(code)


@pytest.mark.parametrize(
    "code",
    ["", "pt", "XX", "PT-XX", "BR-", "-SP", "PRT", "Portugal", "PT ", "PT\n", "ECB", "os",
     "HolidayBase", "__class__", "BR-SP-1", "BR_SP", "BR-São Paulo Capital", "🇵🇹"],
)  # fmt: skip
def test_what_is_no_country_is_unknown_and_has_no_holidays(code: str) -> None:
    assert not known_country(code)
    assert holiday_name(code, date(2026, 1, 1)) == ""


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        ("US", date(2026, 7, 3), "Independence Day (observed)"),
        ("US", date(2021, 12, 31), "New Year's Day (observed)"),  # the next year's
        ("PT", date(2026, 4, 25), "Freedom Day"),
        ("BR-SP", date(2026, 7, 9), "Constitutionalist Revolution"),
        ("DE-BY", date(2026, 1, 6), "Epiphany"),
        ("GB-SCT", date(2026, 11, 30), "Saint Andrew's Day"),
    ],
)
def test_holidays_have_english_names(code: str, on: date, name: str) -> None:
    assert name in holiday_name(code, on)


@pytest.mark.parametrize(
    ("code", "on"),
    [
        ("BR", date(2026, 7, 9)),  # São Paulo's only
        ("BR", date(2026, 2, 17)),  # Carnival is optional
        ("PT", date(2026, 2, 17)),
        ("US", date(2026, 2, 14)),  # an observance
        ("US-IL", date(2026, 3, 17)),
        ("SE", date(2026, 6, 19)),  # Midsummer's eve is a day off by custom only
        ("SE", date(2026, 6, 14)),  # a Sunday like any other
        ("DE", date(2026, 12, 24)),
        ("GB-ENG", date(2026, 11, 30)),
        ("US", date(1700, 1, 1)),
    ],
)
def test_other_days_are_no_public_holidays(code: str, on: date) -> None:
    assert holiday_name(code, on) == ""


def test_a_year_without_lunar_holidays_keeps_the_others_and_warns_nobody() -> None:
    assert holiday_name("IN", date(2099, 8, 15)) == "Independence Day"
