"""How allauth treats our accounts: nobody signs up, only columns of identity are written, every login is on the trail."""

from allauth.account.adapter import DefaultAccountAdapter

from accounts import audit, viewing


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def set_password(self, user, password):
        """The login role may write password and last login alone; the stock one saves every column."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def login(self, request, user):
        super().login(request, user)
        audit.record("login", request=request, actor=user, thing=user, company=user.company_id)

    def logout(self, request):
        user = request.user
        viewing.end(request, "logged out")
        super().logout(request)
        audit.record("logout", request=request, actor=user, thing=user, company=user.company_id)

    def authentication_failed(self, request, **credentials):
        """Who it was is not known: the trail keeps the address that was typed."""
        audit.record("login", request=request, label=credentials.get("email", ""), reason="wrong e-mail or password",
                     result="denied")  # fmt: skip

    def respond_user_inactive(self, request, user):
        audit.record("login", request=request, actor=user, thing=user, company=user.company_id, reason="inactive account",
                     result="denied")  # fmt: skip
        return super().respond_user_inactive(request, user)


def display_name(user):
    return user.name
