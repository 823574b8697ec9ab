from django.apps import AppConfig


class RatecardsConfig(AppConfig):
    """Prices and what depends on them."""

    name = "ratecards"
