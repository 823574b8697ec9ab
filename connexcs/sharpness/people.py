"""Guards of services: who manages whom, what an invitation is worth, and how jobs keep their claim."""

from connexcs.sharpness.patch import Patch, edit

USERS, GROUPS, INVITATIONS = (f"accounts/services/{name}.py" for name in ("users", "groups", "invitations"))
WORK, RUNNER, QUEUE = (f"accounts/jobs/{name}.py" for name in ("work", "runner", "queue"))
CHANGE_USER, CHANGE_GROUP = "tests/accounts/test_change_user.py", "tests/accounts/test_change_group.py"
ABOVE, INVITE = "tests/accounts/test_people_above.py", "tests/accounts/test_invite_user.py"
LAST, RUN = "tests/accounts/test_last_administrator.py", "tests/jobs/test_run_job.py"

PATCHES = [
    Patch(
        "superior", "people with more rights are managed", (ABOVE, CHANGE_USER),
        edit(USERS, "return user.pk == actor.pk or rights.potential(user).held <= access.rights_of(actor).held", "return True"),
    ),
    Patch(
        "own-groups", "somebody changes his own groups", (CHANGE_USER,),
        edit(USERS, 'if user.pk == actor.pk:\n        raise PermissionDenied("nobody changes', 'if False:\n        raise PermissionDenied("nobody changes'),
    ),
    Patch(
        "own-deactivation", "somebody shuts his own account", (CHANGE_USER,),
        edit(USERS, 'if user.pk == actor.pk:\n        raise PermissionDenied("nobody deactivates', 'if False:\n        raise PermissionDenied("nobody deactivates'),
    ),
    Patch(
        "no-group", "a user is left without a group", (CHANGE_USER,),
        edit(USERS, "    if not wanted:\n", "    if False:\n"),
    ),
    Patch(
        "groups-to-give", "a group is given that the actor may not give", (CHANGE_USER,),
        edit(USERS, "if not wanted - present <= set(", "if False and set("),
    ),
    Patch(
        "denial-kept", "a denial is taken away by who lacks the rights behind it", (ABOVE, CHANGE_USER),
        edit(USERS, "if not denied - rights.potential(user).denied <= access.rights_of(actor).held:", "if False:"),
    ),
    Patch(
        "last-administrator", "a company shuts itself out", (LAST,),
        edit(USERS, "if not any(needed <= one.held for one in rights.resolve_all(people).values()):", "if False:"),
    ),
    Patch(
        "support-no-administrator", "a support auditor counts as administrator", (LAST,),
        edit(USERS, "filter(company=company, is_active=True, is_staff=False)", "filter(company=company, is_active=True)"),
    ),
    Patch(
        "sessions-end", "sessions of before come back with the account", (CHANGE_USER,),
        (*edit(USERS, "    for session in UserSession.objects.filter(user=user_id):\n        session.end()", "    return"),),
    ),
    Patch(
        "group-rights", "a group is given rights that its maker lacks", (CHANGE_GROUP,),
        edit(GROUPS, "    if lacking := widened - access.rights_of(actor).held:", "    if lacking := frozenset():"),
    ),
    Patch(
        "group-above", "a group that gives more than the actor has is touched", (ABOVE, CHANGE_GROUP),
        edit(GROUPS, "    if lacking := rights.of_group(role) - access.rights_of(actor).held:", "    if lacking := frozenset():"),
    ),
    Patch(
        "group-used", "a group that is used is deleted", (CHANGE_GROUP,),
        edit(GROUPS, "if role.group.user_set.exists() or role.invitations.exists():", "if False:"),
    ),
    Patch(
        "assignable-rights", "an invitation gives more than its sender has", (INVITE,),
        edit(INVITATIONS, "for role in roles if rights.of_group(role) <= held]", "for role in roles]"),
    ),
    Patch(
        "assignable-audience", "a reseller's user is offered a group of the master", (INVITE,),
        edit(INVITATIONS, "roles = roles.filter(audience=MASTER if company.is_master else RESELLER)", "pass"),
    ),
    Patch(
        "assignable-active", "an inactive group is given", (INVITE,),
        edit(INVITATIONS, "roles = Role.objects.filter(is_active=True)", "roles = Role.objects.all()"),
    ),
    Patch(
        "invitation-role", "the service takes a group that the form does not offer", (INVITE, "tests/resellers/test_reseller_users.py"),
        edit(INVITATIONS, "if not assignable_roles(actor, company).filter(pk=role.pk).exists():", "if False:"),
    ),
    Patch(
        "invitation-staff", "a reseller invites a support auditor", (INVITE,),
        edit(INVITATIONS, "if is_staff and not (company.is_master and actor.company_id == company.pk):", "if False:"),
    ),
    Patch(
        "invitation-above", "the invitation of a superior is replaced or withdrawn", (ABOVE,),
        edit(INVITATIONS, "return rights.of_group(invitation.role) <= access.rights_of(actor).held", "return True"),
    ),
    Patch(
        "invitation-older", "an older link stays alive beside the new one", (INVITE,),
        edit(INVITATIONS, "    older.update(withdrawn_at=timezone.now())\n", ""),
    ),
    Patch(
        "invitation-unbacked", "links outlive the rights of their sender", (INVITE, CHANGE_GROUP),
        edit(INVITATIONS, 'if "user.create" not in may or not rights.of_group(invitation.role) <= may:', "if False:"),
    ),
    Patch(
        "invitation-neutral", "the answer tells that an address has an account", (INVITE,),
        edit(INVITATIONS, "    older = Invitation.objects", "    if User.objects.filter(email=email).exists():\n"
             '        raise ValidationError({"email": "There is an account of this address."})\n    older = Invitation.objects'),
    ),
    Patch(
        "invitation-mail-neutral", "a known address gets a link instead of word of the attempt", (INVITE,),
        edit("accounts/services/mail.py", 'template = "invitation_known" if known else "invitation"', 'template = "invitation"'),
    ),
    Patch(
        "invitation-secret", "the secret of a link is stored", (INVITE,),
        edit(INVITATIONS, "return hashlib.sha256(token.encode()).digest()", "return token.encode()[:32]"),
    ),
    Patch(
        "invitation-spelling", "two spellings of one address pass for two", (INVITE,),
        edit(INVITATIONS, "email = email.strip().lower()", "email = email.strip()"),
    ),
    Patch(
        "own-company", "somebody changes his own company", ("tests/resellers/test_reseller_edit.py", "tests/resellers/test_reseller_status.py"),
        edit("resellers/services/companies.py", "if company.pk == actor.company_id:", "if False:"),
    ),
    Patch(
        "note-of-parent", "another company than the one above writes the note", ("tests/resellers/test_reseller_create.py", "tests/resellers/test_reseller_edit.py"),
        edit("resellers/services/companies.py", "    elif text:\n", "    elif False:\n"),
    ),
    Patch(
        "job-fence", "a stale worker writes on", (RUN,),
        (*edit(WORK, "fence=self.job.fence, state=Job.RUNNING)", "state=Job.RUNNING)"),
         *edit(WORK, "WHERE id = %s AND fence = %s AND state", "WHERE id = %s AND %s > 0 AND state")),
    ),
    Patch(
        "job-lease", "a running job is taken from its worker", (RUN,),
        edit(RUNNER, "OPEN = Q(state=Job.WAITING) | Q(state=Job.RUNNING, lease_until__lt=Now())", "OPEN = Q(state=Job.WAITING) | Q(state=Job.RUNNING)"),
    ),
    Patch(
        "job-retry", "the job of somebody with more rights is sent again", ("tests/jobs/test_job_screens.py",),
        edit(QUEUE, "return may_manage(job.actor, actor)", "return True"),
    ),
    Patch(
        "job-right", "a job of which the right was withdrawn writes", ("tests/ratecards/test_builds.py",),
        edit("ratecards/services/guard.py", "if card.owner_id != actor.company_id or not access.may(actor, right):", "if False:"),
    ),
    Patch(
        "proof-job", "the proof runs for somebody who is not the carrier's", ("tests/audit/test_access_proof.py",),
        edit("accounts/jobs/access_proof.py", "if not (unit.is_master and access.may(work.actor, RIGHT)):", "if False:"),
    ),
    Patch(
        "login-throttle", "passwords can be tried without end", ("tests/accounts/test_login.py",),
        edit("connexcs/settings.py", "ACCOUNT_SESSION_REMEMBER = False\n", 'ACCOUNT_SESSION_REMEMBER = False\nACCOUNT_RATE_LIMITS = {"login_failed": None}\n'),
    ),
    Patch(
        "login-inactive", "an inactive account logs in", ("tests/accounts/test_login.py", CHANGE_USER),
        edit("accounts/backends.py", "return user if user and self.user_can_authenticate(user) else None", "return user"),
    ),
    Patch(
        "sign-up", "anybody makes himself an account", ("tests/accounts/test_login.py",),
        (*edit("accounts/adapters.py", "return False", "return True"),
         *edit("accounts/urls_identity.py", "access.public(login.sign_up)", "access.public(account.signup)")),
    ),
    Patch(
        "second-factor-reset", "a reset password skips the second factor", ("tests/accounts/test_second_factor.py",),
        edit("connexcs/settings.py", 'MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]', "MFA_SUPPORTED_TYPES = []"),
    ),
]  # fmt: skip
