"""How allauth treats our accounts: nobody signs up, and only the columns of identity are ever written."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def set_password(self, user, password):
        """The login role may write password and last login alone; the stock one saves every column."""
        user.set_password(password)
        user.save(update_fields=["password"])


def display_name(user):
    return user.name
