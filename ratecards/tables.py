"""Whose rows cards, prices and rules are: always the owner's own; an assignment opens the public face for reading."""

from accounts.rowsecurity import COMPANY
from accounts.tenancy import register
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
    ImportTemplate,
    ProfitRule,
    RateCard,
    Revision,
    RevisionPrivate,
)

register.grants["card"] = (RateCard, "use_ratecard")

CARDS = ("provider_card.view", "customer_card.view")
IMPORTS = ("provider_card.import_rates", "customer_card.import_rates")
ASSIGNED = f"id IN (SELECT card_id FROM ratecards_cardassignment WHERE company_id = {COMPANY} AND ended_at IS NULL)"
OPEN_CARDS = "nullif(current_setting('app.cards', true), '')::bigint[]"
OPEN_REVISIONS = "nullif(current_setting('app.revisions', true), '')::bigint[]"
PUBLIC = ("public_name", "public_notes", "currency", "direction", "presentation", "dialling", "price_precision", "price_rounding",
          "charge_precision", "charge_rounding", "duration_rounding", "archived_at")  # fmt: skip

# Carriers and what they ask are the master's; a company below has customer cards and what is assigned to it.
register.add(
    Carrier, paths=("owner",), view=("carrier.view",), insert=True, update=("name", "status", "currency", "notes"),
    writers=("acl_master",),
)
register.add(
    RateCard, paths=("owner",), view=CARDS, cards="pk", also=ASSIGNED, insert=True, update=PUBLIC, check="kind = 'customer'",
)
register.add(
    CardPrivate, paths=("owner",), view=CARDS, insert=True,
    update=("name", "notes", "carrier_id", "compact", "collapse", "increments", "shrink", "vanish_limit",
            "jump_limit"),
)
register.add(CardAssignment, paths=("owner", "company"), view=CARDS, insert=True, update=("ended_at",))
register.add(CardGrant, also=f"group_id = (SELECT tenant_group_id FROM resellers_company WHERE id = {COMPANY})")
register.add(CardParent, paths=("owner",), view=("customer_card.view",), insert=True, update=("position",), delete=True)
register.add(
    ProfitRule, paths=("owner",), view=("profit_rule.view",), insert=True,
    update=("position", "match", "type", "value", "status"), delete=True,
)
register.add(
    Revision, paths=("owner",), view=CARDS, cards="card", also=f"id = ANY ({OPEN_REVISIONS})", insert=True,
    update=("state", "rows", "directory", "digest"), delete=True,
)
register.add(
    RevisionPrivate, paths=("owner",), view=CARDS, insert=True, delete=True,
    update=("source", "job", "build_key", "report", "refused", "waived_by", "corrected", "released_by"),
)
register.add(
    ImportTemplate, paths=("owner",), view=IMPORTS, insert=True, update=("layout", "header"), delete=True,
)
register.add(Activation, paths=("owner",), view=CARDS, cards="card", also=f"revision_id = ANY ({OPEN_REVISIONS})", insert=True)
# Without the cancellations of what it sees a company would take an announcement that was withdrawn for one that holds.
register.add(Cancellation, paths=("owner",), view=CARDS, cards="card", also=f"card_id = ANY ({OPEN_CARDS})", insert=True)
# Chunks need an opened card even of the owner, and never more than the one at hand.
register.add(Chunk, paths=("owner",), view=CARDS, cards="card", also=f"card_id = ANY ({OPEN_CARDS})", insert=True, delete=True)
register.add(
    DraftRow, paths=("owner",), view=("customer_card.view", "provider_card.view"), insert=True, delete=True,
    update=("name", "cost", "inter", "intra", "connect", "mcd", "pulse", "grace", "blocked", "removed"),
)
