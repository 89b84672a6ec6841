"""What webhooks told: stored once each, read by whoever looks a lost generation up."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from video_agent.errors import StoreError
from video_agent.store.database import Database
from video_agent.store.tables import GenerationRow
from video_agent.store.webhook_tables import WebhookEventRow


async def store_webhook_event(database: Database, event: WebhookEventRow) -> bool:
    """Keep an event about a generation of this database. It survives a power loss.

    Returns:
        False when there is no such generation here. An event that is there already counts as kept.

    Raises:
        StoreError: The database refused (`retryable`).
    """
    try:
        async with database.write(durable=True) as session:
            if await session.get(GenerationRow, event.generation_id) is None:
                return False
            if await session.get(WebhookEventRow, event.id) is None:
                session.add(event)
    except StoreError as error:
        if not isinstance(error.__cause__, IntegrityError):
            raise  # else a redelivery was stored in this very moment, or the job was deleted
    return True


async def told_provider_ids(database: Database, generation_id: str) -> frozenset[str]:
    """The provider's ids that events named for a generation: none, one, or contradicting ones.

    Raises:
        StoreError: The database refused.
    """
    query = select(WebhookEventRow.provider_id).where(
        col(WebhookEventRow.generation_id) == generation_id
    )
    async with database.read() as session:
        return frozenset(await session.exec(query))
