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
    PERFORM FROM ratecards_ratecard r WHERE r.id = NEW.card_id AND r.archived_at IS NULL
        AND (r.kind = 'customer' OR NEW.owner_id = NEW.company_id) FOR SHARE;
    IF NEW.owner_id <> NEW.company_id AND NOT FOUND THEN
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
# The database's clock says when it ended.
ASSIGNMENT_ENDED_NOW = """
    IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL THEN
        NEW.ended_at := clock_timestamp();
    END IF;
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
# What the figures of past calls are made of. The lock on the card makes publishing and changing wait for one another.
CARD_PUBLISHED = """
    IF EXISTS (SELECT FROM ratecards_revision r WHERE r.card_id = NEW.id AND r.state <> 'draft') THEN
        RAISE EXCEPTION 'figures of the past are in it' USING ERRCODE = '23514', CONSTRAINT = 'ratecard_published',
            HINT = 'Currency, direction, presentation, countries, dialling and how calls are rounded cannot change after a revision '
                   'was published: make a new card.';
    END IF;
    IF (NEW.currency, NEW.direction, NEW.presentation, NEW.dialling, NEW.source_countries, NEW.destination_countries)
        <> (OLD.currency, OLD.direction, OLD.presentation, OLD.dialling, OLD.source_countries, OLD.destination_countries)
        AND EXISTS (SELECT FROM ratecards_revision r WHERE r.card_id = NEW.id)
    THEN
        RAISE EXCEPTION 'what the prices of a draft mean' USING ERRCODE = '23514', CONSTRAINT = 'ratecard_drafted',
            HINT = 'Currency, direction, presentation, countries and dialling cannot change while the card has a draft: its prices '
                   'would mean something else. Delete it first.';
    END IF;
    RETURN NEW;
"""
# Whoever assigns a card, builds from one or announces prices shares a lock on its row: this waits for him, or he for this.
CARD_ARCHIVED = """
    IF EXISTS (SELECT FROM ratecards_activation a LEFT JOIN ratecards_cancellation x ON x.activation_id = a.id
               WHERE a.card_id = NEW.id AND x.activation_id IS NULL AND a.live_from > clock_timestamp()) THEN
        RAISE EXCEPTION 'prices are announced' USING ERRCODE = '23514', CONSTRAINT = 'ratecard_archived_announced',
            HINT = 'Prices of the card are announced for a day to come: cancel that first, for nobody could afterwards.';
    END IF;
    IF EXISTS (SELECT FROM ratecards_cardassignment a WHERE a.card_id = NEW.id AND a.ended_at IS NULL
            AND (a.company_id <> NEW.owner_id OR EXISTS (SELECT FROM ratecards_cardparent p JOIN ratecards_ratecard c ON c.id = p.card_id
                                                         WHERE p.assignment_id = a.id AND c.archived_at IS NULL)))
    THEN
        RAISE EXCEPTION 'the card is in use' USING ERRCODE = '23514', CONSTRAINT = 'ratecard_archived_unused',
            HINT = 'A card that is assigned to a company, or that another card is built from, cannot be archived.';
    END IF;
    RETURN NEW;
"""
# The lock makes a new draft and a change of what its prices would mean wait for one another.
REVISION_BEGINS = """
    PERFORM FROM ratecards_ratecard WHERE id = NEW.card_id FOR SHARE;
    IF NEW.state <> 'draft' THEN
        RAISE EXCEPTION 'a revision begins as a draft' USING ERRCODE = '23514', CONSTRAINT = 'revision_begins',
            HINT = 'A revision begins as a draft.';
    END IF;
    RETURN NEW;
"""
DRAFT_ROW_LAW = """
    IF NOT EXISTS (SELECT FROM ratecards_revision r WHERE r.id = NEW.revision_id AND r.state = 'draft') THEN
        RAISE EXCEPTION 'only a draft is changed by hand' USING ERRCODE = '23514', CONSTRAINT = 'draft_row_law',
            HINT = 'Only a draft can be changed.';
    END IF;
    RETURN NEW;
"""
# A draft may become anything; a published one may change its shelf (ready, archived), no more.
REVISION_IMMUTABLE = """
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        IF NEW.state <> 'draft' THEN PERFORM FROM ratecards_ratecard WHERE id = NEW.card_id FOR SHARE; END IF;
        RETURN NEW;
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
    IF NEW.state = 'archived' AND OLD.state = 'ready' THEN
        PERFORM FROM ratecards_ratecard WHERE id = NEW.card_id FOR UPDATE;
        IF EXISTS (SELECT FROM ratecards_activation a LEFT JOIN ratecards_cancellation x ON x.activation_id = a.id
                   WHERE a.card_id = NEW.card_id AND x.activation_id IS NULL AND a.revision_id = NEW.id
                   AND (a.live_from > clock_timestamp() OR NOT EXISTS (
                       SELECT FROM ratecards_activation b LEFT JOIN ratecards_cancellation y ON y.activation_id = b.id
                       WHERE b.card_id = NEW.card_id AND y.activation_id IS NULL
                       AND b.live_from > a.live_from AND b.live_from <= clock_timestamp())))
        THEN
            RAISE EXCEPTION 'the price list of a card stays' USING ERRCODE = '23514', CONSTRAINT = 'revision_in_use',
                HINT = 'An active or announced revision cannot be archived.';
        END IF;
    END IF;
    RETURN NEW;
"""
# A chunk is what prices of calls are read from: while a published revision lists it, it neither goes nor changes.
CHUNK_LISTED = """
    IF EXISTS (SELECT FROM ratecards_revision r WHERE r.card_id = OLD.card_id AND r.state <> 'draft'
               AND position(OLD.digest IN r.directory) > 0) THEN
        RAISE EXCEPTION 'a published revision lists it' USING ERRCODE = '23514', CONSTRAINT = 'chunk_listed',
            HINT = 'A published revision never changes: make a new draft.';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
"""
# What the owner knows of a revision is as fixed as its prices, but for the names of who waived its refused lines and who
# released it: each is the name of whose unit it is, and stays. A draft that is held for another reason than the released
# one, for its lines were corrected, is held again.
REVISION_PRIVATE_LAW = """
    DECLARE who text := (SELECT c.label FROM acl.context() c);
    BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.waived_by := '';
        NEW.released_by := '';
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.revision_id <> OLD.revision_id OR OLD.waived_by NOT IN ('', NEW.waived_by)
            OR NEW.refused + NEW.corrected < OLD.refused + OLD.corrected AND NEW.waived_by = '') THEN
        RAISE EXCEPTION 'refused lines are waived, not forgotten' USING ERRCODE = '23514', CONSTRAINT = 'revision_private_law',
            HINT = 'Refused lines stay open until they are corrected or somebody waives them by name.';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.held <> '' AND NEW.held <> OLD.held AND (NEW.held = '' OR NEW.released_by <> '')
            OR OLD.released_by NOT IN ('', NEW.released_by) AND (NEW.released_by <> '' OR NEW.held = OLD.held)) THEN
        RAISE EXCEPTION 'what is held is released by name' USING ERRCODE = '23514', CONSTRAINT = 'revision_private_law',
            HINT = 'A revision in quarantine stays there until somebody releases it by name.';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.waived_by <> NEW.waived_by AND who <> '' THEN
        NEW.waived_by := who;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.released_by NOT IN ('', OLD.released_by) AND who <> '' THEN
        NEW.released_by := who;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'waived_by' - 'released_by' = to_jsonb(OLD) - 'waived_by' - 'released_by' THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM ratecards_revision r WHERE r.id = OLD.revision_id AND (r.state = 'ready'
        OR r.state = 'archived' AND (TG_OP = 'UPDATE' OR EXISTS (SELECT FROM ratecards_activation WHERE revision_id = r.id))))
    THEN
        RAISE EXCEPTION 'where a published revision came from never changes' USING ERRCODE = '23514',
            CONSTRAINT = 'revision_private_law', HINT = 'A published revision never changes: make a new draft.';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
    END;
"""
# Asked at COMMIT: what was refused goes with its revision or stays; taken out and put in again, it would be forgotten.
REVISION_PRIVATE_STAYS = """
    IF EXISTS (SELECT FROM ratecards_revision WHERE id = OLD.revision_id) THEN
        RAISE EXCEPTION 'a revision keeps its origin' USING ERRCODE = '23514', CONSTRAINT = 'revision_private_stays',
            HINT = 'What was refused at the import is kept as long as the revision.';
    END IF;
    RETURN NULL;
"""
# The database's clock decides; a moment already past becomes now. The instant of a cancelled entry is free again: only
# as many entries share it as were cancelled, and one that stands, which the unique key on all three makes sure of.
ACTIVATION_LAW = """
    NEW.recorded_at := clock_timestamp();
    IF NEW.live_from IS NULL OR NEW.live_from < NEW.recorded_at THEN
        NEW.live_from := NEW.recorded_at;
    END IF;
    NEW.attempt := (SELECT count(*) FROM ratecards_activation a JOIN ratecards_cancellation x ON x.activation_id = a.id
                    WHERE a.card_id = NEW.card_id AND a.live_from = NEW.live_from);
    IF NEW.live_from > now() + interval '5 years' THEN
        RAISE EXCEPTION 'too far away' USING ERRCODE = '23514', CONSTRAINT = 'activation_too_far',
            HINT = 'The Date Live lies more than five years ahead.';
    END IF;
    PERFORM FROM ratecards_ratecard c WHERE c.id = NEW.card_id AND c.archived_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the card is archived' USING ERRCODE = '23514', CONSTRAINT = 'activation_card_in_use',
            HINT = 'The card is archived: nothing of it can be changed.';
    END IF;
    IF NOT EXISTS (SELECT FROM ratecards_revision r JOIN ratecards_revisionprivate p ON p.revision_id = r.id
                   WHERE r.id = NEW.revision_id AND r.state = 'ready' AND (p.refused = 0 OR p.waived_by <> '')
                   AND (p.held = '' OR p.released_by <> '')) THEN
        RAISE EXCEPTION 'only a ready revision goes live' USING ERRCODE = '23514', CONSTRAINT = 'activation_law',
            HINT = 'Only a ready revision without open refused lines, and out of quarantine, can be activated.';
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
# The shared locks make it wait for who archives one of the cards or takes the parent away.
PARENT_LAW = """
    PERFORM pg_advisory_xact_lock(hashtext('ratecards.parents'), NEW.owner_id::int);
    PERFORM FROM ratecards_ratecard c, ratecards_cardassignment a JOIN ratecards_ratecard p ON p.id = a.card_id
        WHERE c.id = NEW.card_id AND c.kind = 'customer' AND a.id = NEW.assignment_id AND a.ended_at IS NULL
            AND p.direction = c.direction AND c.archived_at IS NULL AND p.archived_at IS NULL
        FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'not a parent for this card' USING ERRCODE = '23514', CONSTRAINT = 'parent_law',
            HINT = 'A customer card is built from cards in use, of its own direction, that are assigned now.';
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
