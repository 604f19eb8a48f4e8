"""`coach review` as people and scripts use it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.commands.batches import read_lines
from bot.commands.review import Item
from bot.errors import BadBatch
from bot.records import Kind
from bot.updates.reviewing import LONGEST
from tests.commands import Ran, coach, command, environment

DRAFT = (
    "Weekly update, product search.\n"
    "- nDCG rose from 0.61 to 0.66 on last month's queries\n"
    "- This is absolutely amazing!\n"
    "- We will hit 0.75 by Friday\n"
)
CLEAN = (
    "Call routing, week 12. In the pilot with 12 agents, callers waited 3 minutes less than "
    "before. The pilot covers one site only, so it may not hold elsewhere. Next step: a second "
    "site from 4 May.\n"
)
CONTEXT = {
    "project": "Search",
    "goal": "More sales",
    "metrics": [{"metric": "nDCG", "business_measure": "searches that end in a sale"}],
}
KEYS = ["id", "findings", "rewrite", "questions", "engine", "seconds"]
FINDING = ["kind", "quote", "start", "end", "message", "advice", "citation"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def written(data: Path, name: str, content: object) -> str:
    """Write a file, as JSON unless it is text already; return its name."""
    path = data.parent / name
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_bytes(text.encode(errors="surrogatepass"))
    return str(path)


def reviewed(ran: Ran) -> dict[str, Any]:
    """Return the review that was printed as JSON."""
    assert (ran.status, ran.err) == (0, "")
    return json.loads(ran.out)


def check_shape(item: dict[str, Any], draft: str) -> None:
    """Check what scripts rely on in a review of *draft* as JSON."""
    assert list(item) == KEYS
    assert item["engine"] == "builtin"
    assert isinstance(item["rewrite"], str)
    assert isinstance(item["seconds"], float)
    assert all(isinstance(question, str) for question in item["questions"])
    for finding in item["findings"]:
        assert list(finding) == FINDING
        assert finding["kind"] in set(Kind)
        assert finding["quote"] == draft[finding["start"] : finding["end"]]
        assert finding["message"]
        assert finding["advice"]
        assert list(finding["citation"]) == ["title", "source", "section", "quote"]
        assert all(finding["citation"][key] for key in ("title", "source", "quote"))


def kinds(item: dict[str, Any]) -> set[str]:
    return {finding["kind"] for finding in item["findings"]}


def check_refused(ran: Ran, *told: str) -> None:
    """Check that it ended with one sentence about the input."""
    assert (ran.status, ran.out) == (1, "")
    assert len(ran.err.splitlines()) == 1
    assert all(part in ran.err for part in told)


# -- one draft


def test_a_draft_from_standard_input_is_explained_and_rewritten(data: Path) -> None:
    ran = coach("review", "-", data=data, typed=DRAFT.encode())
    assert (ran.status, ran.err) == (0, "")
    parts = ("Your draft", "What a reader could take wrongly", "Rewrite", "Only you know")
    assert all(f"{part}\n" in ran.out for part in parts)
    assert "Jargon: “nDCG”" in ran.out
    assert "Promise: “We will hit 0.75 by Friday”" in ran.out
    assert "amazing" not in ran.out.partition("Rewrite\n")[2]


def test_a_file_is_reviewed_as_json_in_the_agreed_shape(data: Path) -> None:
    item = reviewed(coach("review", written(data, "d.txt", DRAFT), "--json", data=data))
    check_shape(item, DRAFT)
    assert item["id"] == "1"
    assert {"jargon", "promise", "hype", "missing_risk"} <= kinds(item)
    assert all(figure in item["rewrite"] for figure in ("0.61", "0.66", "0.75"))
    assert item["questions"]


def test_a_clean_draft_comes_back_byte_for_byte(data: Path) -> None:
    item = reviewed(coach("review", "-", "--json", data=data, typed=CLEAN.encode()))
    check_shape(item, CLEAN)
    assert (item["findings"], item["rewrite"], item["questions"]) == ([], CLEAN, [])
    ran = coach("review", "-", data=data, typed=CLEAN.encode())
    assert ran.out.startswith("I would send it as it is.\nIt ")


def test_a_draft_with_the_line_ends_of_windows_keeps_its_places_and_them(data: Path) -> None:
    draft = DRAFT.replace("\n", "\r\n")
    item = reviewed(coach("review", "-", "--json", data=data, typed=draft.encode()))
    check_shape(item, draft)
    assert {"jargon", "promise"} <= kinds(item)
    clean = CLEAN.replace(". ", ".\r\n")
    item = reviewed(coach("review", "-", "--json", data=data, typed=clean.encode()))
    assert (item["findings"], item["rewrite"]) == ([], clean)


def test_control_characters_in_a_draft_shift_nothing(data: Path) -> None:
    draft = f"\x00\x1b[31m{DRAFT}"
    ran = coach("review", "-", "--json", data=data, typed=draft.encode())
    check_shape(reviewed(ran), draft)


def test_for_ml_people_their_terms_are_no_jargon(data: Path) -> None:
    path = written(data, "d.txt", DRAFT)
    item = reviewed(coach("review", path, "--audience", "peer", "--json", data=data))
    assert "jargon" not in kinds(item)
    assert "promise" in kinds(item)


def test_the_rewrite_ties_metrics_to_the_business_as_the_context_says(data: Path) -> None:
    context = written(data, "context.json", CONTEXT)
    path = written(data, "d.txt", DRAFT)
    item = reviewed(coach("review", path, "--context", context, "--json", data=data))
    assert "searches that end in a sale" in item["rewrite"]
    assert not any("for users, cost or revenue" in question for question in item["questions"])


def test_a_context_that_the_command_shows_is_one_that_reviews_take(data: Path) -> None:
    metric = "nDCG = searches that end in a sale"
    coach("context", "set", "Search", "--metric", metric, data=data)
    shown = coach("context", "show", "Search", "--json", data=data).out
    context = written(data, "context.json", shown)
    ran = coach("review", "-", "--context", context, data=data, typed=DRAFT.encode())
    assert "searches that end in a sale" in ran.out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is no business context"),
        ("[]", "is no business context"),
        ({"metrics": [{"business_measure": "sales"}]}, "metrics.0.metric"),
        ({"project": "x" * 300}, "project"),
        ({"aim": "sales"}, "aim"),
    ],
)
def test_a_context_file_that_can_not_be_used_is_named(
    data: Path, content: object, told: str
) -> None:
    context = written(data, "context.json", content)
    ran = coach("review", "-", "--context", context, data=data, typed=DRAFT.encode())
    check_refused(ran, context, told)


def test_a_context_file_that_is_not_there_is_named(data: Path) -> None:
    missing = str(data.parent / "missing.json")
    ran = coach("review", "-", "--context", missing, data=data, typed=DRAFT.encode())
    check_refused(ran, missing, "No such file")


@pytest.mark.parametrize("typed", [b"", b" \n\n", "🎉🎉".encode()])
def test_a_draft_without_words_is_told_so(data: Path, typed: bytes) -> None:
    check_refused(coach("review", "-", data=data, typed=typed), "no words to review")


def test_a_draft_that_is_too_long_is_told_the_limit(data: Path) -> None:
    ran = coach("review", "-", data=data, typed=b"word " * (LONGEST // 5 + 1))
    check_refused(ran, str(LONGEST))


def test_a_draft_that_is_no_text_or_not_there_is_named(data: Path) -> None:
    check_refused(coach("review", "-", data=data, typed=b"\xff\xfe\x00"), "no UTF-8")
    missing = str(data.parent / "missing.txt")
    check_refused(coach("review", missing, data=data), missing, "No such file")
    check_refused(coach("review", str(data.parent), data=data), "directory")


def test_the_difference_can_be_read_without_colours(data: Path) -> None:
    ran = coach("review", "-", "--diff", data=data, typed=DRAFT.encode())
    assert ran.status == 0
    shown = ran.out.partition("Rewrite\n")[2]
    assert "amazing" in shown, "what goes is shown"
    assert "willaim" not in shown.replace("\n", ""), "what goes and what comes are told apart"
    assert "whetherwe" not in shown
    before = shown.partition("amazing")[0]
    assert before.rfind("[-") > before.rfind("-]"), "it is marked as taken out"


def test_a_reader_that_stops_reading_is_no_crash(data: Path) -> None:
    data.mkdir()
    process = subprocess.Popen(  # noqa: S603 - our own command
        command("review", "-", "--json"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=data,
        env=environment(data),
    )
    assert process.stdin
    assert process.stdout
    process.stdout.close()
    process.stdin.write(DRAFT.encode() * 400)
    process.stdin.close()
    assert process.stderr
    with process.stderr as stderr:
        said = stderr.read().decode()
    assert process.wait(60) in (0, 1)
    assert "Traceback" not in said


# -- batches


def test_a_batch_reviews_every_line_in_order(data: Path) -> None:
    drafts: list[dict[str, Any]] = [
        {"id": "plain", "draft": DRAFT},
        {"id": 7, "draft": DRAFT, "audience": "peer", "context": None},
        {"id": "tied", "draft": DRAFT, "audience": "board", "context": CONTEXT},
        {"id": "clean", "draft": CLEAN, "audience": None},
        {"id": "windows", "draft": DRAFT.replace("\n", "\r\n")},
        {"id": "strange", "draft": "\x00Re\x1bcall \u2028 rose 🚀 to 71% \ud83d.", "extra": 1},
        {"id": "long", "draft": DRAFT * 150},
    ]
    lines = [
        json.dumps(item, ensure_ascii=number % 2 == 1 or item["id"] == "strange")
        for number, item in enumerate(drafts)
    ]
    source = written(data, "in.jsonl", "\ufeff" + "\r\n\r\n".join(lines) + "\r\n")
    target = data.parent / "out.jsonl"
    ran = coach("review", "--batch", source, "--out", str(target), data=data)
    assert (ran.status, ran.out) == (0, "")
    assert f"Written to {target}" in ran.err
    items = [json.loads(line) for line in target.read_text("utf-8").split("\n")[:-1]]
    assert [item["id"] for item in items] == [item["id"] for item in drafts]
    for given, item in zip(drafts, items, strict=True):
        check_shape(item, given["draft"].replace("\ud83d", "\ufffd"))
    found = {item["id"]: item for item in items}
    assert "jargon" not in kinds(found[7])
    assert "searches that end in a sale" in found["tied"]["rewrite"]
    assert (found["clean"]["findings"], found["clean"]["rewrite"]) == ([], CLEAN)


def test_a_batch_goes_to_standard_output_without_a_target(data: Path) -> None:
    source = written(data, "in.jsonl", json.dumps({"id": "1", "draft": DRAFT}))
    ran = coach("review", "--batch", source, data=data)
    assert ran.status == 0
    check_shape(json.loads(ran.out), DRAFT)


def test_a_draft_without_words_does_not_cost_the_other_reviews_of_a_batch(data: Path) -> None:
    drafts = ["", DRAFT, "🎉"]
    lines = [json.dumps({"id": number, "draft": draft}) for number, draft in enumerate(drafts)]
    ran = coach("review", "--batch", written(data, "in.jsonl", "\n".join(lines)), data=data)
    assert ran.status == 0
    items = [json.loads(line) for line in ran.out.splitlines()]
    assert [item["id"] for item in items] == [0, 1, 2]
    assert [item["rewrite"] for item in items if not item["findings"]] == ["", "🎉"]


def test_a_draft_of_a_batch_that_is_too_long_is_named_before_the_work(data: Path) -> None:
    drafts = [DRAFT, "word " * (LONGEST // 5 + 1)]
    lines = [json.dumps({"id": number, "draft": draft}) for number, draft in enumerate(drafts)]
    ran = coach("review", "--batch", written(data, "in.jsonl", "\n".join(lines)), data=data)
    check_refused(ran, "Line 2 of the batch can't be used", str(LONGEST))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("We will hit 95% by Friday.", "it is not JSON"),
        ('["2", "a draft"]', "it is no JSON object"),
        ('{"draft": "text"}', "id: Field required"),
        ('{"id": true, "draft": "text"}', "id"),
        ('{"id": "2"}', "draft: Field required"),
        ('{"id": "2", "draft": 5}', "draft: Input should be a valid string"),
        ('{"id": "2", "draft": "text", "audience": "cats"}', "audience"),
        ('{"id": "2", "draft": "text", "context": "Search"}', "context"),
        ('{"id": "2", "draft": "text", "context": {"metrics": [{}]}}', "context.metrics.0.metric"),
    ],
)
def test_a_bad_line_is_named(data: Path, line: str, told: str) -> None:
    source = written(data, "in.jsonl", f'{{"id": "1", "draft": "text"}}\n\n{line}')
    with pytest.raises(BadBatch, match="Line 3 of the batch can't be used") as caught:
        read_lines(Path(source), Item)
    assert told in caught.value.sentence


def test_after_a_bad_line_nothing_is_written(data: Path) -> None:
    source = written(data, "in.jsonl", '{"id": "1", "draft": "text"}\nHello')
    target = data.parent / "out.jsonl"
    ran = coach("review", "--batch", source, "--out", str(target), data=data)
    check_refused(ran, "Line 2 of the batch can't be used: it is not JSON", "Nothing was written.")
    assert not target.exists()


def test_reviews_that_can_not_be_written_are_refused_before_the_work(data: Path) -> None:
    source = written(data, "in.jsonl", json.dumps({"id": "1", "draft": DRAFT}))
    target = data.parent / "missing" / "out.jsonl"
    ran = coach("review", "--batch", source, "--out", str(target), data=data)
    check_refused(ran, str(target), "is no folder")
