"""Whose rows cards, prices and rules are: always the owner's own; an assignment opens the public face for reading."""

from accounts.rowsecurity import COMPANY
from accounts.tenancy import SHARED, register
from ratecards.models import (
    Activation,
    Cancellation,
    CardAssignment,
    CardGrant,
    CardParent,
    CardPrivate,
    Carrier,
    Chunk,
    DraftRow,
    ExchangeRate,
    ImportTemplate,
    PrefixSet,
    ProfitRule,
    RateCard,
    Revision,
    RevisionPrivate,
)

register.grants["card"] = (RateCard, "use_ratecard")
register.assignments = CardAssignment

CARDS = ("provider_card.view", "customer_card.view")
IMPORTS = ("provider_card.import_rates", "customer_card.import_rates")
ASSIGNED = f"id IN (SELECT card_id FROM ratecards_cardassignment WHERE company_id = {COMPANY} AND ended_at IS NULL)"
# The key of card and owner is asked at COMMIT alone; what opens a card to a company may not stand for a moment before that.
OWN_CARD = f"EXISTS (SELECT FROM ratecards_ratecard c WHERE c.id = card_id AND c.owner_id = {COMPANY})"
OPEN_CARDS = "nullif(current_setting('app.cards', true), '')::bigint[]"
OPEN_REVISIONS = "nullif(current_setting('app.revisions', true), '')::bigint[]"
LISTED = f"""coalesce((SELECT true FROM ratecards_revision r WHERE r.card_id = ratecards_chunk.card_id AND r.id = ANY ({OPEN_REVISIONS})
    AND position(ratecards_chunk.digest IN r.directory) > 0 ORDER BY r.id DESC LIMIT 1), false)"""
PUBLIC = ("public_name", "public_notes", "currency", "direction", "presentation", "dialling", "price_precision", "price_rounding",
          "charge_precision", "charge_rounding", "duration_rounding", "source_countries", "destination_countries", "capped_rate",
          "public_options", "archived_at")  # fmt: skip

# Carriers and what they ask are the master's; a company below has customer cards and what is assigned to it.
register.add(
    Carrier,
    paths=("owner",),
    view=("carrier.view",),
    insert=True,
    update=("name", "status", "currency", "notes"),
    writers=("acl_master",),
)
register.add(
    RateCard,
    paths=("owner",),
    view=CARDS,
    cards="pk",
    also=ASSIGNED,
    insert=True,
    update=PUBLIC,
    check="kind = 'customer'",
)
register.add(
    CardPrivate, paths=("owner",), view=CARDS, insert=True,
    update=("name", "notes", "carrier_id", "compact", "collapse", "increments", "shrink", "uncovered_at_cost", "covered_by_all",
            "vanish_limit", "jump_limit"),
)  # fmt: skip
register.add(
    CardAssignment, paths=("owner", "company"), view=CARDS, insert=True, insert_check=OWN_CARD, update=("ended_at",)
)
register.add(CardGrant, also=f"group_id = (SELECT tenant_group_id FROM resellers_company WHERE id = {COMPANY})")
register.add(CardParent, paths=("owner",), view=("customer_card.view",), insert=True, update=("position",), delete=True)
register.add(
    ProfitRule,
    paths=("owner",),
    view=("profit_rule.view",),
    insert=True,
    update=(
        "position",
        "match",
        "prefix_set_id",
        "type",
        "value",
        "status",
        "columns",
        "mcd",
        "pulse",
        "decimals",
        "name",
        "connect",
    ),
    delete=True,
)
register.add(PrefixSet, paths=("owner",), view=("prefix_set.view",), insert=True, update=("name", "data"), delete=True)
# Everybody builds with the master's rates; the master alone appends to them.
register.add(ExchangeRate, reach=SHARED, view=("exchange_rate.view",), insert=True, writers=("acl_master",))
register.add(
    Revision,
    paths=("owner",),
    view=CARDS,
    cards="card",
    also=f"id = ANY ({OPEN_REVISIONS})",
    insert=True,
    update=("state", "rows", "directory", "digest"),
    delete=True,
)
register.add(
    RevisionPrivate,
    paths=("owner",),
    view=CARDS,
    insert=True,
    delete=True,
    update=("source", "job", "build_key", "report", "refused", "waived_by", "corrected", "held", "released_by"),
)
register.add(
    ImportTemplate,
    paths=("owner",),
    view=IMPORTS,
    insert=True,
    update=("layout", "header"),
    delete=True,
)
register.add(
    Activation,
    paths=("owner",),
    view=CARDS,
    cards="card",
    also=f"revision_id = ANY ({OPEN_REVISIONS})",
    insert=True,
    insert_check=OWN_CARD,
)
# Without the cancellations of what it sees a company would take an announcement that was withdrawn for one that holds.
register.add(
    Cancellation,
    paths=("owner",),
    view=CARDS,
    cards="card",
    insert=True,
    insert_check=OWN_CARD,
    also=f"card_id = ANY ({OPEN_CARDS}) AND activation_id IN (SELECT id FROM ratecards_activation WHERE revision_id = ANY ({OPEN_REVISIONS}))",
)
# Of an assigned card only what a revision that the company sees is made of; the newest is asked first, it is wanted most.
register.add(
    Chunk,
    paths=("owner",),
    view=CARDS,
    cards="card",
    also=f"card_id = ANY ({OPEN_CARDS}) AND {LISTED}",
    insert=True,
    delete=True,
)
register.add(
    DraftRow,
    paths=("owner",),
    view=("customer_card.view", "provider_card.view"),
    insert=True,
    delete=True,
    update=("name", "cost", "inter", "intra", "connect", "mcd", "pulse", "grace", "blocked", "removed"),
)
