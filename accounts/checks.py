"""System checks: what was forgotten is an error before it is a hole."""

from django.apps import apps
from django.core.checks import Error, Tags, register
from django.db import connections
from django.urls import URLPattern, get_resolver

from accounts import rowsecurity, tenancy


def patterns(resolver=None, prefix="", namespaces=()):
    """Every route of the panel as (path, pattern, namespaces), those of Django admin included."""
    resolver = resolver or get_resolver()
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path, pattern, namespaces
        else:
            yield from patterns(pattern, path, (*namespaces, pattern.namespace) if pattern.namespace else namespaces)


@register(Tags.security)
def every_view_declares(app_configs, **kwargs):
    return [
        Error(
            f"{path} declares no right",
            hint="decorate the view with access.screen, public or identity",
            id="accounts.E001",
        )
        for path, pattern, namespaces in patterns()
        if namespaces[:1] != ("admin",) and getattr(pattern.callback, "access_kind", None) is None
    ]


@register(Tags.models)
def every_model_is_registered(app_configs, **kwargs):
    models = [model for app in tenancy.APPS for model in apps.get_app_config(app).get_models() if not model._meta.proxy]
    return [
        Error(f"{model._meta.label} has no policy", hint="add it to the app's tables.py", id="accounts.E002")
        for model in models
        if model not in tenancy.register.tables
    ]


@register(Tags.database)
def roles_are_weak_and_policies_stand(app_configs, databases=None, **kwargs):
    """The login role passes by no policy, and every declared table carries exactly its own."""
    connection = connections["default"]
    if "default" not in (databases or ()) or connection.settings_dict is connections["owner"].settings_dict:
        return []  # the second: a migration is under way, as the owner
    with connection.cursor() as cursor:
        found = []
        if not type(cursor.cursor).__module__.startswith("psycopg2"):
            found.append(
                Error("psycopg 3 is in use", hint="uninstall it: the panel relies on psycopg2", id="accounts.E003")
            )
        cursor.execute("SELECT rolsuper OR rolbypassrls, rolname FROM pg_roles WHERE rolname = current_user")
        strong, name = cursor.fetchone()
        if strong:
            found.append(Error(f"the login role {name} is not bound by row security", id="accounts.E004"))
        cursor.execute("SELECT to_regclass('acl.applied') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return found + [Error("the database is not migrated", hint="manage.py migrate", id="accounts.E005")]
    return found + [
        Error(f"row security of {table} is not as declared", hint="manage.py migrate", id="accounts.E006")
        for table in rowsecurity.drift("default")
    ]
