"""What generateContent does not accept: unknown names and wrong types, refused as Google does."""

from collections.abc import Sequence

from video_agent.studio.reading import Fields, as_fields, as_items, as_number, as_text, pick, snake
from video_agent.studio.refusals import Refusal

TOP_LEVEL = frozenset(
    """
    model contents system_instruction tools tool_config safety_settings generation_config
    cached_content labels store service_tier generate_content_request
    """.split()  # noqa: SIM905 - readable as a paragraph
)
GENERATION_CONFIG = frozenset(
    """
    model_selection_config response_json_schema _response_json_schema audio_timestamp
    candidate_count enable_affective_dialog frequency_penalty logprobs max_output_tokens
    media_resolution presence_penalty response_logprobs response_mime_type response_modalities
    response_schema routing_config seed speech_config stop_sequences temperature thinking_config
    top_k top_p enable_enhanced_civic_answers response_format translation_config
    audio_transcription_config image_config
    """.split()  # noqa: SIM905 - readable as a paragraph
)
PART = frozenset(
    """
    media_resolution code_execution_result executable_code file_data function_call
    function_response inline_data text thought thought_signature video_metadata tool_call
    tool_response part_metadata audio_transcription media_processing speech_metadata
    """.split()  # noqa: SIM905 - readable as a paragraph
)
MAX_BODY_BYTES = 100 * 1024**2  # 20 MB before 2026-01-08
ROLES = ("", "user", "model", "function")
NUMBERS = frozenset({"temperature", "top_p", "top_k", "seed", "candidate_count"})


def check(body: Fields) -> None:
    """Refuse what the service would not parse.

    Raises:
        Refusal: 400 with Google's words.
    """
    _only(body, TOP_LEVEL, "")
    for number, item in enumerate(_listed(body, "contents")):
        _check_content(as_fields(item), f"contents[{number}]")
    _listed(body, "tools")
    config = pick(body, "generationConfig")
    if config is not None:
        _check_config(_object(config, "generation_config"))


def check_size(content: bytes, *, interaction: bool = False) -> None:
    """Refuse a body that is too large.

    Raises:
        Refusal: 400.
    """
    if len(content) > MAX_BODY_BYTES:
        raise Refusal(
            400,
            f"Request payload size exceeds the limit: {MAX_BODY_BYTES} bytes. Please upload your "
            "files with the File API instead.",
            interaction=interaction,
        )


def check_thinking(body: Fields, levels: Sequence[str]) -> None:
    """Refuse a thinking level that the model does not have.

    Raises:
        Refusal: 400.
    """
    config = as_fields(pick(as_fields(pick(body, "generationConfig")), "thinkingConfig"))
    level = as_text(pick(config, "thinkingLevel")).lower()
    if level and level not in levels:
        raise Refusal(400, f"Thinking level {level.upper()} is not supported for this model.")


def _check_content(content: Fields, where: str) -> None:
    if as_text(content.get("role")) not in ROLES:
        raise Refusal(400, "Please use a valid role: user, model.")
    for number, part in enumerate(_listed(content, "parts", where)):
        place = f"{where}.parts[{number}]"
        fields = _object(part, place)
        _only(fields, PART, place)
        if not isinstance(fields.get("text", ""), str):
            raise _wrong_value(f"{place}.text", "TYPE_STRING", fields["text"])


def _check_config(config: Fields) -> None:
    where = "generation_config"
    _only(config, GENERATION_CONFIG, where)
    for name, value in config.items():
        if snake(name) in NUMBERS and value is not None and as_number(value) is None:
            raise _wrong_value(f"{where}.{snake(name)}", "TYPE_DOUBLE", value)
    for name in ("responseSchema", "thinkingConfig"):
        if (value := pick(config, name)) is not None:
            _object(value, f"{where}.{snake(name)}")


def _only(fields: Fields, known: frozenset[str], where: str) -> None:
    for name in fields:
        if snake(name) not in known:
            at = f" at '{where}'" if where else ""
            raise Refusal(
                400, f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.'
            )


def _listed(fields: Fields, name: str, where: str = "") -> list[object]:
    """The items of a repeated field; one object stands for a list of one."""
    given = fields.get(name)
    if not (given is None or isinstance(given, (list, dict))):
        raise _wrong_value(f"{where}.{name}".lstrip("."), "a list", given)
    return as_items(given)


def _object(value: object, where: str) -> Fields:
    if not isinstance(value, dict):
        raise _wrong_value(where, "an object", value)
    return as_fields(value)


def _wrong_value(where: str, kind: str, value: object) -> Refusal:
    return Refusal(400, f"Invalid value at '{where}' ({kind}), {str(value)[:60]!r}")
