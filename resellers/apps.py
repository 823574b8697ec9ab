from django.apps import AppConfig


class ResellersConfig(AppConfig):
    """Companies and their customers."""

    name = "resellers"
