-- The functions of the second lock. Put in place after every migrate; bodies are bound late, so the order is free.
-- Scope comes from accounts_user.company_id and the closure alone, never from guardian's tables: two locks, two sources.

GRANT USAGE ON SCHEMA acl TO {login}, acl_tenant, acl_subtree, acl_master;
GRANT SELECT ON acl.applied TO {login}, acl_tenant, acl_subtree, acl_master;

-- Who a user is to the database: nothing unless he is active and no company from his up to the root is suspended.
CREATE OR REPLACE FUNCTION acl.resolve(p_user bigint)
RETURNS TABLE (company bigint, role text, scope text, staff boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT c.id,
           CASE WHEN c.is_master THEN 'acl_master'
                WHEN EXISTS (SELECT FROM resellers_companyclosure d WHERE d.ancestor_id = c.id AND d.depth > 0) THEN 'acl_subtree'
                ELSE 'acl_tenant' END,
           CASE WHEN c.is_master THEN ''
                ELSE (SELECT array_agg(d.descendant_id ORDER BY d.descendant_id)::text
                      FROM resellers_companyclosure d WHERE d.ancestor_id = c.id) END,
           u.is_staff
    FROM accounts_user u JOIN resellers_company c ON c.id = u.company_id
    WHERE u.id = p_user AND u.is_active AND NOT EXISTS (
        SELECT FROM resellers_companyclosure a JOIN resellers_company up ON up.id = a.ancestor_id
        WHERE a.descendant_id = c.id AND up.status <> 'active');
END $$;

-- What the groups of users say, a row for each group: facts, of which accounts/rights.py makes rights. This function and the
-- next are plain queries with a parameter, planned within the one that asks: whoever it is sees what his role may.
CREATE OR REPLACE FUNCTION acl.said_to(p_users bigint[])
RETURNS TABLE (person bigint, awake boolean, is_master boolean, shut text[], role_id bigint, name text, is_active boolean,
               audience text, default_boxes text[], known_areas text[], areas json)
LANGUAGE sql STABLE AS $$
    SELECT u.id, u.is_active, c.is_master,
           ARRAY(SELECT concat('“', up.name, '” is ', up.status) FROM resellers_companyclosure t
                 JOIN resellers_company up ON up.id = t.ancestor_id
                 WHERE t.descendant_id = c.id AND up.status <> 'active' ORDER BY t.depth),
           r.group_id::bigint, r.name::text, r.is_active, r.audience::text, r.default_boxes::text[], r.known_areas::text[],
           coalesce((SELECT json_object_agg(a.area, a.boxes) FROM accounts_areaaccess a WHERE a.role_id = r.group_id), '{}')
    FROM accounts_user_groups ug JOIN accounts_role r ON r.group_id = ug.group_id
    JOIN accounts_user u ON u.id = ug.user_id JOIN resellers_company c ON c.id = u.company_id
    WHERE ug.user_id = ANY (p_users) ORDER BY r.name
$$;

-- What guardian grants to a user's groups: companies, those with all below them unless one is the root, cards.
CREATE OR REPLACE FUNCTION acl.granted_to(p_user bigint)
RETURNS TABLE (own bigint[], companies bigint[], cards bigint[], everything boolean)
LANGUAGE sql STABLE AS $$
    WITH mine AS (SELECT group_id FROM accounts_user_groups WHERE user_id = p_user),
    held AS (SELECT c.id, c.is_master FROM {company_grants} g JOIN resellers_company c ON c.id = g.content_object_id
             JOIN auth_permission p ON p.id = g.permission_id
             WHERE g.group_id IN (SELECT group_id FROM mine) AND p.codename = '{operate}')
    SELECT ARRAY(SELECT id FROM held ORDER BY id),
           ARRAY(SELECT DISTINCT t.descendant_id FROM resellers_companyclosure t JOIN held ON t.ancestor_id = held.id
                 WHERE NOT EXISTS (SELECT FROM held WHERE is_master) ORDER BY 1),
           ARRAY(SELECT g.content_object_id FROM {card_grants} g JOIN auth_permission p ON p.id = g.permission_id
                 WHERE g.group_id IN (SELECT group_id FROM mine) AND p.codename = '{use}' ORDER BY 1),
           EXISTS (SELECT FROM held WHERE is_master)
$$;

-- Both of one user, for the first lock of his unit. As the owner: what this session planned once serves every role.
CREATE OR REPLACE FUNCTION acl.told_of(p_user bigint)
RETURNS TABLE (said json, own bigint[], companies bigint[], cards bigint[], everything boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT (
        SELECT json_agg(json_build_array(s.person, s.awake, s.is_master, s.shut, s.role_id, s.name, s.is_active, s.audience,
                                         s.default_boxes, s.known_areas, s.areas) ORDER BY s.name)
        FROM acl.said_to(ARRAY[p_user]) s), g.*
    FROM acl.granted_to(p_user) g;
END $$;

-- Opens the unit of work: one round trip, everything local to the transaction. SET ROLE forbids a definer function here.
-- The answer tells the first lock what it needs; the second one, all settings below, comes from acl.resolve alone.
DROP FUNCTION IF EXISTS acl.enter(bigint, bigint, boolean, text, text); -- what it answers cannot be replaced
CREATE OR REPLACE FUNCTION acl.enter(p_actor bigint, p_real bigint, p_read_only boolean, p_address text, p_request text)
RETURNS TABLE (company bigint, role text, staff boolean, said json, own bigint[], companies bigint[], cards bigint[],
               everything boolean)
LANGUAGE plpgsql AS $$
DECLARE s record; told record;
BEGIN
    IF current_user LIKE 'acl\_%' THEN
        RAISE EXCEPTION 'already inside a unit of work' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO s FROM acl.resolve(p_actor);
    IF NOT FOUND OR (p_real <> p_actor AND NOT acl.is_viewing(p_real, p_actor)) THEN
        RAISE EXCEPTION 'no scope for user %', p_actor USING ERRCODE = '42501', CONSTRAINT = 'acl_no_scope';
    END IF;
    SELECT * INTO told FROM acl.told_of(p_actor);
    PERFORM set_config('app.actor', p_actor::text, true), set_config('app.real', p_real::text, true),
            set_config('app.address', coalesce(p_address, ''), true), set_config('app.request', coalesce(p_request, ''), true),
            set_config('app.company', s.company::text, true), set_config('app.scope', s.scope, true),
            set_config('app.cards', '', true), set_config('app.revisions', '', true);
    IF p_read_only OR s.staff OR p_real <> p_actor THEN
        PERFORM set_config('transaction_read_only', 'on', true);
    END IF;
    PERFORM set_config('role', s.role, true);
    RETURN QUERY SELECT s.company, s.role, s.staff, told.said, told.own, told.companies, told.cards, told.everything;
END $$;

-- For screens of identity: the trail knows the actor, the role stays the login role.
CREATE OR REPLACE FUNCTION acl.identify(p_actor bigint, p_address text, p_request text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.actor', coalesce(p_actor::text, ''), true), set_config('app.real', coalesce(p_actor::text, ''), true),
            set_config('app.address', coalesce(p_address, ''), true), set_config('app.request', coalesce(p_request, ''), true);
END $$;

CREATE OR REPLACE FUNCTION acl.myself()
RETURNS TABLE (company bigint, role text, scope text, staff boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM acl.resolve(nullif(current_setting('app.actor', true), '')::bigint);
END $$;

-- After a company was made in this unit: the scope with the new row in it.
CREATE OR REPLACE FUNCTION acl.refresh() RETURNS void LANGUAGE plpgsql AS $$
DECLARE s record;
BEGIN
    SELECT * INTO s FROM acl.myself();
    IF FOUND AND current_user LIKE 'acl\_%' THEN
        PERFORM set_config('app.scope', s.scope, true), set_config('role', s.role, true);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION acl.leave() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.' || name, '', true)
    FROM unnest(ARRAY['actor', 'real', 'address', 'request', 'company', 'scope', 'cards', 'revisions']) name;
    PERFORM set_config('role', '{login}', true);
END $$;

-- Opens the revisions and chunks of cards that the caller can see under the cards' own policy.
CREATE OR REPLACE FUNCTION acl.open_cards(p_cards bigint[]) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE seen bigint[];
BEGIN
    IF cardinality(p_cards) > 50 THEN
        RAISE EXCEPTION 'at most 50 cards are opened at once' USING ERRCODE = '22023';
    END IF;
    SELECT coalesce(array_agg(id), '{}') INTO seen FROM ratecards_ratecard WHERE id = ANY (p_cards);
    PERFORM set_config('app.cards', seen::text, true),
            set_config('app.revisions', acl.assigned_revisions(seen)::text, true);
    RETURN seen;
END $$;

-- The revisions an assigned company may see: live at some moment since the assignment, or announced.
CREATE OR REPLACE FUNCTION acl.assigned_revisions(p_cards bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce((
        SELECT array_agg(DISTINCT w.revision_id)
        FROM (SELECT a.card_id, a.revision_id, lead(a.live_from, 1, 'infinity') OVER (PARTITION BY a.card_id ORDER BY a.live_from) AS until
              FROM ratecards_activation a
              WHERE a.card_id = ANY (p_cards) AND NOT EXISTS (SELECT FROM ratecards_cancellation x WHERE x.activation_id = a.id)) w
        JOIN ratecards_cardassignment s ON s.card_id = w.card_id AND s.ended_at IS NULL
            AND s.company_id = nullif(current_setting('app.company', true), '')::bigint
        WHERE w.until > s.started_at), '{}');
END $$;

-- Who acts, for the trail.
CREATE OR REPLACE FUNCTION acl.context()
RETURNS TABLE (actor bigint, label text, real_actor bigint, address inet, request_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE who bigint := nullif(current_setting('app.actor', true), '')::bigint;
BEGIN
    RETURN QUERY SELECT who, coalesce((SELECT email::text FROM accounts_user WHERE id = who), ''),
        nullif(current_setting('app.real', true), '')::bigint, nullif(current_setting('app.address', true), '')::inet,
        coalesce(current_setting('app.request', true), '');
END $$;

-- A tenant's unit speaks of companies in its scope alone; of another one it is noted under its own.
CREATE OR REPLACE FUNCTION acl.own_company(p_company bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN coalesce(current_setting('app.scope', true), '') = '' OR p_company IS NULL
                  OR p_company = ANY (current_setting('app.scope', true)::bigint[]) THEN p_company
                ELSE current_setting('app.company', true)::bigint END
$$;

-- What is not the change of a row: login, denied, export, build, activate.
CREATE OR REPLACE FUNCTION acl.record(p jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO accounts_auditentry (actor, actor_label, real_actor, address, request_id, action, "table", "row", company,
                                     label, changes, reason, result)
    SELECT coalesce(c.actor, (p->>'actor')::bigint),
           coalesce(nullif(c.label, ''), (SELECT email::text FROM accounts_user WHERE id = (p->>'actor')::bigint), ''),
           coalesce(c.real_actor, (p->>'real_actor')::bigint, (p->>'actor')::bigint),
           coalesce(c.address, nullif(p->>'address', '')::inet), coalesce(nullif(c.request_id, ''), p->>'request_id', ''),
           p->>'action', coalesce(p->>'table', ''), coalesce(p->>'row', ''), acl.own_company((p->>'company')::bigint),
           left(coalesce(p->>'label', ''), 300), coalesce(p->'changes', '{}'), left(coalesce(p->>'reason', ''), 300),
           coalesce(p->>'result', 'ok')
    FROM acl.context() c;
END $$;

-- The one way a user comes to be (beside the first): a live invitation, once, with what the invitation says.
CREATE OR REPLACE FUNCTION acl.accept_invitation(p_digest bytea, p_name text, p_password text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE i accounts_invitation; new_id bigint;
BEGIN
    SELECT * INTO i FROM accounts_invitation WHERE digest = p_digest AND accepted_at IS NULL AND withdrawn_at IS NULL
        AND expires_at > now() FOR UPDATE;
    PERFORM FROM resellers_company WHERE id = i.company_id AND status <> 'closed' FOR SHARE;
    IF NOT FOUND OR (i.invited_by_id IS NOT NULL AND NOT EXISTS (SELECT FROM acl.resolve(i.invited_by_id)))
       OR EXISTS (SELECT FROM accounts_user WHERE lower(email) = lower(i.email)) THEN
        RETURN NULL;
    END IF;
    INSERT INTO accounts_user (email, name, password, company_id, time_zone, is_active, is_staff, is_superuser, created_at)
    VALUES (i.email, p_name, p_password, i.company_id, i.time_zone, true, i.is_staff, false, now()) RETURNING id INTO new_id;
    INSERT INTO accounts_user_groups (user_id, group_id) VALUES (new_id, i.role_id);
    UPDATE accounts_invitation SET accepted_at = now() WHERE id = i.id;
    RETURN new_id;
END $$;

-- What the page of an invitation may show before anybody is known: only to who holds the secret.
CREATE OR REPLACE FUNCTION acl.invitation(p_digest bytea)
RETURNS TABLE (email text, name text, company text, expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT i.email::text, i.name::text, c.name::text, i.expires_at
    FROM accounts_invitation i JOIN resellers_company c ON c.id = i.company_id
    WHERE i.digest = p_digest AND c.status <> 'closed' AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > now()
        AND (i.invited_by_id IS NULL OR EXISTS (SELECT FROM acl.resolve(i.invited_by_id)));
END $$;

-- Whether an address has an account: asked by the service that mails, so that no screen tells.
CREATE OR REPLACE FUNCTION acl.has_account(p_email text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM accounts_user WHERE lower(email) = lower(p_email));
END $$;

-- Whether the groups of one of the carrier's people draw a box of an area, by a row or else by the default, and none denies.
CREATE OR REPLACE FUNCTION acl.draws(p_user bigint, p_area text, p_box text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce((
        SELECT bool_or(p_box = ANY (CASE WHEN a.boxes IS NOT NULL THEN a.boxes
                                         WHEN p_area = ANY (r.known_areas) THEN r.default_boxes END))
               AND NOT coalesce(bool_or(a.boxes = '{}'), false)
        FROM accounts_user_groups ug JOIN accounts_role r ON r.group_id = ug.group_id
        LEFT JOIN accounts_areaaccess a ON a.role_id = r.group_id AND a.area = p_area
        WHERE ug.user_id = p_user AND r.is_active AND r.audience = 'master'), false);
END $$;

-- Who may look through whose eyes: an active master user who holds the right and may read all that a reseller may ever read,
-- through those of an active user of a reseller.
CREATE OR REPLACE FUNCTION acl.may_view_as(p_real bigint, p_actor bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM acl.resolve(p_real) WHERE role = 'acl_master')
        AND EXISTS (SELECT FROM acl.resolve(p_actor) WHERE role <> 'acl_master')
        AND NOT EXISTS (SELECT FROM accounts_user WHERE id = p_actor AND (is_staff OR is_superuser))
        AND acl.draws(p_real, 'reseller', 'view_as')
        AND NOT EXISTS (SELECT FROM unnest('{readable}'::text[]) area WHERE acl.draws(p_real, area, 'read') IS NOT TRUE);
END $$;

-- A look that was begun, has not ended and would still be allowed to begin.
CREATE OR REPLACE FUNCTION acl.is_viewing(p_real bigint, p_actor bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN acl.may_view_as(p_real, p_actor) AND EXISTS (
        SELECT FROM accounts_supportaccess
        WHERE viewer_id = p_real AND user_id = p_actor AND ended_at IS NULL AND ends_at > now());
END $$;

CREATE OR REPLACE FUNCTION acl.begin_view_as(p_real bigint, p_actor bigint, p_reason text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE begun uuid := gen_random_uuid();
BEGIN
    IF NOT acl.may_view_as(p_real, p_actor) THEN
        RAISE EXCEPTION 'user % may not view as user %', p_real, p_actor USING ERRCODE = '42501', CONSTRAINT = 'acl_may_view_as';
    END IF;
    INSERT INTO accounts_supportaccess (key, viewer_id, user_id, company_id, reason, started_at, ends_at)
    SELECT begun, p_real, u.id, u.company_id, p_reason, now(), now() + interval '30 minutes' FROM accounts_user u WHERE u.id = p_actor;
    RETURN begun;
END $$;

-- Through whose eyes the holder of a look sees, while it lasts.
CREATE OR REPLACE FUNCTION acl.viewed(p_key uuid, p_real bigint)
RETURNS TABLE (user_id bigint, company text, ends_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT s.user_id, c.name::text, s.ends_at
    FROM accounts_supportaccess s JOIN resellers_company c ON c.id = s.company_id
    WHERE s.key = p_key AND s.viewer_id = p_real AND acl.is_viewing(s.viewer_id, s.user_id)
        AND s.ended_at IS NULL AND s.ends_at > now();
END $$;

-- Ends a look for good; answers through whose eyes it was.
CREATE OR REPLACE FUNCTION acl.end_view_as(p_key uuid, p_real bigint)
RETURNS TABLE (user_id bigint, company bigint, email text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE accounts_supportaccess s SET ended_at = least(now(), s.ends_at)
    WHERE s.key = p_key AND s.viewer_id = p_real AND s.ended_at IS NULL;
    RETURN QUERY SELECT s.user_id, s.company_id, u.email::text
    FROM accounts_supportaccess s JOIN accounts_user u ON u.id = s.user_id WHERE s.key = p_key AND s.viewer_id = p_real;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA acl FROM PUBLIC, {login}, acl_tenant, acl_subtree, acl_master;
GRANT EXECUTE ON FUNCTION acl.leave(), acl.record(jsonb) TO {login}, acl_tenant, acl_subtree, acl_master;
GRANT EXECUTE ON FUNCTION acl.resolve(bigint), acl.told_of(bigint), acl.enter(bigint, bigint, boolean, text, text),
    acl.identify(bigint, text, text), acl.accept_invitation(bytea, text, text), acl.invitation(bytea), acl.has_account(text),
    acl.is_viewing(bigint, bigint), acl.begin_view_as(bigint, bigint, text), acl.viewed(uuid, bigint), acl.end_view_as(uuid, bigint)
    TO {login};
GRANT EXECUTE ON FUNCTION acl.said_to(bigint[]), acl.granted_to(bigint), acl.myself(), acl.refresh(),
    acl.open_cards(bigint[]), acl.assigned_revisions(bigint[])
    TO acl_tenant, acl_subtree, acl_master;
