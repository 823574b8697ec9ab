"""What the trail calls a row: SQL over the row of a trigger, in the words that the screens use. {row} names the row."""

CARD = "(SELECT code FROM ratecards_ratecard WHERE id = {row}.card_id)"
REVISION = CARD + " || ' rev ' || {row}.number"
REVISION_OF = """(SELECT c.code || ' rev ' || r.number FROM ratecards_revision r
    JOIN ratecards_ratecard c ON c.id = r.card_id WHERE r.id = {row}.revision_id)"""
ACTIVATION = REVISION_OF + " || ' from ' || to_char({row}.live_from AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'"
CANCELLATION = """(SELECT c.code || ' rev ' || r.number FROM ratecards_activation a
    JOIN ratecards_revision r ON r.id = a.revision_id JOIN ratecards_ratecard c ON c.id = r.card_id
    WHERE a.id = {row}.activation_id)"""
PARENT = (
    CARD
    + """ || ' from ' || (SELECT c.code FROM ratecards_cardassignment a
    JOIN ratecards_ratecard c ON c.id = a.card_id WHERE a.id = {row}.assignment_id)"""
)
RULE = CARD + " || ' ' || coalesce(nullif({row}.match, ''), 'prefix set')"
