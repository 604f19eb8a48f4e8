"""A LangChain chat model behind `LanguageModel`: a form filled in, or one plain reason why not.

Vendors' packages load at the first question, in a thread. Retries happen here and not in the
vendors' clients: Ollama's has none, and the others' neither know how long a person will wait nor
show up in the metrics.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import structlog
from pydantic import ValidationError
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from bot.errors import BudgetSpent, ModelUnavailable
from bot.llm_failures import (
    Tokens,
    is_passing,
    outcome,
    reason,
    retry_after,
    status,
    tokens_of_failure,
)
from bot.metrics import Metrics
from bot.ports import Draft, Usage

if TYPE_CHECKING:  # 0.6 to 2 s to import: only a Coach with a model pays for it
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

_ATTEMPTS = 4
_PATIENCE = 1.5  # times the timeout of one call, for all attempts and waits together
_BACKOFF = wait_random_exponential(multiplier=0.5, max=8)
_CHARACTERS_PER_TOKEN = 4  # roughly, in English; for servers that don't count
_OLLAMA_CONTEXT = 8_192  # its default of 4,096 would silently cut the prompt
_MILLION = 1_000_000

log = structlog.get_logger(__name__)

Now = Callable[[], datetime]
Pause = Callable[[float], Awaitable[None]]


class LangChainModel:
    """A chat model of any provider that LangChain knows, within time and a daily budget."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str,
        api_key: str,
        timeout: float,
        daily_tokens: int,
        input_price: float,
        output_price: float,
        usage: Usage,
        metrics: Metrics,
        now: Now,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Use *model*, written `provider:name`.

        An empty *base_url* or *api_key* is the vendor's own. *timeout* is seconds for one call.
        Prices are for a million tokens. *pause* waits between attempts.
        """
        self._model = model
        self._provider = model.partition(":")[0]
        self._base_url = base_url
        self._api_key = api_key
        self._timeout = timeout
        self._daily_tokens = daily_tokens
        self._prices = (input_price, output_price)
        self._usage = usage
        self._metrics = metrics
        self._now = now
        self._pause = pause
        self._chat: BaseChatModel | None = None
        self._opening = asyncio.Lock()

    async def draft(self, workspace: str, system: str, user: str, schema: type[Draft]) -> Draft:
        """Return the model's answer as *schema*.

        Raises BudgetSpent once the workspace has used up its day; calls that are under way then
        still finish, so the day may end over by as many calls. Raises ModelUnavailable with a
        reason fit for people when there is no usable answer.
        """
        await self._check_budget(workspace)
        form = _form(await self._opened(), schema, strict=self._provider == "openai")
        try:
            result = await self._ask(form, system, user)
        except Exception as error:  # noqa: BLE001 - vendors raise what they like
            await self._account(workspace, tokens_of_failure(error))
            log.warning("model_call_failed", error=type(error).__name__, status=status(error))
            raise ModelUnavailable(reason=reason(error)) from None
        await self._account(workspace, _tokens(result["raw"], system + user))
        return _read(result, schema)

    async def _check_budget(self, workspace: str) -> None:
        if await self._usage.spent(workspace, self._today()) >= self._daily_tokens:
            self._metrics.model_calls.labels("over_budget").inc()
            raise BudgetSpent(reason=f"{self._daily_tokens:,} tokens")

    async def _opened(self) -> "BaseChatModel":
        async with self._opening:
            if self._chat is None:
                self._chat = await asyncio.to_thread(self._open)
            return self._chat

    def _open(self) -> "BaseChatModel":
        from langchain.chat_models import init_chat_model  # noqa: PLC0415 - slow, see above

        try:
            return cast("BaseChatModel", init_chat_model(self._model, **self._options()))
        except ImportError:
            problem = f"the package langchain-{self._provider} is not installed"
        except Exception as error:  # noqa: BLE001 - a missing key is an error of the vendor's own
            log.warning("model_not_opened", error=type(error).__name__)
            problem = "it could not be set up; check COACH_MODEL and COACH_MODEL_KEY"
        raise ModelUnavailable(reason=problem)

    def _options(self) -> dict[str, Any]:
        address = {"base_url": self._base_url} if self._base_url else {}
        if self._provider == "ollama":
            headers = {"Authorization": f"Bearer {self._api_key}"} if self._api_key else {}
            client = {"timeout": self._timeout, "headers": headers}
            return {
                **address, "client_kwargs": client, "temperature": 0, "num_ctx": _OLLAMA_CONTEXT
            }  # fmt: skip
        key = {"api_key": self._api_key} if self._api_key else {}
        return {**address, **key, "timeout": self._timeout, "max_retries": 0}

    async def _ask(
        self, form: "Runnable[Any, dict[str, Any]]", system: str, user: str
    ) -> dict[str, Any]:
        patience = self._timeout * _PATIENCE
        retrying = AsyncRetrying(
            retry=retry_if_exception(is_passing),
            wait=self._wait,
            stop=stop_after_attempt(_ATTEMPTS) | stop_before_delay(patience),
            sleep=self._pause,
            reraise=True,
        )
        async with asyncio.timeout(patience):
            result: dict[str, Any] = await retrying(
                self._attempt, form, [("system", system), ("human", user)]
            )
            return result

    async def _attempt(
        self, form: "Runnable[Any, dict[str, Any]]", messages: list[tuple[str, str]]
    ) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._timeout):
                result = await form.ainvoke(messages)
        except Exception as error:
            self._metrics.model_calls.labels(outcome(error)).inc()
            raise
        self._metrics.model_calls.labels("answered").inc()
        return result

    def _wait(self, state: RetryCallState) -> float:
        """Return the seconds to the next attempt: what the vendor asks for, or a backoff."""
        error = state.outcome.exception() if state.outcome else None
        return max(_BACKOFF(state), retry_after(error, self._now()))

    async def _account(self, workspace: str, tokens: Tokens) -> None:
        if tokens == Tokens():
            return
        self._metrics.tokens.labels("input").inc(tokens.read)
        self._metrics.tokens.labels("output").inc(tokens.written)
        input_price, output_price = self._prices
        cost = tokens.read * input_price + tokens.written * output_price
        self._metrics.cost.inc(cost / _MILLION)
        await self._usage.spend(workspace, self._today(), tokens.read + tokens.written)

    def _today(self) -> str:
        return self._now().date().isoformat()


def _form(
    chat: "BaseChatModel", schema: type[Draft], *, strict: bool
) -> "Runnable[Any, dict[str, Any]]":
    """Return *chat* made to fill in *schema*, its raw message kept for its token counts.

    Decoding is held to the schema where the model's profile says that it can be (in Ollama it
    always can); other models are made to call a tool, which nearly all know. The schema goes in as
    JSON: given the class, vendors' clients would raise on a bad answer and hide what it cost.
    """
    method = "json_schema" if _holds_to_schema(chat) else "function_calling"
    options: dict[str, Any] = {"strict": True} if strict else {}
    form: Runnable[Any, Any] = chat.with_structured_output(
        schema.model_json_schema(), method=method, include_raw=True, **options
    )
    return form


def _holds_to_schema(chat: "BaseChatModel") -> bool:
    profile: Mapping[str, Any] = chat.profile or {}
    return type(chat).__name__ == "ChatOllama" or bool(profile.get("structured_output"))


def _read(result: Mapping[str, Any], schema: type[Draft]) -> Draft:
    raw = result["raw"]
    if _refused(raw):
        raise ModelUnavailable(reason="it refused to answer")
    if _cut_off(raw):
        raise ModelUnavailable(reason="its answer was cut off")
    try:
        return schema.model_validate(result["parsed"])
    except ValidationError:
        raise ModelUnavailable(reason="its answer was not in the agreed form") from None


def _refused(raw: Any) -> bool:
    return (
        bool(raw.additional_kwargs.get("refusal"))
        or _stop(raw) in ("refusal", "content_filter")
        or (not isinstance(raw.content, str) and "'type': 'refusal'" in str(raw.content))
    )


def _cut_off(raw: Any) -> bool:
    return _stop(raw) in ("length", "max_tokens", "incomplete")


def _stop(raw: Any) -> str:
    """Return why the model stopped: each vendor has a name of its own for it."""
    about: Mapping[str, Any] = raw.response_metadata
    names = ("finish_reason", "stop_reason", "done_reason", "status")
    return next((str(about[name]) for name in names if about.get(name)), "")


def _tokens(raw: Any, prompt: str) -> Tokens:
    counted = raw.usage_metadata
    if counted:
        return Tokens(counted["input_tokens"], counted["output_tokens"])
    written = f"{raw.content}{raw.tool_calls}"
    return Tokens(len(prompt) // _CHARACTERS_PER_TOKEN, len(written) // _CHARACTERS_PER_TOKEN)
