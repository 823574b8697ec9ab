"""Guards of the first lock: who holds which right, and which rows the application shows."""

from connexcs.sharpness.patch import Patch, edit

ACCESS, RIGHTS = "accounts/access.py", "accounts/rights.py"
FIRST_LOCK, VECTORS = "tests/access/test_first_lock.py", "tests/accounts/test_rights.py"
ADMIN = "tests/admin/test_admin.py"
UNIT, ENTERING = "tests/access/test_unit_of_work.py", "tests/access/test_entering.py"

PATCHES = [
    Patch(
        "screen-right", "a screen opens without its right",
        ("tests/resellers/test_dashboard.py", "tests/resellers/test_customer_create.py", "tests/test_every_url.py"),
        edit(ACCESS, "if not any(may(request.user, right) for right in wanted):", "if False:"),
    ),
    Patch(
        "visible-right", "rows are shown without the right to see them", (FIRST_LOCK, UNIT),
        edit(ACCESS, "if not any(may(user, one) for one in needed):", "if False:"),
    ),
    Patch(
        "within-nothing", "the last line of the rule is everything instead of nothing", (FIRST_LOCK,),
        edit(ACCESS, "return rows or Q(pk__in=())", "return rows or Q()"),
    ),
    Patch(
        "ways-everything", "whoever has any grant is taken for the master", (FIRST_LOCK,),
        edit(ACCESS, "if reach.everything:", "if reach.own:"),
    ),
    Patch(
        "ways-own", "what is a company's own is shown to those above it too", (FIRST_LOCK,),
        edit(ACCESS, "ids = reach.companies if table.reach == SUBTREE else reach.own", "ids = reach.companies"),
    ),
    Patch(
        "ways-shared", "the master's groups are shown to resellers", (FIRST_LOCK,),
        edit(ACCESS, 'return {"every company may read it": Q(**dict(table.shared))}', 'return {"every company may read it": Q()}'),
    ),
    Patch(
        "ways-cards", "every card counts as granted", (FIRST_LOCK,),
        edit(ACCESS, '= Q(**{f"{table.cards}__any_of": reach.cards})', '= Q(**{f"{table.cards}__isnull": False})'),
    ),
    Patch(
        "told-actor", "what entering told of the actor is taken for anybody's", (f"{UNIT}::test_rights_are_asked_of_another_user_by_the_same_rule",),
        edit("accounts/acl.py", "return unit.told if unit is not None and unit.actor_id == user.pk else None", "return unit.told if unit is not None else None"),
    ),
    Patch(
        "told-refreshed", "what entering told is kept after a company was made", (f"{ENTERING}::test_after_a_company_was_made_all_is_asked_anew",),
        edit("accounts/acl.py", "        self.told = None\n", ""),
    ),
    Patch(
        "scope-shut", "who is shut out with his company keeps his rows", (FIRST_LOCK, "tests/access_report/test_explain.py"),
        edit(ACCESS, " or rights_of(user).shut:", ":"),
    ),
    Patch(
        "get-or-404", "one row is fetched past the rule", (FIRST_LOCK,),
        edit(ACCESS, "return visible(user, model, right).get(**lookup)", "return model._default_manager.get(**lookup)"),
    ),
    Patch(
        "get-or-404-alike", "another tenant's row answers otherwise than one that never was",
        (FIRST_LOCK, "tests/test_every_url.py"),
        edit(ACCESS, 'raise Http404(f"no {model._meta.verbose_name}") from None',
             "if model._default_manager.filter(**lookup).exists():\n"
             '            raise PermissionDenied("not yours") from None\n'
             '        raise Http404(f"no {model._meta.verbose_name}") from None'),
    ),
    Patch(
        "narrow", "the choices of a form are not narrowed", (FIRST_LOCK,),
        edit(ACCESS, "if isinstance(form_field, ModelChoiceField):", "if False:"),
    ),
    Patch(
        "still-visible", "a write may put a row out of the writer's sight", (FIRST_LOCK,),
        edit(ACCESS, "if not visible(user, type(thing), right).filter(pk=thing.pk).exists():", "if False:"),
    ),
    Patch(
        "ceiling", "a reseller's group gives what no reseller may hold", (VECTORS,),
        edit(RIGHTS, "return given & ceiling(kind)", "return given"),
    ),
    Patch(
        "deny-wins", "an empty row denies nothing", (VECTORS,),
        edit(RIGHTS, " for grant in grants if grant.area not in denied))", " for grant in grants))"),
    ),
    Patch(
        "new-area-closed", "a group's default covers areas it never knew", (VECTORS,),
        edit(RIGHTS, "elif area in known_areas and default_boxes:", "elif default_boxes:"),
    ),
    Patch(
        "row-replaces-default", "a group's row adds to its default instead of replacing it", (VECTORS,),
        edit(RIGHTS, "frozenset(rows[area]), True))", "frozenset(rows[area]) | (frozenset(default_boxes) if rows[area] else frozenset()), True))"),
    ),
    Patch(
        "inactive-group", "an inactive group gives its rights", (UNIT, "tests/accounts/test_end_group.py"),
        edit(RIGHTS, "if group.is_active and group.audience == kind]", "if group.audience == kind]"),
    ),
    Patch(
        "audience", "a group of the other audience gives its rights", (FIRST_LOCK,),
        (*edit(RIGHTS, "if group.is_active and group.audience == kind]", "if group.is_active]"),
         *edit(RIGHTS, "if (is_active or even_inactive) and one.audience == kind:", "if is_active or even_inactive:")),
    ),
    Patch(
        "inactive-user", "an inactive user holds his rights", (FIRST_LOCK,),
        (*edit(RIGHTS, "if (is_active or even_inactive) and one.audience == kind:", "if one.audience == kind:"),
         *edit(ACCESS, "if not user.is_authenticated or not user.is_active:\n        return rights.NONE",
               "if not user.is_authenticated:\n        return rights.NONE")),
    ),
    Patch(
        "shut-company", "a suspended company leaves its users their rights", (FIRST_LOCK, "tests/access_report/test_explain.py"),
        edit(RIGHTS, "frozenset() if one.shut and not even_shut else together", "together"),
    ),
    Patch(
        "catalogue-backend", "Django's permission questions are answered yes", (f"{FIRST_LOCK}::test_djangos_own_questions_are_answered_by_the_catalogue",),
        edit("accounts/backends.py", "return obj is None and right in access.rights.RIGHTS and access.may(user_obj, right)", "return True"),
    ),
    Patch(
        "admin-reads", "Django admin takes writes", ("tests/access/test_request_guards.py::test_django_admin_takes_no_write",),
        edit("accounts/admin_site.py", "if request.method not in READING and view != self.logout:", "if False:"),
    ),
    Patch(
        "admin-right", "Django admin opens without its right", (f"{ADMIN}::test_master_person_without_the_right_gets_403", f"{ADMIN}::test_reseller_gets_403_and_no_hint"),
        (*edit("accounts/admin_site.py", 'guarded = access.screen("support.view")(super().admin_view(view, cacheable))', "guarded = view"),),
    ),
]  # fmt: skip
