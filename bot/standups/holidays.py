"""Public holidays by country, as the `holidays` library knows them.

Only days off for everybody count: no observances, half days, bank or school holidays. A holiday
that falls on a weekend and is kept on another day is there on both.
"""

import re
import warnings
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

_CODE = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?")
_ANY_YEAR = 2026


def known_country(code: str) -> bool:
    """Tell whether there are holidays for *code*: ISO 3166, upper case, such as `PT` or `BR-SP`."""
    return _of_year(code, _ANY_YEAR) is not None


def holiday_name(code: str, on: date) -> str:
    """Return what public holiday *on* is there, in English if possible; empty if it is none.

    An unknown *code* has no holidays.
    """
    return (_of_year(code, on.year) or {}).get(on, "")


@lru_cache(maxsize=2_048)
def _of_year(code: str, year: int) -> Mapping[date, str] | None:
    """Return the public holidays of a year by day, None if *code* is unknown."""
    matched = _CODE.fullmatch(code)
    if matched is None:
        return None
    import holidays  # noqa: PLC0415 - slow to load, and needless where no country is set

    try:
        with warnings.catch_warnings():
            # It warns of years for which it lacks lunar holidays: the others are still right.
            warnings.simplefilter("ignore")
            return dict(
                holidays.country_holidays(
                    matched[1],
                    subdiv=matched[2],
                    years=year,
                    categories=holidays.PUBLIC,
                    language="en_US",
                )
            )
    except NotImplementedError:
        return None
