"""A demo world in words, without what differs at every load (numbers, codes, instants), so that two can be compared."""

from tests.demo.conftest import rows

STATEMENTS = {
    "companies": """
        SELECT c.name, p.name, c.status, n.text FROM resellers_company c LEFT JOIN resellers_company p ON p.id = c.parent_id
        LEFT JOIN resellers_companynote n ON n.company_id = c.id""",
    "people": """
        SELECT u.email, u.name, c.name, u.is_active, u.is_staff, u.is_superuser, r.name, r.is_active
        FROM accounts_user u JOIN resellers_company c ON c.id = u.company_id
        JOIN accounts_user_groups g ON g.user_id = u.id JOIN accounts_role r ON r.group_id = g.group_id""",
    "groups": "SELECT r.name, r.audience, a.area, a.boxes FROM accounts_role r JOIN accounts_areaaccess a ON a.role_id = r.group_id",
    "invitations": """
        SELECT i.email, c.name, i.accepted_at IS NULL, i.withdrawn_at IS NULL
        FROM accounts_invitation i JOIN resellers_company c ON c.id = i.company_id""",
    "customers": """
        SELECT c.name, u.name, u.currency, u.status, u.debit_limit
        FROM resellers_customer u JOIN resellers_company c ON c.id = u.company_id""",
    "cards": """
        SELECT c.name, r.kind, p.name, r.public_name, a.name FROM ratecards_ratecard r
        JOIN ratecards_cardprivate p ON p.card_id = r.id JOIN resellers_company c ON c.id = r.owner_id
        LEFT JOIN ratecards_carrier a ON a.id = p.carrier_id""",
    "carriers": "SELECT name FROM ratecards_carrier",
    "prices": """
        SELECT p.name, v.number, v.state, v.rows, encode(v.digest, 'hex'), s.source, s.refused, count(a.id)
        FROM ratecards_revision v JOIN ratecards_cardprivate p ON p.card_id = v.card_id
        JOIN ratecards_revisionprivate s ON s.revision_id = v.id
        LEFT JOIN ratecards_activation a ON a.revision_id = v.id GROUP BY 1, 2, 3, 4, 5, 6, 7""",
    "rules": """
        SELECT p.name, r.position, r.match, r.type, r.value, r.status FROM ratecards_profitrule r
        JOIN ratecards_cardprivate p ON p.card_id = r.card_id""",
    "parents": """
        SELECT p.name, q.name, x.position FROM ratecards_cardparent x JOIN ratecards_cardprivate p ON p.card_id = x.card_id
        JOIN ratecards_cardassignment a ON a.id = x.assignment_id JOIN ratecards_cardprivate q ON q.card_id = a.card_id""",
    "assignments": """
        SELECT p.name, c.name, a.ended_at IS NULL FROM ratecards_cardassignment a
        JOIN ratecards_cardprivate p ON p.card_id = a.card_id JOIN resellers_company c ON c.id = a.company_id""",
    "jobs": "SELECT kind, subject, state FROM accounts_job",
    "chunks": """
        SELECT p.name, encode(x.digest, 'hex') FROM ratecards_chunk x JOIN ratecards_cardprivate p ON p.card_id = x.card_id""",
}  # fmt: skip


def world_of(database):
    """{what: sorted rows as text}."""
    return {what: sorted(map(repr, rows(database, statement))) for what, statement in STATEMENTS.items()}
