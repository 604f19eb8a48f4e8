"""Standups at the sizes that they have to bear: a crowd that is asked, a year that is told of."""

from pathlib import Path

from evals.bench.asking import asking
from evals.bench.checking_in import checking_in
from evals.bench.crowds import crowd, year
from evals.bench.figures import Row
from evals.bench.year import telling_of_a_year


async def standups(folder: Path, rounds: int) -> list[Row]:
    """Measure all of it in *folder*, on SQLite."""
    of_a_year, of_a_crowd = folder / "year.sqlite3", folder / "crowd.sqlite3"
    await year(of_a_year)
    await crowd(of_a_crowd, own_zone=False)
    return [
        *await asking(folder, of_a_crowd, rounds),
        *await checking_in(folder, of_a_year, of_a_crowd, rounds),
        *await telling_of_a_year(folder, of_a_year, rounds),
    ]
