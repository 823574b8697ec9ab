from django.apps import AppConfig, apps


class ConnexcsConfig(AppConfig):
    """The wiring."""

    name = "connexcs"

    def ready(self):
        from django.db.models.signals import post_migrate

        from accounts import checks, rowsecurity  # noqa: F401  (checks register themselves)

        # Sent once an app that has models; at the last of ours every table exists.
        post_migrate.connect(rowsecurity.after_migrate, sender=apps.get_app_config("ratecards"))
