"""Kit: the parts of a language model that the settings ask for, or none. Imports nothing heavy."""

from __future__ import annotations

from bot.content.prompts import Prompts
from bot.core.facts import Catalogue
from bot.core.usage import Prices
from bot.language.model.calls import Parts
from bot.language.model.client import Client, ModelSpec
from bot.settings import Settings


def spec_of(settings: Settings) -> ModelSpec | None:
    """The model that the settings name, or None. Another provider than openai has its key in its own variable."""
    name = settings.model_name
    if name is None:
        return None
    provider, _, model = name.partition(":")
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    return ModelSpec(
        provider=provider,
        name=model,
        base_url=settings.openai_base_url if provider == "openai" else None,
        key=key if provider == "openai" else None,
        output=settings.model_output,
        seconds=settings.model_seconds,
    )


def prices_of(settings: Settings) -> Prices | None:
    """The prices that the settings give, or None."""
    if settings.model_prices is None:
        return None
    into, cached, out = (float(part) for part in settings.model_prices.split(","))
    return Prices(input=into, cached=cached, output=out)


def make_parts(settings: Settings, prompts: Prompts, catalogue: Catalogue) -> Parts | None:
    """What all turns with a model share; None where no model is configured."""
    spec = spec_of(settings)
    if spec is None:
        return None
    return Parts(Client(spec), prompts, catalogue, prices_of(settings), settings.turn_tokens, settings.day_tokens)
