"""What the database derives from cards and assignments, and refuses. Text of triggers."""

from resellers.models.law import PERMISSION

# The owner's own assignment, so that "the cards a company may use" is one table.
OWN_ASSIGNMENT = """
    INSERT INTO ratecards_cardassignment (card_id, owner_id, company_id) VALUES (NEW.id, NEW.owner_id, NEW.owner_id);
    RETURN NULL;
"""
ASSIGNMENT_LAW = """
    IF NEW.owner_id <> NEW.company_id AND NOT EXISTS (
        SELECT FROM resellers_company c WHERE c.id = NEW.company_id AND c.parent_id = NEW.owner_id AND c.status <> 'closed')
    THEN
        RAISE EXCEPTION 'cards are assigned to direct children alone' USING ERRCODE = '23514',
            CONSTRAINT = 'assignment_to_child', HINT = 'A card can be assigned to companies directly below its owner.';
    END IF;
    IF NEW.owner_id <> NEW.company_id AND NOT EXISTS (
        SELECT FROM ratecards_ratecard r WHERE r.id = NEW.card_id AND r.kind = 'customer' AND r.archived_at IS NULL)
    THEN
        RAISE EXCEPTION 'only customer cards are assigned' USING ERRCODE = '23514',
            CONSTRAINT = 'assignment_customer_card', HINT = 'Only a customer card that is not archived can be assigned.';
    END IF;
    IF NEW.owner_id = NEW.company_id AND EXISTS (SELECT FROM ratecards_cardassignment a
        WHERE a.card_id = NEW.card_id AND a.company_id = NEW.company_id)
    THEN
        RAISE EXCEPTION 'the owner has his card already' USING ERRCODE = '23505', CONSTRAINT = 'assignment_live_once';
    END IF;
    NEW.started_at := now();
    RETURN NEW;
"""
ASSIGNMENT_GRANT = PERMISSION.format(app="ratecards", model="ratecard", codename="use_ratecard",
                                     words="Can use this rate card") + """
    INSERT INTO ratecards_cardgrant (permission_id, group_id, content_object_id)
        SELECT p.id, c.tenant_group_id, NEW.card_id FROM resellers_company c, auth_permission p
        JOIN django_content_type t ON t.id = p.content_type_id
        WHERE c.id = NEW.company_id AND t.app_label = 'ratecards' AND t.model = 'ratecard' AND p.codename = 'use_ratecard'
        ON CONFLICT DO NOTHING;
    RETURN NULL;
"""  # fmt: skip
ASSIGNMENT_ENDS = """
    DELETE FROM ratecards_cardgrant g USING resellers_company c
    WHERE NEW.ended_at IS NOT NULL AND c.id = NEW.company_id AND g.group_id = c.tenant_group_id
        AND g.content_object_id = NEW.card_id;
    RETURN NULL;
"""
CARD_GRANT_LAW = """
    IF NOT EXISTS (SELECT FROM ratecards_cardassignment a JOIN resellers_company c ON c.id = a.company_id
                   WHERE a.card_id = NEW.content_object_id AND c.tenant_group_id = NEW.group_id AND a.ended_at IS NULL)
    THEN
        RAISE EXCEPTION 'a card is granted by an assignment alone' USING ERRCODE = '23514', CONSTRAINT = 'card_grant_law';
    END IF;
    RETURN NEW;
"""
# A draft may become anything; a published one may change its shelf (ready, archived), no more.
REVISION_IMMUTABLE = """
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'archived' AND NOT EXISTS (SELECT FROM ratecards_activation WHERE revision_id = OLD.id) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'a published revision stays' USING ERRCODE = '23514', CONSTRAINT = 'revision_immutable',
            HINT = 'A revision that was live is kept for good.';
    END IF;
    IF NEW.state = 'draft' OR to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state' THEN
        RAISE EXCEPTION 'a published revision never changes' USING ERRCODE = '23514', CONSTRAINT = 'revision_immutable',
            HINT = 'A published revision never changes: make a new draft.';
    END IF;
    RETURN NEW;
"""
# What the owner knows of a revision is as fixed as its prices, but for the name of who waived its refused lines.
REVISION_PRIVATE_LAW = """
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'waived_by' = to_jsonb(OLD) - 'waived_by' AND OLD.waived_by = '' THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM ratecards_revision r WHERE r.id = OLD.revision_id AND (r.state = 'ready'
        OR r.state = 'archived' AND (TG_OP = 'UPDATE' OR EXISTS (SELECT FROM ratecards_activation WHERE revision_id = r.id))))
    THEN
        RAISE EXCEPTION 'where a published revision came from never changes' USING ERRCODE = '23514',
            CONSTRAINT = 'revision_private_law', HINT = 'A published revision never changes: make a new draft.';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
"""
# The database's clock decides; a moment already past becomes now.
ACTIVATION_LAW = """
    NEW.recorded_at := clock_timestamp();
    IF NEW.live_from IS NULL OR NEW.live_from < NEW.recorded_at THEN
        NEW.live_from := NEW.recorded_at;
    END IF;
    IF NOT EXISTS (SELECT FROM ratecards_revision r JOIN ratecards_revisionprivate p ON p.revision_id = r.id
                   WHERE r.id = NEW.revision_id AND r.state = 'ready' AND (p.refused = 0 OR p.waived_by <> '')) THEN
        RAISE EXCEPTION 'only a ready revision goes live' USING ERRCODE = '23514', CONSTRAINT = 'activation_law',
            HINT = 'Only a ready revision without open refused lines can be activated.';
    END IF;
    RETURN NEW;
"""
CANCELLATION_LAW = """
    NEW.recorded_at := clock_timestamp();
    IF NOT EXISTS (SELECT FROM ratecards_activation a WHERE a.id = NEW.activation_id AND a.live_from > NEW.recorded_at) THEN
        RAISE EXCEPTION 'what is live cannot be cancelled' USING ERRCODE = '23514', CONSTRAINT = 'cancellation_law',
            HINT = 'This revision is live already; activate another one instead.';
    END IF;
    RETURN NEW;
"""
# Circles lie within one company, for a card is only ever assigned downwards; so one lock a company is enough.
PARENT_LAW = """
    PERFORM pg_advisory_xact_lock(hashtext('ratecards.parents'), NEW.owner_id::int);
    IF NOT EXISTS (
        SELECT FROM ratecards_ratecard c, ratecards_cardassignment a JOIN ratecards_ratecard p ON p.id = a.card_id
        WHERE c.id = NEW.card_id AND c.kind = 'customer' AND a.id = NEW.assignment_id AND a.ended_at IS NULL
            AND p.direction = c.direction)
    THEN
        RAISE EXCEPTION 'not a parent for this card' USING ERRCODE = '23514', CONSTRAINT = 'parent_law',
            HINT = 'A customer card is built from cards of its own direction that are assigned now.';
    END IF;
    IF EXISTS (
        WITH RECURSIVE up AS (
            SELECT a.card_id FROM ratecards_cardassignment a WHERE a.id = NEW.assignment_id
            UNION
            SELECT a.card_id FROM up JOIN ratecards_cardparent p ON p.card_id = up.card_id
            JOIN ratecards_cardassignment a ON a.id = p.assignment_id)
        SELECT FROM up WHERE up.card_id = NEW.card_id)
    THEN
        RAISE EXCEPTION 'cards would be built from one another' USING ERRCODE = '23514', CONSTRAINT = 'parent_no_circle',
            HINT = 'A card cannot be built from itself, nor from a card that is built from it.';
    END IF;
    RETURN NEW;
"""
