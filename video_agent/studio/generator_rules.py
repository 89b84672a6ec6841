"""What Omni accepts on the Interactions API; anything else is a 400 with Google's words."""

from dataclasses import dataclass
from datetime import UTC, datetime

from video_agent.catalog import Catalog, Model, VideoLimits
from video_agent.studio import interaction_fields as rules
from video_agent.studio.interaction_fields import invalid
from video_agent.studio.interaction_input import Ingredients, read_input
from video_agent.studio.media_sources import MediaSources
from video_agent.studio.places import Place
from video_agent.studio.reading import Fields, as_fields, as_text
from video_agent.studio.refusals import Refusal
from video_agent.studio.source_clips import Clip, SourceClips
from video_agent.studio.video_tasks import Plan, Wish, make_plan
from video_agent.studio.webhooks import WebhookConfig, read_webhook_config


@dataclass(frozen=True)
class VideoOrder:
    """A checked request for one clip."""

    model: str
    place: Place
    plan: Plan
    ingredients: Ingredients
    delivery: str
    gcs_uri: str
    background: bool
    stored: bool
    stream: bool
    labels: dict[str, str]
    seed: int | None
    response_format: dict[str, object]
    rate: int
    webhook: WebhookConfig | None
    previous_id: str


class GeneratorRules:
    """Reads orders; `sources` and `clips` find what a request names."""

    def __init__(self, catalog: Catalog, sources: MediaSources, clips: SourceClips) -> None:
        self._catalog = catalog
        self._sources = sources
        self._clips = clips

    def read_order(self, body: Fields, place: Place) -> VideoOrder:
        """Check a POST body (in snake_case). Blocking.

        Raises:
            Refusal: 400 for anything the service does not accept, 404 for a model that is unknown,
                retired or not served here, 403 or 404 for media that cannot be fetched.
        """
        rules.check_top_level(body)
        model, limits = self._model(as_text(body.get("model")), place)
        video_format = rules.response_format(body.get("response_format"), place)
        config = rules.generation_config(body.get("generation_config"))
        task = as_text(as_fields(config.get("video_config")).get("task"))
        labels, seed = rules.labels(body.get("labels")), rules.seed(config.get("seed"))
        webhook = read_webhook_config(as_fields(body.get("webhook_config")), place)
        previous_id = as_text(body.get("previous_interaction_id"))
        ingredients = read_input(body.get("input"), place, self._sources)
        source = self._source(previous_id, task, ingredients, place)
        delivery = rules.choice(video_format, "delivery", ("inline", "uri"), "inline")
        plan = make_plan(
            Wish(task, ingredients, source, video_format, limits, place, self._clips.given)
        )
        return VideoOrder(
            model=model.id,
            place=place,
            plan=plan,
            ingredients=ingredients,
            delivery=delivery,
            gcs_uri=as_text(video_format.get("gcs_uri")),
            background=body.get("background") is True,
            stored=body.get("store") is not False,
            stream=body.get("stream") is True,
            labels=labels,
            seed=seed,
            response_format=dict(video_format),
            rate=limits.tokens_per_second.get(plan.resolution, 0),
            webhook=webhook,
            previous_id=previous_id,
        )

    def _source(
        self, previous_id: str, task: str, ingredients: Ingredients, place: Place
    ) -> Clip | None:
        """The clip of an earlier interaction, or of a replayed turn."""
        if previous_id and task and place.on_cloud:
            # One field report, of low confidence; the studio takes it at its word.
            raise invalid("'previous_interaction_id' cannot be used together with a 'task'.")
        if previous_id:
            return self._clips.earlier(previous_id, place)
        if ingredients.earlier_clip is not None and not ingredients.clips:
            return self._clips.given(ingredients.earlier_clip)
        return None

    def _model(self, model_id: str, place: Place) -> tuple[Model, VideoLimits]:
        name = model_id.removeprefix("models/").removeprefix("publishers/google/models/")
        model = next((entry for entry in self._catalog.models if entry.id == name), None)
        if model is None or place.surface not in model.surfaces:
            raise Refusal(404, f"Model '{name}' not found.", interaction=True)
        if model.retired(max(datetime.now(UTC).date(), self._catalog.checked), place.surface):
            raise Refusal(404, f"Model '{name}' is no longer available.", interaction=True)
        if model.routed_to:
            return self._model(model.routed_to, place)
        if model.video is None or model.protocol != "interactions":
            raise invalid(f"Model '{name}' is not supported for video generation by this API.")
        return model, model.video
