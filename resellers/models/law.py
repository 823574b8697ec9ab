"""What the database derives from companies, and refuses: tenant groups, grants, closure. Text of triggers."""

PERMISSION = """
    INSERT INTO django_content_type (app_label, model) VALUES ('{app}', '{model}') ON CONFLICT DO NOTHING;
    INSERT INTO auth_permission (content_type_id, codename, name)
        SELECT id, '{codename}', '{words}' FROM django_content_type WHERE app_label = '{app}' AND model = '{model}'
        ON CONFLICT DO NOTHING;
"""
# A name that tells nothing: it is the first lock's key, not a word for people.
TENANT_GROUP = """
    INSERT INTO auth_group (name) VALUES ('tenant:' || gen_random_uuid()) RETURNING id INTO NEW.tenant_group_id;
    RETURN NEW;
"""
GRANT = PERMISSION.format(app="resellers", model="company", codename="operate_company",
                          words="Can operate as this company") + """
    INSERT INTO resellers_companygrant (permission_id, group_id, content_object_id)
        SELECT p.id, NEW.tenant_group_id, NEW.id FROM auth_permission p
        JOIN django_content_type t ON t.id = p.content_type_id
        WHERE t.app_label = 'resellers' AND t.model = 'company' AND p.codename = 'operate_company';
    RETURN NULL;
"""  # fmt: skip
GRANT_LAW = """
    IF NOT EXISTS (SELECT FROM resellers_company c WHERE c.id = NEW.content_object_id AND c.tenant_group_id = NEW.group_id)
    THEN
        RAISE EXCEPTION 'a company is granted to its own tenant group alone'
            USING ERRCODE = '23514', CONSTRAINT = 'company_grant_law';
    END IF;
    RETURN NEW;
"""
# Moves are serialised by one lock: two at once could close a circle that neither sees.
LOCK = "PERFORM pg_advisory_xact_lock(hashtext('resellers.closure'));"
INSERT_CLOSURE = """
    WITH RECURSIVE up AS (
        SELECT c.id AS descendant, c.id AS ancestor, c.parent_id AS next, 0 AS depth
        FROM resellers_company c WHERE c.id = ANY (touched)
        UNION ALL
        SELECT up.descendant, p.id, p.parent_id, up.depth + 1 FROM up JOIN resellers_company p ON p.id = up.next
    ) CYCLE ancestor SET circle USING path
    INSERT INTO resellers_companyclosure (ancestor_id, descendant_id, depth)
    SELECT ancestor, descendant, depth FROM up WHERE NOT circle;
    IF EXISTS (SELECT FROM unnest(touched) t(id) WHERE NOT EXISTS (
        SELECT FROM resellers_companyclosure x JOIN resellers_company c ON c.id = x.ancestor_id
        WHERE x.descendant_id = t.id AND c.is_master))
    THEN
        RAISE EXCEPTION 'the tree of companies would have a circle' USING ERRCODE = '23514',
            CONSTRAINT = 'company_no_circle', HINT = 'A company cannot stand below itself.';
    END IF;
    RETURN NULL;
"""
CLOSURE = f"""
    DECLARE touched bigint[] := ARRAY(SELECT id FROM changed);
    BEGIN
{LOCK}{INSERT_CLOSURE}END;"""
CLOSURE_MOVED = f"""
    DECLARE touched bigint[];
    BEGIN
    IF NOT EXISTS (SELECT FROM now n JOIN was o ON o.id = n.id WHERE o.parent_id IS DISTINCT FROM n.parent_id) THEN
        RETURN NULL;
    END IF;
{LOCK}
    touched := ARRAY(SELECT DISTINCT x.descendant_id FROM resellers_companyclosure x
        JOIN now n ON n.id = x.ancestor_id JOIN was o ON o.id = n.id WHERE o.parent_id IS DISTINCT FROM n.parent_id);
    DELETE FROM resellers_companyclosure WHERE descendant_id = ANY (touched);
{INSERT_CLOSURE}END;"""
# A look through the eyes of a user of a company, or of one below it, does not outlive its suspension.
VIEW_AS_ENDS = """
    UPDATE accounts_supportaccess SET ended_at = least(now(), ends_at)
        WHERE ended_at IS NULL AND company_id IN (SELECT descendant_id FROM resellers_companyclosure WHERE ancestor_id = NEW.id);
    RETURN NULL;
"""
# Who suspended or closed a company, so that nobody below him opens it again.
SHUT_BY = """
    DECLARE
        acting bigint := nullif(current_setting('app.company', true), '')::bigint;
        master bigint := (SELECT id FROM resellers_company WHERE is_master);
    BEGIN
    NEW.shut_by_id := OLD.shut_by_id;
    IF OLD.status = NEW.status THEN RETURN NEW; END IF;
    IF OLD.status <> 'active' AND acting IS NOT NULL AND NOT EXISTS (
        SELECT FROM resellers_companyclosure
        WHERE ancestor_id = acting AND descendant_id = coalesce(OLD.shut_by_id, master))
    THEN
        RAISE EXCEPTION 'shut by a company above' USING ERRCODE = '23514', CONSTRAINT = 'company_shut_by',
            HINT = 'A company above you shut this account; only it can change that.';
    END IF;
    NEW.shut_by_id := CASE WHEN NEW.status = 'active' THEN NULL ELSE coalesce(acting, master) END;
    RETURN NEW;
    END;
"""
