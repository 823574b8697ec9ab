"""Guards of a request: the unit of work, forms, view-as, headers, files and what is exported."""

from connexcs.sharpness.patch import Patch, edit

MIDDLEWARE, VIEWING, SAVING = "accounts/middleware.py", "accounts/viewing.py", "accounts/saving.py"
VIEW_AS, SETTINGS = "accounts/services/view_as.py", "connexcs/settings.py"
GUARDS = "tests/access/test_request_guards.py"
BEGIN, END, READ_ONLY = "tests/view_as/test_begin.py", "tests/view_as/test_end.py", "tests/view_as/test_read_only.py"
CARD_NOT_MINE = "if card.owner_id != actor.company_id or not access.may(actor, right):"
EXPORT = "tests/ratecards/test_exports.py"

PATCHES = [
    Patch(
        "get-reads-only", "a GET may write in the database", (GUARDS,),
        edit(MIDDLEWARE, "read_only=request.method in READING,", "read_only=False,"),
    ),
    Patch(
        "undeclared-view", "a view that declares nothing opens for everybody", (GUARDS,),
        edit(MIDDLEWARE, "if kind is None:", 'kind = kind or "public"\n        if kind is None:'),
    ),
    Patch(
        "undeclared-check", "a view that declares nothing passes the start-up check", (GUARDS,),
        edit("accounts/checks.py", 'if namespaces[:1] != ("admin",) and getattr(', "if False and getattr("),
    ),
    Patch(
        "anonymous", "who is not signed in is not sent to the login", (GUARDS, "tests/resellers/test_foreign_tenant.py"),
        edit(MIDDLEWARE, "        if not request.user.is_authenticated:\n            return redirect_to_login", "        if False:\n            return redirect_to_login"),
    ),
    Patch(
        "refused-rolls-back", "what a refused request wrote is kept", (GUARDS,),
        edit(MIDDLEWARE, "if request.failed or response.status_code >= 400:", "if request.failed:"),
    ),
    Patch(
        "failed-rolls-back", "what a request wrote before it was denied is kept", (GUARDS,),
        (*edit(MIDDLEWARE, "        request.failed = True\n", ""),
         *edit(MIDDLEWARE, "if request.failed or response.status_code >= 400:", "if request.failed:")),
    ),
    Patch(
        "deferred-law", "deferred law is not asked before the answer", (GUARDS,),
        edit(MIDDLEWARE, "elif request.unit and not request.unit.read_only:", "elif False:"),
    ),
    Patch(
        "no-rights-page", "who holds nothing is let on to identity and shared pages", ("tests/accounts/test_login.py", GUARDS),
        edit(MIDDLEWARE, "if not access.rights_of(request.user).held:", "if False:"),
    ),
    Patch(
        "no-store", "pages of the panel may be kept by a cache", (GUARDS,),
        edit(MIDDLEWARE, '        response.setdefault("Cache-Control", "private, no-store")\n', ""),
    ),
    Patch(
        "content-policy", "no content security policy is sent", (GUARDS,),
        edit(SETTINGS, '    "csp.middleware.CSPMiddleware",\n', ""),
    ),
    Patch(
        "framing", "other sites may frame the panel", (GUARDS,),
        (*edit(SETTINGS, '    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n', ""),
         *edit(SETTINGS, '        "frame-ancestors": [NONE],\n', "")),
    ),
    Patch(
        "csrf", "a form of another site is taken", (GUARDS,),
        edit(SETTINGS, '    "django.middleware.csrf.CsrfViewMiddleware",\n', ""),
    ),
    Patch(
        "stale-form", "a form undoes what its sender has not seen", ("tests/accounts/test_stale_form.py",),
        edit(SAVING, "if form.cleaned_data.pop(SEEN, None) != now:", 'if form.cleaned_data.pop(SEEN, None) == "":'),
    ),
    Patch(
        "stale-form-bare", "a form that does not say what it showed is taken", ("tests/accounts/test_stale_form.py",),
        edit(SAVING, "if form.cleaned_data.pop(SEEN, None) != now:", 'if form.cleaned_data.pop(SEEN, None) not in (now, None, ""):'),
    ),
    Patch(
        "refused-service", "a refused service leaves what it wrote", (GUARDS,),
        edit(SAVING, '"""\n    try:\n        with transaction.atomic():\n            result = service(*args, **values)\n'
                     "            acl.settle()\n            return result or True",
             '"""\n    try:\n        if True:\n            result = service(*args, **values)\n'
             "            acl.settle()\n            return result or True"),
    ),
    Patch(
        "view-as-method", "view-as sends writes on to the views", (READ_ONLY,),
        edit(VIEWING, "if request.method not in READING:", "if False:"),
    ),
    Patch(
        "view-as-identity", "view-as opens password, second factor and sessions of the person", (READ_ONLY,),
        edit(VIEWING, 'if getattr(view, "access_kind", None) == access.IDENTITY:', "if False:"),
    ),
    Patch(
        "view-as-right", "who lacks the right borrows eyes", (BEGIN,),
        edit(VIEW_AS, "return access.may(actor, RIGHT) and access.rights_of(actor).held >= READING", "return True"),
    ),
    Patch(
        "view-as-reading", "who may read less than the person looks through his eyes", (BEGIN, END),
        edit(VIEW_AS, "return access.may(actor, RIGHT) and access.rights_of(actor).held >= READING", "return access.may(actor, RIGHT)"),
    ),
    Patch(
        "view-as-target", "staff and inactive people can be viewed", (BEGIN,),
        edit(VIEW_AS, "return user.is_active and not (user.is_staff or user.is_superuser)", "return True"),
    ),
    Patch(
        "view-as-keys", "an old cookie lives on through a look", (END,),
        edit(VIEWING, "    request.session.cycle_key()\n", ""),
    ),
    Patch(
        "view-as-token", "a form of one pair of eyes is taken from the other", (END,),
        edit(VIEWING, "    rotate_token(request)\n", ""),
    ),
    Patch(
        "view-as-over", "a request into a look that ended is done as the viewer", (END,),
        edit(VIEWING, "                return over(request)\n", "                return self.get_response(request)\n"),
    ),
    Patch(
        "view-as-download", "a download outlives the look", (END,),
        edit("accounts/acl.py", "real_id = (real or user.viewer or user).pk", "real_id = (real or user).pk"),
    ),
    Patch(
        "view-as-logout", "logout leaves the look open", (END,),
        edit("accounts/adapters.py", '        viewing.end(request, "logged out")\n', ""),
    ),
    Patch(
        "upload-limit", "an upload of any size is kept", ("tests/ratecards_screens/test_card_import.py",),
        edit("ratecards/services/files.py", "if size > settings.UPLOAD_LIMIT:", "if False:"),
    ),
    Patch(
        "upload-name", "an upload is kept under any name that is asked for", ("tests/ratecards_screens/test_card_import.py", GUARDS),
        edit("ratecards/services/files.py", 'path = place(company, f"{uuid.UUID(str(key))}.upload")\n    except', 'path = place(company, f"{key}.upload")\n    except'),
    ),
    Patch(
        "inert-cells", "a cell of an export runs as a formula", (EXPORT, "tests/sheets/test_round_trip.py"),
        edit("ratecards/services/exports.py", '"name": inert(row.name)', '"name": row.name'),
    ),
    Patch(
        "export-right", "a download needs no right to export", (EXPORT, "tests/ratecards_screens/test_card_rates.py"),
        edit("ratecards/services/exports.py", '    if not access.may(actor, f"{queries.family_of(card, actor)}.export"):', "    if False:"),
    ),
    Patch(
        "card-owner", "a card of another company is changed by who has it", ("tests/ratecards/test_cards.py",),
        edit("ratecards/services/guard.py", CARD_NOT_MINE, "if not access.may(actor, right):"),
    ),
    Patch(
        "card-right", "a card is changed without the right", ("tests/ratecards/test_cards.py", "tests/ratecards/test_builds.py"),
        edit("ratecards/services/guard.py", CARD_NOT_MINE, "if card.owner_id != actor.company_id:"),
    ),
    Patch(
        "sort-columns", "a list is sorted by any column that the address names", ("tests/accounts/test_user_list.py",),
        edit("accounts/lists.py", "        table.order_by = order\n", "        table.data.data = table.data.data.order_by(*order)\n"),
    ),
    Patch(
        "page-size", "the address says how many rows a page has", ("tests/access/test_request_log.py",),
        edit("accounts/lists.py", '"per_page": PER_PAGE,', '"per_page": int(request.GET.get("per_page", PER_PAGE)),'),
    ),
]  # fmt: skip
