"""Cards, who may use them, and their revisions for support; never the packed prices themselves."""

from django.contrib import admin

from accounts import access
from accounts.admin_site import AuditAdmin, site
from ratecards.models import CardAssignment, CardGrant, CardPrivate, Carrier, RateCard, Revision, RevisionPrivate


@admin.register(Carrier, site=site)
class CarrierAdmin(AuditAdmin):
    right = "carrier.view"
    fields = ("name", "owner", "status", "currency", "notes", "created_at")
    list_display = ("name", "owner", "status", "currency", "created_at")
    list_filter = ("status",)
    list_select_related = ("owner",)
    search_fields = ("^name",)


def of_seen_kinds(request, rows, path: str):
    """Only rows of the kinds of card whose right the reader holds."""
    kinds = [kind for kind, _ in RateCard.KINDS if access.may(request.user, f"{kind}_card.view")]
    return rows.filter(**{f"{path}kind__in": kinds})


@admin.register(RateCard, site=site)
class RateCardAdmin(AuditAdmin):
    right = "customer_card.view"
    fields = ("code", "owner", "kind", "public_name", "public_notes", "currency", "direction", "presentation", "dialling",
              "price_precision", "price_rounding", "charge_precision", "charge_rounding", "duration_rounding",
              "created_at", "archived_at")  # fmt: skip
    list_display = ("code", "public_name", "owner", "kind", "currency", "created_at", "archived_at")
    list_filter = ("kind",)
    list_select_related = ("owner",)
    search_fields = ("^code", "^public_name")

    def get_queryset(self, request):
        return of_seen_kinds(request, super().get_queryset(request), "")


@admin.register(CardPrivate, site=site)
class CardPrivateAdmin(AuditAdmin):
    right = "customer_card.view"
    fields = ("card", "owner", "name", "notes", "carrier", "compact", "collapse", "increments", "shrink")
    list_display = ("name", "card", "owner", "carrier", "compact", "increments")
    ordering = ("card",)
    list_select_related = ("card", "owner", "carrier")
    search_fields = ("^name", "^card__code")

    def get_fields(self, request, obj=None):
        return [name for name in self.fields if name != "carrier" or access.may(request.user, "carrier.view")]

    def get_list_display(self, request):
        return [name for name in self.list_display if name != "carrier" or access.may(request.user, "carrier.view")]

    def get_queryset(self, request):
        return of_seen_kinds(request, super().get_queryset(request), "card__")


@admin.register(CardAssignment, site=site)
class CardAssignmentAdmin(AuditAdmin):
    right = "customer_card.view"
    fields = list_display = ("card", "owner", "company", "started_at", "ended_at")
    list_select_related = ("card", "owner", "company")
    search_fields = ("^card__code",)

    def get_queryset(self, request):
        return of_seen_kinds(request, super().get_queryset(request), "card__")


@admin.register(CardGrant, site=site)
class CardGrantAdmin(AuditAdmin):
    """The first lock's side of the assignments: which tenant group holds what on which card."""

    right = "customer_card.view"
    fields = list_display = ("group", "permission", "content_object")
    ordering = ("id",)
    list_select_related = ("group", "permission__content_type", "content_object")
    search_fields = ("^content_object__code",)

    def get_queryset(self, request):
        return of_seen_kinds(request, super().get_queryset(request), "content_object__")


@admin.register(Revision, site=site)
class RevisionAdmin(AuditAdmin):
    right = "customer_card.view"
    fields = ("card", "owner", "number", "state", "rows", "created_at")
    list_display = ("card", "number", "owner", "state", "rows", "created_at")
    list_filter = ("state",)
    list_select_related = ("card", "owner")
    search_fields = ("^card__code",)

    def get_queryset(self, request):
        return of_seen_kinds(request, super().get_queryset(request), "card__").defer("directory", "digest")


@admin.register(RevisionPrivate, site=site)
class RevisionPrivateAdmin(AuditAdmin):
    right = "customer_card.view"
    fields = list_display = ("revision", "owner", "source", "refused", "waived_by")
    ordering = ("revision",)
    list_select_related = ("revision__card", "owner")
    search_fields = ("^revision__card__code",)

    def get_queryset(self, request):
        return of_seen_kinds(request, super().get_queryset(request), "revision__card__").defer(
            "revision__directory", "revision__digest", "report"
        )
