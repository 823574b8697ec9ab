"""Routes of accounts: people, groups, one's own profile, and what is to know."""

from django.urls import include, path

from accounts.views import groups, invitations, profile, users, view_as

USERS, GROUPS = "setup/settings/users/", "setup/settings/groups/"

app_name = "accounts"
urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("invitation/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
    # users
    path(USERS, users.user_list, name="user_list"),
    path(f"{USERS}new/", invitations.user_invite, name="user_invite"),
    path(f"{USERS}invitations/", invitations.invitation_list, name="invitation_list"),
    path(f"{USERS}invitations/<int:pk>/resend/", invitations.invitation_resend, name="invitation_resend"),
    path(f"{USERS}invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path(f"{USERS}<int:pk>/", users.user_detail, name="user_detail"),
    path(f"{USERS}<int:pk>/edit/", users.user_edit, name="user_edit"),
    path(f"{USERS}<int:pk>/deactivate/", users.user_deactivate, name="user_deactivate"),
    path(f"{USERS}<int:pk>/activate/", users.user_activate, name="user_activate"),
    path(f"{USERS}<int:pk>/send-reset/", users.user_send_reset, name="user_send_reset"),
    path(f"{USERS}<int:pk>/view-as/", view_as.view_as_start, name="view_as_start"),
    path("view-as/end/", view_as.view_as_end, name="view_as_end"),
    # groups
    path(GROUPS, groups.group_list, name="group_list"),
    path(f"{GROUPS}new/", groups.group_create, name="group_create"),
    path(
        f"{GROUPS}create-default-reseller/", groups.group_create_default_reseller, name="group_create_default_reseller"
    ),
    path(f"{GROUPS}<int:pk>/", groups.group_detail, name="group_detail"),
    path(f"{GROUPS}<int:pk>/edit/", groups.group_edit, name="group_edit"),
    path(f"{GROUPS}<int:pk>/clone/", groups.group_clone, name="group_clone"),
    path(f"{GROUPS}<int:pk>/deactivate/", groups.group_deactivate, name="group_deactivate"),
    path(f"{GROUPS}<int:pk>/activate/", groups.group_activate, name="group_activate"),
    path(f"{GROUPS}<int:pk>/delete/", groups.group_delete, name="group_delete"),
    # information: trail, jobs, outbox
    path("", include("accounts.urls_information")),
]
