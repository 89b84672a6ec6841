"""Gemini: questions answered with JSON that we validate, about a clip if one is given."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from google import genai
from google.genai import types

from video_agent.backends.clock import SystemClock
from video_agent.backends.google.answer_schema import answer_schema
from video_agent.backends.google.answers import Reading, read_answer, tokens
from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.clips import ClipViewing, KeepClip, clip_part
from video_agent.backends.google.errors import caused_by, read_error, read_failure, scrub
from video_agent.catalog import Catalog, Model
from video_agent.errors import (
    AnswerError,
    BackendError,
    ContentBlockedError,
    InvalidRequestError,
    QuotaError,
)
from video_agent.models import TokenUsage, utc_now
from video_agent.ports import AnswerT, Clock

_LONGEST_REPAIRED_TEXT = 8_000


@dataclass(frozen=True)
class Patience:
    """How often and how long one question is pursued.

    Args:
        tries: Requests in all; one of them may be a repair of a misshapen answer.
        first_wait_seconds: The wait before the second request; it doubles.
        longest_wait_seconds: A service that asks for more than this is not waited for.
    """

    tries: int = 3
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 30.0


@dataclass
class _Inquiry:
    """One question on its way: what it has cost so far."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = field(default_factory=Decimal)
    problem: str = ""

    def add(self, usage: TokenUsage | None, cost_usd: Decimal | None) -> None:
        """Add what one answer used; a sum with an unknown part is unknown."""
        if usage is not None:
            self.model = usage.model or self.model
            self.input_tokens += usage.input_tokens
            self.output_tokens += usage.output_tokens
        if self.cost_usd is not None:
            self.cost_usd = None if cost_usd is None else self.cost_usd + cost_usd

    @property
    def usage(self) -> TokenUsage:
        """The sum, as the port wants it."""
        return TokenUsage(
            model=self.model,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cost_usd=self.cost_usd,
        )


class GeminiLanguageModel:
    """Implements `ports.LanguageModel` by generateContent.

    Args:
        clients: The google-genai clients.
        catalog: Prices and thinking levels.
        clock: For the waits between tries.
        patience: How often a question is pursued.
        today: The day whose prices hold.
        viewing: How closely clips are looked at.
        keep_clip: Puts clips that are too large for a request of Agent Platform into Cloud Storage.
    """

    def __init__(
        self,
        clients: GoogleClients,
        catalog: Catalog,
        *,
        clock: Clock | None = None,
        patience: Patience | None = None,
        today: Callable[[], date] = lambda: utc_now().date(),
        viewing: ClipViewing | None = None,
        keep_clip: KeepClip | None = None,
    ) -> None:
        self._clients = clients
        self._config = clients.config
        self._catalog = catalog
        self._clock: Clock = clock or SystemClock()
        self._patience = patience or Patience()
        self._today = today
        self._viewing = viewing or ClipViewing()
        self._keep_clip = keep_clip

    async def answer(
        self,
        *,
        model: str,
        instruction: str,
        text: str,
        schema: type[AnswerT],
        clip: Path | None = None,
        second_clip: Path | None = None,
    ) -> tuple[AnswerT, TokenUsage]:
        """Ask until an answer fits the schema, a few times at most.

        Returns:
            The validated answer and what all tries together used; `TokenUsage.model` is the model
            that the service says answered.

        Raises:
            ContentBlockedError: A safety system refused; `reason` is its own text.
            AnswerError: No usable answer; `cost_usd` says what the tries cost.
            QuotaError, AuthError, BackendError: The service failed.
            MediaError: The clip cannot be read.
        """
        config = self._request_config(model, instruction, answer_schema(schema))
        if clip is not None:
            config.media_resolution = self._viewing.resolution
        async with self._shown(clip) as parts, self._shown(second_clip) as more:
            question = types.UserContent(parts=[*parts, *more, types.Part.from_text(text=text)])
            return await self._pursue(model, [question], config, schema)

    async def _pursue(
        self,
        model: str,
        contents: list[types.Content],
        config: types.GenerateContentConfig,
        schema: type[AnswerT],
    ) -> tuple[AnswerT, TokenUsage]:
        inquiry = _Inquiry(model=model)
        wait, turns = self._patience.first_wait_seconds, contents
        for attempt in range(1, self._patience.tries + 1):
            try:
                response = await self._ask(model, turns, config)
            except BackendError as error:
                inquiry.add(None, error.cost_usd)
                await self._wait_or_give_up(error, inquiry, attempt, wait)
                wait *= 2
                continue
            inquiry.add(tokens(response), self._cost_usd(model, tokens(response)))
            reading = read_answer(response, schema)
            if reading.value is not None:
                return reading.value, inquiry.usage
            self._refuse_if_blocked(reading, inquiry)
            inquiry.problem = scrub(reading.problem, self._config)
            repaired = len(turns) > len(contents)
            turns = contents if repaired or not reading.text else _repair(contents, reading)
        raise AnswerError(
            f"{model} gave no usable answer in {self._patience.tries} tries: {inquiry.problem}",
            hint="try again, or choose another model",
            cost_usd=inquiry.cost_usd,
        )

    async def _ask(
        self, model: str, contents: list[types.Content], config: types.GenerateContentConfig
    ) -> types.GenerateContentResponse:
        """One request.

        Raises:
            BackendError: `cost_usd` is None when the request may have been worked on.
        """
        client = self._client(model)
        await self._clients.authorize()
        try:
            async with asyncio.timeout(self._config.request_timeout_seconds):
                return await client.aio.models.generate_content(
                    model=model, contents=[*contents], config=config
                )
        except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
            translated = read_error(error, config=self._config, what=f"asking {model}")
            failure = read_failure(error, self._config)
            if failure.status is None and not failure.never_sent:
                translated.cost_usd = None
            raise translated from caused_by(error, self._config)

    def _client(self, model: str) -> genai.Client:
        try:
            return self._clients.reading(self._entry(model))
        except InvalidRequestError as error:  # a location of the settings without this model
            raise BackendError(error.message, hint=error.hint) from error

    async def _wait_or_give_up(
        self, error: BackendError, inquiry: _Inquiry, attempt: int, wait: float
    ) -> None:
        """Wait before the next try, or raise the error with what all tries cost."""
        if isinstance(error, QuotaError) and error.retry_after_seconds is not None:
            wait = error.retry_after_seconds
        last = attempt == self._patience.tries
        if not error.retryable or last or wait > self._patience.longest_wait_seconds:
            error.cost_usd = inquiry.cost_usd
            raise error
        inquiry.problem = error.message
        await self._clock.sleep(wait)

    def _refuse_if_blocked(self, reading: Reading[AnswerT], inquiry: _Inquiry) -> None:
        if reading.blocked:
            reason = scrub(reading.blocked, self._config)
            raise ContentBlockedError(
                f"{inquiry.model}: {reason}", reason=reason, cost_usd=inquiry.cost_usd
            )

    @asynccontextmanager
    async def _shown(self, clip: Path | None) -> AsyncGenerator[list[types.Part], None]:
        if clip is None:
            yield []
            return
        async with clip_part(
            self._clients, clip, self._clock, self._viewing, self._keep_clip
        ) as part:
            yield [part]

    def _request_config(
        self, model: str, instruction: str, schema: dict[str, object]
    ) -> types.GenerateContentConfig:
        entry = self._entry(model)
        thinks = entry is not None and "low" in entry.thinking_levels
        low = types.ThinkingConfig(thinking_level=types.ThinkingLevel.LOW)
        return types.GenerateContentConfig(
            system_instruction=instruction,
            response_mime_type="application/json",
            response_json_schema=schema,
            thinking_config=low if thinks else None,
        )

    def _cost_usd(self, asked: str, usage: TokenUsage | None) -> Decimal | None:
        """By the prices of the model that answered, else of the one that was asked."""
        entry = (self._entry(usage.model) or self._entry(asked)) if usage else None
        if usage is None or entry is None:
            return None
        return entry.token_cost_usd(usage.input_tokens, usage.output_tokens, self._today())

    def _entry(self, model: str) -> Model | None:
        try:
            return self._catalog.find(model)
        except InvalidRequestError:
            return None


def _repair(contents: list[types.Content], reading: Reading[AnswerT]) -> list[types.Content]:
    """The question once more, with the misshapen answer and what is wrong with it."""
    request = f"{reading.problem}. Answer again: only the JSON document, as the schema says."
    return [
        *contents,
        types.ModelContent(
            parts=[types.Part.from_text(text=reading.text[:_LONGEST_REPAIRED_TEXT])]
        ),
        types.UserContent(parts=[types.Part.from_text(text=request)]),
    ]
