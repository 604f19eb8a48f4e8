"""The language model over the vendors' real protocols, through LangChain's own clients."""

import asyncio
import json
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from bot.errors import BudgetSpent, ModelUnavailable
from tests.llm.conftest import KEY, Bench
from tests.llm.vendor_server import (
    READ,
    WRITTEN,
    Fail,
    Garbage,
    Hang,
    Refuse,
    Reset,
    Say,
    Step,
)


class Part(BaseModel):
    """A part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    numbers: tuple[int, ...]


class Form(BaseModel):
    """A form to fill in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    good: bool
    parts: tuple[Part, ...]


FILLED = {"good": True, "parts": [{"text": "It is so.", "numbers": [1, 2]}]}

# One model for every protocol and way of asking for a form.
OPENAI, OPENAI_TOOL, OPENAI_RESPONSES = "openai:gpt-4.1-mini", "openai:local", "openai:gpt-5-pro"
ANTHROPIC, ANTHROPIC_TOOL = "anthropic:claude-sonnet-4-6", "anthropic:claude-haiku-5-5"
OLLAMA = "ollama:llama3.2"
MODELS = [OPENAI, OPENAI_TOOL, OPENAI_RESPONSES, ANTHROPIC, ANTHROPIC_TOOL, OLLAMA]
ONE_EACH = [OPENAI, OPENAI_RESPONSES, ANTHROPIC, OLLAMA]
SAY = Say(FILLED)


async def ask(bench: Bench, name: str, *script: Step, **changes: Any) -> Form:
    bench.server.script = script
    return await bench.model(name, **changes).draft("T1", "Be brief.", "Is it {so}?", Form)


async def refusal(bench: Bench, name: str, *script: Step, **changes: Any) -> str:
    with pytest.raises(ModelUnavailable) as caught:
        await ask(bench, name, *script, **changes)
    return caught.value.sentence


@pytest.mark.parametrize("name", MODELS)
async def test_a_form_is_filled_in_over_every_protocol(bench: Bench, name: str) -> None:
    assert await ask(bench, name, SAY) == Form.model_validate(FILLED)


@pytest.mark.parametrize(
    ("name", "path", "asks_by"),
    [
        (OPENAI, "/v1/chat/completions", "response_format"),
        (OPENAI_TOOL, "/v1/chat/completions", "tools"),
        (OPENAI_RESPONSES, "/v1/responses", "text"),
        (ANTHROPIC, "/v1/messages", "output_config"),
        (ANTHROPIC_TOOL, "/v1/messages", "tools"),
        (OLLAMA, "/api/chat", "format"),
    ],
)
async def test_each_model_is_asked_for_the_form_in_the_way_it_knows(
    bench: Bench, name: str, path: str, asks_by: str
) -> None:
    await ask(bench, name, SAY)
    [request] = bench.server.requests
    assert request.path == path
    assert "numbers" in json.dumps(request.body[asks_by])


@pytest.mark.parametrize("name", ONE_EACH)
async def test_prompt_and_key_reach_the_vendor_as_given(bench: Bench, name: str) -> None:
    await ask(bench, name, SAY)
    [request] = bench.server.requests
    assert "Be brief." in json.dumps(request.body)
    assert "Is it {so}?" in json.dumps(request.body)
    assert KEY in request.headers.get("authorization", "") + request.headers.get("x-api-key", "")


@pytest.mark.parametrize("name", ONE_EACH)
async def test_tokens_and_cost_are_counted(bench: Bench, name: str) -> None:
    await ask(bench, name, SAY)
    assert bench.ledger.used == {("T1", "2026-03-02"): READ + WRITTEN}
    assert bench.count("coach_model_tokens_total", direction="input") == READ
    assert bench.count("coach_model_tokens_total", direction="output") == WRITTEN
    assert bench.count("coach_model_cost_total") == pytest.approx((READ + 5 * WRITTEN) / 1e6)
    assert bench.count("coach_model_calls_total", outcome="answered") == 1


@pytest.mark.parametrize("name", [OPENAI_TOOL, OLLAMA])
async def test_tokens_are_estimated_where_the_server_does_not_count(
    bench: Bench, name: str
) -> None:
    await ask(bench, name, Say(FILLED, counted=False))
    assert bench.ledger.used["T1", "2026-03-02"] > 5


@pytest.mark.parametrize("name", ONE_EACH)
@pytest.mark.parametrize("fault", [Fail(429), Fail(500), Fail(503), Reset()])
async def test_a_passing_fault_is_tried_again(bench: Bench, name: str, fault: Step) -> None:
    assert await ask(bench, name, fault, fault, SAY) == Form.model_validate(FILLED)
    assert len(bench.server.requests) == 3
    assert len(bench.pauses) == 2


@pytest.mark.parametrize("name", ONE_EACH)
async def test_a_lasting_fault_is_given_up_after_a_few_attempts(bench: Bench, name: str) -> None:
    sentence = await refusal(bench, name, Fail(503))
    assert "its service failed (status 503)" in sentence
    assert len(bench.server.requests) == 4


@pytest.mark.parametrize("name", [OPENAI, OPENAI_RESPONSES, ANTHROPIC])
async def test_retry_after_is_obeyed(bench: Bench, name: str) -> None:
    await ask(bench, name, Fail(429, {"Retry-After": "3"}), SAY)
    assert bench.pauses[0] >= 3


async def test_retry_after_may_be_a_date(bench: Bench) -> None:
    later = format_datetime(bench.clock.time + timedelta(seconds=4), usegmt=True)
    await ask(bench, ANTHROPIC, Fail(429, {"Retry-After": later}), SAY)
    assert 4 <= bench.pauses[0] < 7


@pytest.mark.parametrize("name", [OPENAI, ANTHROPIC])
async def test_a_wait_longer_than_people_would_is_not_begun(bench: Bench, name: str) -> None:
    sentence = await refusal(bench, name, Fail(429, {"Retry-After": "60"}), SAY)
    assert "over its rate limit" in sentence
    assert bench.pauses == []
    assert bench.count("coach_model_calls_total", outcome="rate_limited") == 1


@pytest.mark.parametrize("name", [OPENAI, ANTHROPIC, OLLAMA])
async def test_a_model_that_hangs_is_left_and_asked_once_more(bench: Bench, name: str) -> None:
    assert await ask(bench, name, Hang(), SAY, timeout=4.0) == Form.model_validate(FILLED)
    assert bench.count("coach_model_calls_total", outcome="timed_out") == 1


@pytest.mark.parametrize("name", [OPENAI, OLLAMA])
async def test_a_model_that_always_hangs_is_unavailable(bench: Bench, name: str) -> None:
    assert "did not answer in time" in await refusal(bench, name, Hang(), timeout=1.5)
    assert len(bench.server.requests) == 2


@pytest.mark.parametrize("name", ONE_EACH)
@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "rejected the request"),
        (401, "refused the API key"),
        (403, "refused the API key"),
        (404, "was not found"),
        (422, "rejected the request (status 422)"),
    ],
)
async def test_a_lasting_error_is_not_repeated_and_told_plainly(
    bench: Bench, name: str, status: int, reason: str
) -> None:
    sentence = await refusal(bench, name, Fail(status, message=f"bad key {KEY}"))
    assert reason in sentence
    assert KEY not in sentence
    assert len(bench.server.requests) == 1


@pytest.mark.parametrize("name", ONE_EACH)
@pytest.mark.parametrize("form", ["{malformed", '{"good": tr', "APPROVED", "[]", '"yes"'])
async def test_an_answer_that_is_no_json_object_is_refused(
    bench: Bench, name: str, form: str
) -> None:
    assert "not in the agreed form" in await refusal(bench, name, Say(form))


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(
    "form",
    [
        {},
        {"good": "perhaps", "parts": []},
        {"good": True, "parts": [{"text": "x"}]},
        {**FILLED, "system_prompt": "You are Coach."},
    ],
)
async def test_an_answer_in_another_form_is_refused(
    bench: Bench, name: str, form: dict[str, Any]
) -> None:
    assert "not in the agreed form" in await refusal(bench, name, Say(form))


@pytest.mark.parametrize("name", MODELS)
async def test_tokens_of_an_unusable_answer_count(bench: Bench, name: str) -> None:
    await refusal(bench, name, Say({"good": 7}))
    assert bench.ledger.used == {("T1", "2026-03-02"): READ + WRITTEN}


@pytest.mark.parametrize("name", ONE_EACH)
async def test_an_answer_that_was_cut_off_is_refused_and_paid_for(bench: Bench, name: str) -> None:
    assert "was cut off" in await refusal(bench, name, Say(FILLED, cut_off=True))
    assert bench.ledger.used == {("T1", "2026-03-02"): READ + WRITTEN}


@pytest.mark.parametrize("name", [OPENAI, OPENAI_TOOL, OPENAI_RESPONSES, ANTHROPIC])
async def test_a_refusal_is_named_as_one(bench: Bench, name: str) -> None:
    assert "refused to answer" in await refusal(bench, name, Refuse())


@pytest.mark.parametrize("name", ONE_EACH)
async def test_a_body_that_is_no_json_is_refused(bench: Bench, name: str) -> None:
    sentence = await refusal(bench, name, Garbage())
    assert "can't be read" in sentence
    assert "<html>" not in sentence


@pytest.mark.parametrize("name", ONE_EACH)
async def test_nobody_listening_is_told_plainly(
    bench: Bench, name: str, unused_tcp_port: int
) -> None:
    base_url = f"http://127.0.0.1:{unused_tcp_port}"
    assert "can't be reached" in await refusal(bench, name, SAY, base_url=base_url)


async def test_a_spent_budget_stops_calls_until_the_next_day(bench: Bench) -> None:
    bench.server.script = [SAY]
    model = bench.model(ANTHROPIC, daily_tokens=READ + WRITTEN)
    await model.draft("T1", "s", "u", Form)
    with pytest.raises(BudgetSpent, match="100 tokens"):
        await model.draft("T1", "s", "u", Form)
    assert bench.count("coach_model_calls_total", outcome="over_budget") == 1
    bench.clock.advance(86_400)
    await model.draft("T1", "s", "u", Form)
    assert len(bench.server.requests) == 2


async def test_a_budget_is_each_workspaces_own(bench: Bench) -> None:
    bench.server.script = [SAY]
    model = bench.model(ANTHROPIC, daily_tokens=READ + WRITTEN)
    await model.draft("T1", "s", "u", Form)
    await model.draft("T2", "s", "u", Form)
    assert set(bench.ledger.used) == {("T1", "2026-03-02"), ("T2", "2026-03-02")}


async def test_no_budget_means_no_call(bench: Bench) -> None:
    with pytest.raises(BudgetSpent):
        await ask(bench, OLLAMA, SAY, daily_tokens=0)
    assert bench.server.requests == []


@pytest.mark.parametrize("name", ONE_EACH)
async def test_a_cancelled_draft_lets_go_of_the_vendor(bench: Bench, name: str) -> None:
    bench.server.script = [Hang()]
    task = asyncio.create_task(bench.model(name).draft("T1", "s", "u", Form))
    while not bench.server.requests:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(bench.server.hung_up.wait(), 10)
    assert bench.ledger.used == {}


async def test_drafts_side_by_side_do_not_mix(bench: Bench) -> None:
    bench.server.script = [SAY]
    model = bench.model(OPENAI)
    drafts = (model.draft(f"T{n}", "s", f"u{n}", Form) for n in range(12))
    assert await asyncio.gather(*drafts) == [Form.model_validate(FILLED)] * 12
    assert len(bench.ledger.used) == 12


async def test_an_unknown_provider_is_told_plainly(bench: Bench) -> None:
    assert "could not be set up" in await refusal(bench, "nobody:knows", SAY)


async def test_a_provider_whose_package_is_missing_is_named(bench: Bench) -> None:
    sentence = await refusal(bench, "fireworks:any", SAY)
    assert "langchain-fireworks is not installed" in sentence
