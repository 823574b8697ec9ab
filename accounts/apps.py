from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and rights."""

    name = "accounts"

    def ready(self):
        from accounts import objects, tenancy

        tenancy.discover()
        objects.discover()
