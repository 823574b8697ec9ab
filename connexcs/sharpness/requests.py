"""Guards of a request: the unit of work, forms, view-as, headers, files and what is exported."""

from connexcs.sharpness.patch import Patch, edit

MIDDLEWARE, VIEWING, SAVING = "accounts/middleware.py", "accounts/viewing.py", "accounts/saving.py"
VIEW_AS, SETTINGS = "accounts/services/view_as.py", "connexcs/settings.py"
GUARDS = "tests/access/test_request_guards.py"
BEGIN, END, READ_ONLY = "tests/view_as/test_begin.py", "tests/view_as/test_end.py", "tests/view_as/test_read_only.py"
CARD_NOT_MINE = "if card.owner_id != actor.company_id or not access.may(actor, right):"
STALE = "tests/accounts/test_stale_form.py"
EXPORT = "tests/ratecards/test_exports.py"

PATCHES = [
    Patch(
        "get-reads-only", "a GET may write in the database", (f"{GUARDS}::test_reading_is_read_only_in_the_database",),
        edit(MIDDLEWARE, "read_only=request.method in READING,", "read_only=False,"),
    ),
    Patch(
        "known-methods", "a method that no screen has is taken for reading",
        ("tests/isolation/test_methods.py::test_a_method_that_no_screen_has_is_not_taken_for_reading",),
        edit("accounts/access.py", "if request.method not in METHODS:", "if False:"),
    ),
    Patch(
        "undeclared-view", "a view that declares nothing opens for everybody", (f"{GUARDS}::test_a_view_that_declares_nothing_opens_for_nobody",),
        edit(MIDDLEWARE, "if kind is None:", 'kind = kind or "public"\n        if kind is None:'),
    ),
    Patch(
        "undeclared-check", "a view that declares nothing passes the start-up check", (f"{GUARDS}::test_a_view_that_declares_nothing_opens_for_nobody",),
        edit("accounts/checks.py", 'if namespaces[:1] != ("admin",) and getattr(', "if False and getattr("),
    ),
    Patch(
        "anonymous", "who is not signed in is not sent to the login", ("tests/resellers/test_foreign_tenant.py::test_anonymous_is_sent_to_login",),
        edit(MIDDLEWARE, "        if not request.user.is_authenticated:\n            return redirect_to_login", "        if False:\n            return redirect_to_login"),
    ),
    Patch(
        "refused-rolls-back", "what a refused request wrote is kept", (f"{GUARDS}::test_what_a_refused_request_wrote_is_gone",),
        edit(MIDDLEWARE, "if request.failed or response.status_code >= 400:", "if request.failed:"),
    ),
    Patch(
        "failed-rolls-back", "what a request wrote before it was denied is kept", (f"{GUARDS}::test_what_was_written_before_a_denial_is_gone",),
        (*edit(MIDDLEWARE, "        request.failed = True\n", ""),
         *edit(MIDDLEWARE, "if request.failed or response.status_code >= 400:", "if request.failed:")),
    ),
    Patch(
        "deferred-law", "deferred law is not asked before the answer", (f"{GUARDS}::test_deferred_law_is_asked_before_the_answer",),
        edit(MIDDLEWARE, "elif request.unit and not request.unit.read_only:", "elif False:"),
    ),
    Patch(
        "no-rights-page", "who holds nothing is let on to identity and shared pages", ("tests/accounts/test_login.py::test_user_of_inactive_groups_sees_only_the_page_that_says_so",),
        edit(MIDDLEWARE, "if not access.rights_of(request.user).held:", "if False:"),
    ),
    Patch(
        "no-store", "pages of the panel may be kept by a cache", (f"{GUARDS}::test_every_answer_carries_its_headers",),
        edit(MIDDLEWARE, '        response.setdefault("Cache-Control", "private, no-store")\n', ""),
    ),
    Patch(
        "content-policy", "no content security policy is sent", (f"{GUARDS}::test_every_answer_carries_its_headers",),
        edit(SETTINGS, '    "csp.middleware.CSPMiddleware",\n', ""),
    ),
    Patch(
        "framing", "other sites may frame the panel", (f"{GUARDS}::test_every_answer_carries_its_headers",),
        (*edit(SETTINGS, '    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n', ""),
         *edit(SETTINGS, '        "frame-ancestors": [NONE],\n', "")),
    ),
    Patch(
        "csrf", "a form of another site is taken", (f"{GUARDS}::test_a_form_of_another_site_is_refused",),
        edit(SETTINGS, '    "django.middleware.csrf.CsrfViewMiddleware",\n', ""),
    ),
    Patch(
        "stale-form", "a form undoes what its sender has not seen", (f"{STALE}::test_name_changed_meanwhile_is_not_changed_back",),
        edit(SAVING, "if form.cleaned_data.pop(SEEN, None) != now:", 'if form.cleaned_data.pop(SEEN, None) == "":'),
    ),
    Patch(
        "stale-form-bare", "a form that does not say what it showed is taken", (f"{STALE}::test_form_without_what_it_showed_is_refused",),
        edit(SAVING, "if form.cleaned_data.pop(SEEN, None) != now:", 'if form.cleaned_data.pop(SEEN, None) not in (now, None, ""):'),
    ),
    Patch(
        "refused-service", "a refused service leaves what it wrote", ("tests/access/test_saving.py",),
        edit(SAVING, '"""\n    try:\n        with transaction.atomic():\n            result = service(*args, **values)\n'
                     "            acl.settle()\n            return result or True",
             '"""\n    try:\n        if True:\n            result = service(*args, **values)\n'
             "            acl.settle()\n            return result or True"),
    ),
    Patch(
        "view-as-method", "view-as sends writes on to the views", (f"{READ_ONLY}::test_every_write_on_every_route_is_refused_in_words_and_writes_nothing",),
        edit(VIEWING, "if request.method not in READING:", "if False:"),
    ),
    Patch(
        "view-as-identity", "view-as opens password, second factor and sessions of the person", (f"{READ_ONLY}::test_identity_pages_of_the_person_stay_shut",),
        edit(VIEWING, 'if getattr(view, "access_kind", None) == access.IDENTITY:', "if False:"),
    ),
    Patch(
        "view-as-right", "who lacks the right borrows eyes", (f"{BEGIN}::test_nobody_else_looks_through_anybodys_eyes",),
        edit(VIEW_AS, "return access.may(actor, RIGHT) and access.rights_of(actor).held >= READING", "return True"),
    ),
    Patch(
        "view-as-reading", "who may read less than the person looks through his eyes", (f"{BEGIN}::test_viewer_must_be_allowed_to_read_all_that_a_reseller_may",),
        edit(VIEW_AS, "return access.may(actor, RIGHT) and access.rights_of(actor).held >= READING", "return access.may(actor, RIGHT)"),
    ),
    Patch(
        "view-as-target", "staff and inactive people can be viewed", (f"{BEGIN}::test_staff_flag_alone_shuts_a_person_out", f"{BEGIN}::test_own_people_inactive_and_shut_out_ones_are_no_targets"),
        edit(VIEW_AS, "return user.is_active and not (user.is_staff or user.is_superuser)", "return True"),
    ),
    Patch(
        "view-as-keys", "an old cookie lives on through a look", (f"{END}::test_cookies_of_before_and_of_within_are_dead",),
        edit(VIEWING, "    request.session.cycle_key()\n", ""),
    ),
    Patch(
        "view-as-token", "a form of one pair of eyes is taken from the other", (f"{END}::test_form_of_one_pair_of_eyes_is_refused_by_the_other",),
        edit(VIEWING, "    rotate_token(request)\n", ""),
    ),
    Patch(
        "view-as-over", "a request into a look that ended is done as the viewer", (f"{END}::test_half_an_hour_ends_it", f"{END}::test_what_is_posted_into_a_look_that_ended_is_not_done_as_the_viewer"),
        edit(VIEWING, "                return over(request)\n", "                return self.get_response(request)\n"),
    ),
    Patch(
        "view-as-download", "a download outlives the look", (f"{END}::test_download_goes_on_no_longer_than_the_look",),
        edit("accounts/acl.py", "real_id = (real or user.viewer or user).pk", "real_id = (real or user).pk"),
    ),
    Patch(
        "view-as-logout", "logout leaves the look open", (f"{END}::test_logout_ends_it",),
        edit("accounts/adapters.py", '        viewing.end(request, "logged out")\n', ""),
    ),
    Patch(
        "upload-limit", "an upload of any size is kept", ("tests/ratecards_screens/test_card_import.py::test_too_large_a_file_is_refused_and_not_kept",),
        edit("accounts/files.py", "if size > settings.UPLOAD_LIMIT:", "if False:"),
    ),
    Patch(
        "upload-name", "an upload is kept under any name that is asked for", ("tests/ratecards/test_files.py",),
        edit("accounts/files.py", 'path = place(company, f"{uuid.UUID(str(key))}.upload")\n    except', 'path = place(company, f"{key}.upload")\n    except'),
    ),
    Patch(
        "inert-cells", "a cell of an export runs as a formula", (f"{EXPORT}::test_columns_are_the_known_ones_and_formulas_stay_text",),
        edit("ratecards/downloads/csv_file.py", "        inert(row.name),", "        row.name,"),
    ),
    Patch(
        "export-right", "a download needs no right to export", (f"{EXPORT}::test_export_needs_right_and_reach",),
        edit("ratecards/services/exports.py", '    if not access.may(actor, f"{queries.family_of(card, actor)}.export"):', "    if False:"),
    ),
    Patch(
        "card-owner", "a card of another company is changed by who has it", ("tests/ratecards/test_cards.py::test_card_of_another_company_is_not_changed_even_by_the_master",),
        edit("ratecards/services/guard.py", CARD_NOT_MINE, "if not access.may(actor, right):"),
    ),
    Patch(
        "card-right", "a card is changed without the right", ("tests/ratecards/test_builds.py::test_building_needs_its_right",),
        edit("ratecards/services/guard.py", CARD_NOT_MINE, "if card.owner_id != actor.company_id:"),
    ),
    Patch(
        "sort-columns", "a list is sorted by any column that the address names", ("tests/accounts/test_user_list.py::test_hidden_columns_cannot_be_sorted_by",),
        edit("accounts/lists.py", "        table.order_by = order\n", "        table.data.data = table.data.data.order_by(*order)\n"),
    ),
    Patch(
        "page-size", "the address says how many rows a page has", ("tests/access/test_request_log.py::test_a_page_size_from_the_address_is_ignored",),
        edit("accounts/lists.py", '"per_page": PER_PAGE,', '"per_page": int(request.GET.get("per_page", PER_PAGE)),'),
    ),
]  # fmt: skip
