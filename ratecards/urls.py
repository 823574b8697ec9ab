"""Routes of carriers, rate cards and prices."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from ratecards.views import (
    assignments,
    builds,
    bulk,
    bulk_builds,
    cards,
    carriers,
    comparing,
    copies,
    decks,
    drafts,
    exchange_rates,
    explain,
    imports,
    lists,
    prefix_sets,
    rates,
    revisions,
    rules,
    search,
)

app_name = "ratecards"


class CardCode(StringConverter):
    """What a code of a card looks like; anything else is no address of the panel."""

    regex = "[A-Za-z0-9_]{4}-[A-Za-z0-9_]{4}"


register_converter(CardCode, "code")

CARRIERS = "management/carriers/"
CARDS = "management/rate-cards/"
CARD = CARDS + "<code:code>/"
SETS = "setup/advanced/prefix-sets/"
REVISION = CARD + "revisions/<int:number>/"

EXCHANGE = "setup/settings/exchange-rates/"

exchange_urls = [
    path(EXCHANGE, exchange_rates.exchange_rate_list, name="exchange_rate_list"),
    path(EXCHANGE + "new/", exchange_rates.exchange_rate_create, name="exchange_rate_create"),
]

carrier_urls = [
    path(CARRIERS, carriers.carrier_list, name="carrier_list"),
    path(CARRIERS + "new/", carriers.carrier_create, name="carrier_create"),
    path(CARRIERS + "<int:pk>/", carriers.carrier_edit, name="carrier_edit"),
]

prefix_set_urls = [
    path(SETS, prefix_sets.prefix_set_list, name="prefix_set_list"),
    path(SETS + "new/", prefix_sets.prefix_set_create, name="prefix_set_create"),
    path(SETS + "<int:pk>/", prefix_sets.prefix_set_detail, name="prefix_set_detail"),
    path(SETS + "<int:pk>/edit/", prefix_sets.prefix_set_edit, name="prefix_set_edit"),
    path(SETS + "<int:pk>/delete/", prefix_sets.prefix_set_delete, name="prefix_set_delete"),
]

list_urls = [
    path(CARDS + "provider/", lists.provider_card_list, name="provider_card_list"),
    path(CARDS + "provider/new/", cards.provider_card_create, name="provider_card_create"),
    path(CARDS + "customer/", lists.customer_card_list, name="customer_card_list"),
    path(CARDS + "customer/new/", cards.customer_card_create, name="customer_card_create"),
    path(CARDS + "customer/build/", bulk_builds.bulk_build, name="bulk_build"),
    path(CARDS + "customer/build/<uuid:bulk>/", bulk_builds.bulk_build_status, name="bulk_build_status"),
    path(CARDS + "change/", copies.card_many, name="card_many"),
    path(CARDS + "search/", search.rate_search, name="rate_search"),
    path(CARDS + "search/download/", search.search_download, name="search_download"),
]

card_urls = [
    path(CARD, cards.card_detail, name="card_detail"),
    path(CARD + "rates/", rates.card_rates, name="card_rates"),
    path(CARD + "rate/", rates.card_rate, name="card_rate"),
    path(CARD + "compare/", comparing.card_compare, name="card_compare"),
    path(CARD + "compare/download/", comparing.compare_download, name="compare_download"),
    path(CARD + "properties/", cards.card_properties, name="card_properties"),
    path(CARD + "clone/", copies.card_clone, name="card_clone"),
    path(CARD + "archive/", cards.card_archive, name="card_archive"),
    path(CARD + "profits/", rules.card_profits, name="card_profits"),
    path(CARD + "profits/new/", rules.profit_create, name="profit_create"),
    path(CARD + "profits/match/", rules.profit_match, name="profit_match"),
    path(CARD + "profits/<int:pk>/", rules.profit_edit, name="profit_edit"),
    path(CARD + "profits/<int:pk>/move/", rules.profit_move, name="profit_move"),
    path(CARD + "profits/<int:pk>/delete/", rules.profit_delete, name="profit_delete"),
    path(CARD + "build/", builds.card_build, name="card_build"),
    path(CARD + "build/preview/", builds.build_preview, name="build_preview"),
    path(CARD + "explain/", explain.card_explain, name="card_explain"),
    path(CARD + "jobs/<uuid:key>/", builds.card_job, name="card_job"),
    path(CARD + "assignments/", assignments.card_assignments, name="card_assignments"),
    path(CARD + "assignments/new/", assignments.assignment_create, name="assignment_create"),
    path(CARD + "assignments/<int:pk>/end/", assignments.assignment_end, name="assignment_end"),
    path(CARD + "import/", imports.card_import, name="card_import"),
    path(CARD + "import/<uuid:upload>/", imports.import_preview, name="import_preview"),
    path(CARD + "import/<uuid:upload>/deck/", decks.import_deck, name="import_deck"),
    path(CARD + "import/<uuid:upload>/deck/read/", decks.deck_preview, name="deck_preview"),
    path(CARD + "import/<uuid:upload>/deck/drop/", decks.deck_drop, name="deck_drop"),
    path(CARD + "import/tried/<uuid:key>/", imports.import_confirm, name="import_confirm"),
    path(CARD + "import/templates/<int:pk>/delete/", imports.template_delete, name="template_delete"),
]

revision_urls = [
    path(CARD + "revisions/", revisions.card_revisions, name="card_revisions"),
    path(CARD + "revisions/new/", revisions.revision_draft, name="revision_draft"),
    path(CARD + "revisions/roll-back/", revisions.revision_roll_back, name="revision_roll_back"),
    path(CARD + "revisions/activations/<int:pk>/cancel/", revisions.activation_cancel, name="activation_cancel"),
    path(REVISION, revisions.card_revision, name="card_revision"),
    path(REVISION + "rates/", drafts.draft_rates, name="draft_rates"),
    path(REVISION + "rates/row/", drafts.draft_rate, name="draft_rate"),
    path(REVISION + "rates/paste/", bulk.draft_paste, name="draft_paste"),
    path(REVISION + "rates/bulk/", bulk.draft_bulk, name="draft_bulk"),
    path(REVISION + "rates/remove/", drafts.draft_remove, name="draft_remove"),
    path(REVISION + "rates/undo/", drafts.draft_undo, name="draft_undo"),
    path(REVISION + "publish/", revisions.revision_publish, name="revision_publish"),
    path(REVISION + "activate/", revisions.revision_activate, name="revision_activate"),
    path(REVISION + "archive/", revisions.revision_archive, name="revision_archive"),
    path(REVISION + "restore/", revisions.revision_restore, name="revision_restore"),
    path(REVISION + "delete/", revisions.revision_delete, name="revision_delete"),
    path(REVISION + "waive/", revisions.revision_waive, name="revision_waive"),
    path(REVISION + "release/", revisions.revision_release, name="revision_release"),
    path(REVISION + "correct/", imports.revision_correct, name="revision_correct"),
    path(REVISION + "refused/", revisions.revision_refused, name="revision_refused"),
    path(REVISION + "download/", rates.card_download, name="card_download"),
]

urlpatterns = exchange_urls + carrier_urls + prefix_set_urls + list_urls + card_urls + revision_urls
