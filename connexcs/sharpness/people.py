"""Guards of services: who manages whom, what an invitation is worth, and how jobs keep their claim."""

from connexcs.sharpness.patch import Patch, edit

USERS, GROUPS, INVITATIONS = (f"accounts/services/{name}.py" for name in ("users", "groups", "invitations"))
WORK, RUNNER, QUEUE = (f"accounts/jobs/{name}.py" for name in ("work", "runner", "queue"))
CHANGE_USER, CHANGE_GROUP = "tests/accounts/test_change_user.py", "tests/accounts/test_change_group.py"
ABOVE, INVITE = "tests/accounts/test_people_above.py", "tests/accounts/test_invite_user.py"
LOGIN = "tests/accounts/test_login.py"
LAST, RUN = "tests/accounts/test_last_administrator.py", "tests/jobs/test_run_job.py"

PATCHES = [
    Patch(
        "superior", "people with more rights are managed", (f"{CHANGE_USER}::test_somebody_with_more_rights_cannot_be_managed", f"{ABOVE}::test_clerk_does_not_shut_the_administrators_out"),
        edit(USERS, "return user.pk == actor.pk or rights.potential(user).held <= access.rights_of(actor).held", "return True"),
    ),
    Patch(
        "own-groups", "somebody changes his own groups", (f"{CHANGE_USER}::test_nobody_changes_his_own_groups",),
        edit(USERS, 'if user.pk == actor.pk:\n        raise PermissionDenied("nobody changes', 'if False:\n        raise PermissionDenied("nobody changes'),
    ),
    Patch(
        "own-deactivation", "somebody shuts his own account", (f"{CHANGE_USER}::test_nobody_deactivates_himself",),
        edit(USERS, 'if user.pk == actor.pk:\n        raise PermissionDenied("nobody deactivates', 'if False:\n        raise PermissionDenied("nobody deactivates'),
    ),
    Patch(
        "no-group", "a user is left without a group", (f"{CHANGE_USER}::test_service_refuses_what_the_form_does_not_offer", f"{CHANGE_USER}::test_user_without_group_is_refused_on_the_field"),
        edit(USERS, "    if not wanted:\n", "    if False:\n"),
    ),
    Patch(
        "groups-to-give", "a group is given that the actor may not give", ("tests/accounts/test_groups_to_give.py",),
        edit(USERS, "if not wanted - present <= set(", "if False and set("),
    ),
    Patch(
        "denial-kept", "a denial is taken away by who lacks the rights behind it", (f"{CHANGE_USER}::test_leaving_a_group_that_denies_cannot_widen_beyond_the_actor", f"{ABOVE}::test_denial_of_rights_one_lacks_cannot_be_taken_from_somebody"),
        edit(USERS, "if not denied - rights.potential(user).denied <= access.rights_of(actor).held:", "if False:"),
    ),
    Patch(
        "last-administrator", "a company shuts itself out", (f"{LAST}::test_group_of_the_last_administrator_cannot_be_deactivated",),
        edit(USERS, "if not any(needed <= one.held for one in rights.resolve_all(people).values()):", "if False:"),
    ),
    Patch(
        "support-no-administrator", "a support auditor counts as administrator", (f"{LAST}::test_support_auditor_does_not_count_as_administrator",),
        edit(USERS, "filter(company=company, is_active=True, is_staff=False)", "filter(company=company, is_active=True)"),
    ),
    Patch(
        "sessions-end", "sessions of before come back with the account", (f"{CHANGE_USER}::test_deactivated_user_is_out_at_the_next_request_and_stays_out",),
        (*edit(USERS, "    for session in UserSession.objects.filter(user=user_id):\n        session.end()", "    return"),),
    ),
    Patch(
        "group-rights", "a group is given rights that its maker lacks", (f"{CHANGE_GROUP}::test_nobody_gives_a_right_he_lacks",),
        edit(GROUPS, "    if lacking := widened - access.rights_of(actor).held:", "    if lacking := frozenset():"),
    ),
    Patch(
        "group-above", "a group that gives more than the actor has is touched", (f"{ABOVE}::test_clerk_does_not_touch_a_group_that_gives_more_than_he_has",),
        edit(GROUPS, "    if lacking := rights.of_group(role) - access.rights_of(actor).held:", "    if lacking := frozenset():"),
    ),
    Patch(
        "group-used", "a group that is used is deleted", ("tests/accounts/test_end_group.py::test_used_group_cannot_be_deleted",),
        edit(GROUPS, "if role.group.user_set.exists() or role.invitations.exists():", "if False:"),
    ),
    Patch(
        "assignable-rights", "an invitation gives more than its sender has", (f"{INVITE}::test_assignable_groups_fit_audience_activity_and_own_rights",),
        edit(INVITATIONS, "for role in roles if rights.of_group(role) <= held]", "for role in roles]"),
    ),
    Patch(
        "assignable-audience", "a reseller's user is offered a group of the master", (f"{INVITE}::test_assignable_groups_fit_audience_activity_and_own_rights",),
        edit(INVITATIONS, "roles = roles.filter(audience=MASTER if company.is_master else RESELLER)", "pass"),
    ),
    Patch(
        "assignable-active", "an inactive group is given", (f"{INVITE}::test_assignable_groups_fit_audience_activity_and_own_rights",),
        edit(INVITATIONS, "roles = Role.objects.filter(is_active=True)", "roles = Role.objects.all()"),
    ),
    Patch(
        "invitation-role", "the service takes a group that the form does not offer", (f"{INVITE}::test_what_the_service_refuses_is_said_of_the_field",),
        edit(INVITATIONS, "if not assignable_roles(actor, company).filter(pk=role.pk).exists():", "if False:"),
    ),
    Patch(
        "invitation-staff", "a reseller invites a support auditor", (f"{INVITE}::test_what_the_service_refuses_is_said_of_the_field", f"{INVITE}::test_support_auditor_only_by_and_for_the_master"),
        edit(INVITATIONS, "if is_staff and not (company.is_master and actor.company_id == company.pk):", "if False:"),
    ),
    Patch(
        "invitation-above", "the invitation of a superior is replaced or withdrawn", (f"{ABOVE}::test_invitation_of_a_superior_cannot_be_replaced",),
        edit(INVITATIONS, "return rights.of_group(invitation.role) <= access.rights_of(actor).held", "return True"),
    ),
    Patch(
        "invitation-older", "an older link stays alive beside the new one", (f"{INVITE}::test_second_invitation_of_the_same_address_kills_the_first",),
        edit(INVITATIONS, "    older.update(withdrawn_at=timezone.now())\n", ""),
    ),
    Patch(
        "invitation-unbacked", "links outlive the rights of their sender", (f"{INVITE}::test_inviter_who_loses_the_right_loses_his_links",),
        edit(INVITATIONS, 'if "user.create" not in may or not rights.of_group(invitation.role) <= may:', "if False:"),
    ),
    Patch(
        "invitation-mail-neutral", "a known address gets a link instead of word of the attempt", (f"{INVITE}::test_known_address_gets_the_same_answer_and_another_mail",),
        edit("accounts/services/mail.py", 'template = "invitation_known" if known else "invitation"', 'template = "invitation"'),
    ),
    Patch(
        "invitation-secret", "the secret of a link is stored", (f"{INVITE}::test_invitation_is_mailed_and_only_its_hash_is_kept",),
        edit(INVITATIONS, "return hashlib.sha256(token.encode()).digest()", "return token.encode()[:32]"),
    ),
    Patch(
        "invitation-spelling", "two spellings of one address pass for two", ("tests/accounts/test_invitation_spelling.py",),
        edit(INVITATIONS, "email = email.strip().lower()", "email = email.strip()"),
    ),
    Patch(
        "own-company", "somebody changes his own company", ("tests/resellers/test_own_company.py",),
        edit("resellers/services/companies.py", "if company.pk == actor.company_id:", "if False:"),
    ),
    Patch(
        "note-of-parent", "another company than the one above writes the note", ("tests/resellers/test_reseller_create.py::test_a_note_is_kept_by_the_company_directly_above_alone",),
        edit("resellers/services/companies.py", "    elif text:\n", "    elif False:\n"),
    ),
    Patch(
        "job-fence", "a stale worker writes on", (f"{RUN}::test_a_claim_with_an_old_fence_writes_nothing",),
        (*edit(WORK, "fence=self.job.fence, state=Job.RUNNING)", "state=Job.RUNNING)"),
         *edit(WORK, "WHERE id = %s AND fence = %s AND state", "WHERE id = %s AND %s > 0 AND state")),
    ),
    Patch(
        "job-lease", "a running job is taken from its worker", (f"{RUN}::test_running_job_is_claimed_when_its_lease_is_over_and_not_before",),
        edit(RUNNER, "OPEN = Q(state=Job.WAITING) | Q(state=Job.RUNNING, lease_until__lt=Now())", "OPEN = Q(state=Job.WAITING) | Q(state=Job.RUNNING)"),
    ),
    Patch(
        "job-retry", "the job of somebody with more rights is sent again", ("tests/jobs/test_job_screens.py::test_job_of_somebody_with_more_rights_is_not_sent_again",),
        edit(QUEUE, "return may_manage(job.actor, actor)", "return True"),
    ),
    Patch(
        "job-right", "a job of which the right was withdrawn writes", ("tests/ratecards/test_builds.py::test_job_whose_actor_lost_the_right_writes_nothing",),
        edit("ratecards/services/guard.py", "if card.owner_id != actor.company_id or not access.may(actor, right):", "if False:"),
    ),
    Patch(
        "proof-job", "the proof runs for somebody who is not the carrier's", ("tests/audit/test_access_proof.py::test_job_of_a_reseller_is_refused_whoever_started_it",),
        edit("accounts/jobs/access_proof.py", "if not (unit.is_master and access.may(work.actor, RIGHT)):", "if False:"),
    ),
    Patch(
        "login-throttle", "passwords can be tried without end", (f"{LOGIN}::test_sixth_wrong_password_is_refused_without_asking",),
        edit("connexcs/settings.py", "ACCOUNT_SESSION_REMEMBER = False\n", 'ACCOUNT_SESSION_REMEMBER = False\nACCOUNT_RATE_LIMITS = {"login_failed": None}\n'),
    ),
    Patch(
        "login-inactive", "the session of an inactive account lives on",
        ("tests/access/test_request_guards.py::test_a_session_of_an_inactive_account_is_nobodys",),
        edit("accounts/backends.py", "return user if user and self.user_can_authenticate(user) else None", "return user"),
    ),
    Patch(
        "sign-up", "anybody makes himself an account", (f"{LOGIN}::test_nobody_can_sign_up",),
        (*edit("accounts/adapters.py", "return False", "return True"),
         *edit("accounts/urls_identity.py", "access.public(login.sign_up)", "access.public(account.signup)")),
    ),
    Patch(
        "second-factor", "nobody is asked for his second factor", ("tests/accounts/test_second_factor.py::test_second_factor_is_asked_at_login_and_on_the_trail",),
        edit("connexcs/settings.py", 'MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]', "MFA_SUPPORTED_TYPES = []"),
    ),
]  # fmt: skip
