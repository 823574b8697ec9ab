"""Two backends: one proves who somebody is, the other answers Django's permission questions from the catalogue."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts import access

ACTIONS = {"view": "view", "add": "create", "change": "update", "delete": "delete"}
# Django admin asks by model; the panel's areas answer.
MODELS = {"user": "user", "role": "group", "company": "reseller", "customer": "customer", "auditentry": "audit"}


class IdentityBackend(AuthenticationBackend):
    """Login by e-mail. Gives no right at all: the stock one would read model permissions and superuser flags."""

    def get_user(self, user_id):
        from accounts.models import User

        user = User.objects.defer(None).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj, perm, obj=None):
        return False

    def has_module_perms(self, user_obj, app_label):
        return False

    def get_all_permissions(self, user_obj, obj=None):
        return set()


class CatalogueBackend:
    """Answers `app.action_model` from the user's rights; what the catalogue does not know is refused."""

    def authenticate(self, request, **credentials):
        return None

    def get_user(self, user_id):
        return None

    def has_perm(self, user_obj, perm, obj=None):
        action, _, model = perm.partition(".")[2].partition("_")
        right = f"{MODELS.get(model)}.{ACTIONS.get(action)}"
        return obj is None and right in access.rights.RIGHTS and access.may(user_obj, right)

    def has_module_perms(self, user_obj, app_label):
        return access.may(user_obj, "support.view")
