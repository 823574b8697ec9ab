from django.apps import AppConfig


class RatecardsConfig(AppConfig):
    """Prices and what depends on them."""

    name = "ratecards"

    def ready(self):
        from accounts import files
        from ratecards.services.refused_lines import imports_with_open_lines

        files.needed.append(imports_with_open_lines)
