"""The language-model engine, over the vendors' real HTTP protocols against a local server."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from bot.answers.answer import Answer
from bot.answers.modelled import ModelledAnswers
from bot.errors import BudgetSpent, ModelUnavailable
from bot.messages import Turn
from tests.answers.injections import ATTACKS, Attack
from tests.answers.passages import EVIDENCE, GAP, PROGRESS, RESEARCHER
from tests.conftest import Clock
from tests.llm.conftest import Bench
from tests.llm.vendor_server import Fail, Say, Step, vendor_server

MODELS = ["openai:gpt-4.1-mini", "openai:gpt-5-pro", "anthropic:claude-sonnet-4-6", "ollama:llama3"]
ONE = "ollama:llama3"  # where the protocol makes no difference
QUESTION = "What do researchers do, and how scarce is talent?"
NOT_COVERED = Say({"covered": False, "sentences": []})


@pytest.fixture
async def bench(clock: Clock) -> AsyncIterator[Bench]:
    async with vendor_server() as server:
        yield Bench(server, clock)


def draft(*sentences: tuple[str, Sequence[int]]) -> Say:
    said: list[dict[str, Any]] = [
        {"text": text, "citations": list(numbers)} for text, numbers in sentences
    ]
    return Say({"covered": True, "sentences": said})


GOOD = draft(
    ("Researchers train forward-looking models.", [2]),
    ("Measure inputs, not results, and remember that researchers don't deploy models.", [3, 2]),
    ("The competition for talent is fierce.", [1]),
)
INVENTED_FIGURE = draft(("There are 9 million software developers in the US.", [1]))
INVENTED_CITATION = draft(("The competition for talent is fierce.", [8]))


async def write(
    bench: Bench,
    *script: Step,
    name: str = ONE,
    question: str = QUESTION,
    history: Sequence[Turn] = (),
    **changes: Any,
) -> Answer | None:
    bench.server.script = script
    engine = ModelledAnswers(bench.model(name, daily_tokens=10_000, **changes))
    return await engine.write(question, history, EVIDENCE, "T1")


def sent(bench: Bench) -> list[str]:
    return [json.dumps(request.body, ensure_ascii=False) for request in bench.server.requests]


@pytest.mark.parametrize("name", MODELS)
async def test_a_good_draft_becomes_a_cited_answer(bench: Bench, name: str) -> None:
    answer = await write(bench, GOOD, name=name)
    assert answer is not None
    assert answer.text == (
        "Researchers train forward-looking models. [1] Measure inputs, not results, and remember "
        "that researchers don't deploy models. [2][1] The competition for talent is fierce. [3]"
    )
    assert answer.engine == "llm"
    assert not answer.abstained
    assert answer.passages == tuple(item.text for item in EVIDENCE)


async def test_sources_are_renumbered_in_order_of_use_with_their_best_sentence(
    bench: Bench,
) -> None:
    answer = await write(bench, GOOD)
    assert answer is not None
    assert [(c.number, c.title, c.section) for c in answer.citations] == [
        (1, RESEARCHER.title, "Roles"),
        (2, PROGRESS.title, "Why it is hard"),
        (3, GAP.title, "Talent"),
    ]
    assert [c.quote for c in answer.citations] == [
        "The ML researcher trains prediction models, but often ones that are forward-looking or "
        "not production-critical.",
        "Measure inputs, not results: judge people by how well they run experiments.",
        "The competition for talent is fierce.",
    ]
    assert [c.passage for c in answer.citations] == [RESEARCHER.text, PROGRESS.text, GAP.text]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("bad", [INVENTED_FIGURE, INVENTED_CITATION])
async def test_a_bad_draft_is_repaired_once(bench: Bench, name: str, bad: Say) -> None:
    answer = await write(bench, bad, GOOD, name=name)
    assert answer is not None
    assert "9 million" not in answer.text
    assert len(bench.server.requests) == 2


async def test_the_repair_is_told_what_was_wrong_and_keeps_the_passages(bench: Bench) -> None:
    await write(bench, INVENTED_FIGURE, GOOD)
    first, second = sent(bench)
    assert "don't have 9000000" in second
    assert "There are 9 million software developers in the US. [1]" in second
    assert GAP.text in first
    assert GAP.text in second


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("bad", [INVENTED_FIGURE, INVENTED_CITATION])
async def test_a_draft_that_stays_bad_is_not_shown(bench: Bench, name: str, bad: Say) -> None:
    with pytest.raises(ModelUnavailable, match="did not pass the checks"):
        await write(bench, bad, name=name)
    assert len(bench.server.requests) == 2


@pytest.mark.parametrize("name", MODELS)
async def test_not_covered_is_nothing_to_show(bench: Bench, name: str) -> None:
    assert await write(bench, NOT_COVERED, name=name) is None


async def test_a_repair_may_find_that_it_is_not_covered(bench: Bench) -> None:
    assert await write(bench, INVENTED_FIGURE, NOT_COVERED) is None


async def test_covered_without_a_sentence_is_not_shown(bench: Bench) -> None:
    with pytest.raises(ModelUnavailable):
        await write(bench, draft())


async def test_marks_that_the_model_wrote_itself_are_replaced(bench: Bench) -> None:
    answer = await write(bench, draft(("The competition for talent is fierce [1, 2].", [1, 1])))
    assert answer is not None
    assert answer.text == "The competition for talent is fierce. [1]"


async def test_a_failing_vendor_is_unavailable_with_a_reason(bench: Bench) -> None:
    with pytest.raises(ModelUnavailable, match="status 500"):
        await write(bench, Fail(500))


async def test_a_budget_spent_by_the_draft_leaves_no_repair(bench: Bench) -> None:
    bench.server.script = [INVENTED_FIGURE, GOOD]
    engine = ModelledAnswers(bench.model(ONE, daily_tokens=100))
    with pytest.raises(BudgetSpent):
        await engine.write(QUESTION, (), EVIDENCE, "T1")


async def test_history_reaches_the_model_shortened(bench: Bench) -> None:
    turns = [Turn(role="user", text="Who owns labels?"), Turn(role="assistant", text="x" * 5_000)]
    await write(bench, GOOD, history=turns)
    [request] = sent(bench)
    assert "Person: Who owns labels?" in request
    assert "Coach: xxx" in request
    assert "x" * 601 not in request


async def test_a_very_long_question_keeps_both_ends(bench: Bench) -> None:
    await write(bench, GOOD, question=f"Story. {'blah ' * 8_000} What do researchers do?")
    [request] = sent(bench)
    assert "Story." in request
    assert "What do researchers do?" in request
    assert len(request) < 15_000


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.said[:40])
async def test_a_model_that_obeys_an_injection_is_not_shown(bench: Bench, attack: Attack) -> None:
    bench.server.script = [draft((attack.said, attack.citations))]
    engine = ModelledAnswers(bench.model(ONE, daily_tokens=10_000))
    with pytest.raises(ModelUnavailable, match="did not pass the checks"):
        await engine.write(attack.question, (), attack.evidence, "T1")
