"""`coach context`: making, showing, changing, restoring and forgetting business contexts."""

import json
from pathlib import Path

import pytest

from bot.commands.context_input import changed, metric_meaning, read_context
from bot.errors import InputProblem
from bot.records import BusinessContext, MetricMeaning
from tests.commands import Ran, coach

GIVEN = {
    "project": "Search",
    "goal": "Fewer support calls",
    "metrics": [
        {"metric": "nDCG", "business_measure": "calls per order", "effect": "1 point is 2,000"},
        {"metric": "[b]latency[/b]", "business_measure": "abandoned baskets", "effect": ""},
    ],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def written(data: Path, content: object) -> str:
    """Write a file, as JSON unless it is text already; return its name."""
    path = data.parent / "context.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def shown(data: Path, *arguments: str) -> object:
    ran = coach("context", "show", *arguments, "--json", data=data)
    assert (ran.status, ran.err) == (0, "")
    return json.loads(ran.out)


def rows(ran: Ran) -> list[list[str]]:
    """Return a table's rows by their cells, without the heading."""
    assert (ran.status, ran.err) == (0, "")
    lines = [line.split("  ") for line in ran.out.splitlines()[1:]]
    return [[cell.strip() for cell in line if cell.strip()] for line in lines]


def test_a_new_workspace_says_how_to_begin_and_the_example_works(data: Path) -> None:
    ran = coach("context", "list", data=data)
    assert ran.status == 0
    assert ran.out.startswith("No business contexts yet.")
    assert '  coach context set Search --goal "Fewer support calls" --metric "nDCG = ' in ran.out
    metric = ran.out.partition('--metric "')[2].partition('"')[0]
    ran = coach("context", "set", "Search", "--goal", "Fewer", "--metric", metric, data=data)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("kept       Search, version 1\n")


def test_a_file_goes_in_and_comes_out_again_as_it_was(data: Path) -> None:
    ran = coach("context", "set", "Search", "--file", written(data, GIVEN), data=data)
    assert (ran.status, ran.err) == (0, "")
    for text in ("Fewer support calls", "calls per order", "1 point is 2,000", "[b]latency[/b]"):
        assert text in ran.out
    assert shown(data, "search") == GIVEN
    again = coach("context", "set", "Search", "--file", written(data, GIVEN), data=data)
    assert again.out == "unchanged  Search, version 1 says that already\n"


def test_what_is_named_changes_and_the_rest_stays(data: Path) -> None:
    coach("context", "set", "Search", "--file", written(data, GIVEN), data=data)
    ran = coach(
        "context", "set", "SEARCH", "--goal", "More sales",
        "--metric", "ndcg = revenue = +1 is 40k a month",
        "--metric", "recall@10 = found items", data=data,
    )  # fmt: skip
    assert ran.out.startswith("kept       Search, version 2\n"), "the name stays as it was"
    assert shown(data, "Search") == {
        "project": "Search",
        "goal": "More sales",
        "metrics": [
            {"metric": "ndcg", "business_measure": "revenue", "effect": "+1 is 40k a month"},
            GIVEN["metrics"][1],
            {"metric": "recall@10", "business_measure": "found items", "effect": ""},
        ],
    }
    assert shown(data, "Search", "--version", "1") == GIVEN


def test_the_list_shows_what_is_in_force(data: Path) -> None:
    for name, goal in (("Search", "Old"), ("Ads", "Clicks"), ("Search", "New")):
        coach("context", "set", name, "--goal", goal, data=data)
    found = rows(coach("context", "list", data=data))
    assert [(row[0], row[1], row[2], row[-1]) for row in found] == [
        ("Ads", "1", "Clicks", "command line"),
        ("Search", "2", "New", "command line"),
    ]
    assert coach("context", "list", "--workspace", "T2", data=data).out.startswith("No business")


def test_the_history_says_what_each_version_changed(data: Path) -> None:
    coach("context", "set", "Search", "--file", written(data, GIVEN), data=data)
    coach("context", "set", "Search", "--project", "Find", "--metric", "nDCG = sales", data=data)
    smaller = {"goal": "Fewer support calls", "metrics": [{"metric": "recall"}]}
    coach("context", "set", "Search", "--file", written(data, smaller), data=data)
    found = rows(coach("context", "history", "search", data=data))
    assert [(row[0], row[-1]) for row in found] == [
        ("3", "project, + recall, - nDCG, - [b]latency[/b]"),
        ("2", "project, nDCG"),
        ("1", "first version"),
    ]


def test_an_older_version_is_put_in_force_as_a_new_one(data: Path) -> None:
    for goal in ("First", "Second"):
        coach("context", "set", "Search", "--goal", goal, data=data)
    ran = coach("context", "restore", "search", "--version", "1", data=data)
    assert ran.out.startswith("kept       Search, version 3\n")
    found = rows(coach("context", "history", "Search", data=data))
    assert [(row[0], row[-1]) for row in found] == [
        ("3", "goal"), ("2", "goal"), ("1", "first version"),
    ]  # fmt: skip
    again = coach("context", "restore", "Search", "--version", "3", data=data)
    assert again.out == "unchanged  Search, version 3 says that already\n"


def test_forgetting_asks_first(data: Path) -> None:
    coach("context", "set", "Search", "--goal", "Fewer", data=data)
    for typed in (b"", b"n\n"):
        ran = coach("context", "forget", "search", data=data, typed=typed)
        assert ran.status == 1
        assert "Delete the business context “Search” with all its versions?" in ran.err
        assert "Nothing was deleted." in ran.err
    assert coach("context", "show", "Search", data=data).status == 0
    ran = coach("context", "forget", "search", data=data, typed=b"y\n")
    assert (ran.status, ran.out) == (0, "deleted    Search\n")
    assert coach("context", "show", "Search", data=data).status == 1


def test_forgetting_does_not_ask_who_is_sure(data: Path) -> None:
    coach("context", "set", "Search", "--goal", "Fewer", data=data)
    ran = coach("context", "forget", "Search", "--yes", data=data)
    assert (ran.status, ran.err) == (0, "")


def test_a_name_that_is_not_there_is_answered_with_the_nearest(data: Path) -> None:
    ran = coach("context", "show", "serch", data=data)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "There is no business context “serch”; `coach context set` makes one.\n"
    coach("context", "set", "Search", "--goal", "Fewer", data=data)
    for words in (("show",), ("history",), ("restore", "--version", "1"), ("forget", "--yes")):
        ran = coach("context", *words, "serch", data=data)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err == "There is no business context “serch”; the nearest is “Search”.\n"


def test_a_version_that_is_not_there_is_answered_with_the_newest(data: Path) -> None:
    coach("context", "set", "Search", "--goal", "Fewer", data=data)
    for verb in ("show", "restore"):
        ran = coach("context", verb, "search", "--version", "2", data=data)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err == "There is no version 2 of “Search”; the newest is 1.\n"


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (
            {"projet": 3, "goal": 5, "metrics": [{"metric": ""}, {"effect": "x"}, 7]},
            ["goal must be text", "metric 1: metric is empty", "metric 2: metric is missing",
             "metric 3 must be an object", "projet is not known here"],
        ),
        ({"goal": "x" * 1_001}, ["goal has more than 1000 characters"]),
        ({"metrics": "nDCG"}, ["metrics must be a list"]),
        ([], ["it must be an object"]),
        ('{"goal": "x"', ["it is not JSON: EOF while parsing an object at line 1 column 12"]),
        (
            {"metrics": [{"metric": "nDCG"}, {"metric": " ndcg"}]},
            ["metric “ ndcg” is there twice"],
        ),
    ],
)  # fmt: skip
def test_every_problem_with_a_file_is_named(
    content: object, problems: list[str], data: Path
) -> None:
    name = written(data, content)
    with pytest.raises(InputProblem) as caught:
        read_context(Path(name))
    first, *listed = caught.value.sentence.splitlines()
    assert first.startswith(f"I can't use that: {name} is no business context, ")
    assert [line.removeprefix("  - ") for line in listed] == problems


@pytest.mark.parametrize(
    ("goal", "metric", "told"),
    [
        (None, "nDCG", "“nDCG” should read METRIC = BUSINESS MEASURE = EFFECT"),
        (None, "nDCG = ", "should read METRIC = BUSINESS MEASURE = EFFECT"),
        (None, " = sales", "should read METRIC = BUSINESS MEASURE = EFFECT"),
        (None, f"{'n' * 201} = x", "metric has more than 200 characters"),
        ("g" * 1_001, "nDCG = sales", "goal has more than 1000 characters"),
    ],
)
def test_what_is_wrong_with_what_was_typed_is_said(
    goal: str | None, metric: str, told: str
) -> None:
    with pytest.raises(InputProblem) as caught:
        changed(BusinessContext(), None, goal, [metric])
    assert told in caught.value.sentence


def test_equals_signs_of_a_metric_or_an_effect_stay() -> None:
    meaning = metric_meaning(" recall@k>=0.9 =  found items = 1 point = 2,000 calls ")
    assert meaning == MetricMeaning(
        metric="recall@k>=0.9", business_measure="found items", effect="1 point = 2,000 calls"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Search", "--project", "p"), "a business context needs a goal or a metric"),
        (("  ", "--goal", "g"), "needs the name of a team or project"),
        (("S\u0007", "--goal", "g"), "needs the name of a team or project"),
        (("n" * 151, "--goal", "g"), "name has more than 150 characters"),
        (("Search", "--file", "nowhere.json"), "nowhere.json can't be read (No such file"),
    ],
)
def test_what_can_not_be_used_is_one_sentence(
    arguments: tuple[str, ...], told: str, data: Path
) -> None:
    ran = coach("context", "set", *arguments, data=data)
    assert (ran.status, ran.out) == (1, "")
    assert told in ran.err
    assert len(ran.err.splitlines()) == 1


def test_nothing_is_kept_of_what_can_not_be_used(data: Path) -> None:
    name = written(data, '{"goal": "Fewer", "metrics": [{}]}')
    ran = coach("context", "set", "Search", "--goal", "More", "--file", name, data=data)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.endswith("\n  - metric 1: metric is missing\n")
    assert coach("context", "list", data=data).out.startswith("No business contexts yet.")


def test_a_file_that_is_no_text_is_named(data: Path) -> None:
    path = data.parent / "context.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputProblem) as caught:
        read_context(path)
    assert caught.value.sentence == f"I can't use that: {path} is no UTF-8 text."
