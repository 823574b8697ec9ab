"""The customers: a fifth with the big company, two hundred with the small one, a twentieth the master's own."""

from django.db import connection

SMALL, BATCH = 200, 50_000
FIRST = ("Alder", "Beacon", "Cobalt", "Dalmore", "Elmsted", "Fairwind", "Greyfield", "Harrow", "Inkwell", "Juniper", "Kestrel",
         "Larkhill", "Mosswood", "Northgate", "Oakfield", "Pinecrest", "Quarry", "Redwater", "Silverlake", "Thornbury", "Umber",
         "Valewood", "Westmoor", "Yarrow", "Zephyr")  # fmt: skip
SECOND = (
    "Clinics",
    "Logistics",
    "Hotels",
    "Law",
    "Dispatch",
    "Academy",
    "Motors",
    "Foods",
    "Travel",
    "Energy",
    "Textiles",
    "Media",
)
# Names by a hash of seed, company's place and number: equal for an equal seed, whatever the ids are. The seed stands in
# them too: the master has customers of every seed's world.
FILL = """
    INSERT INTO resellers_customer (company_id, name, email, status, currency, debit_limit, notes, created_at)
    SELECT d.company, concat(d.first, ' ', d.second, ' ', %(seed)s, '-', d.number), lower(d.first) || d.number || '@' || lower(d.second) || '.example',
           CASE WHEN d.dice %% 20 = 0 THEN 'inactive' WHEN d.dice %% 20 = 1 THEN 'pending' ELSE 'active' END,
           (ARRAY['USD', 'USD', 'EUR'])[1 + d.dice %% 3], (d.dice %% 7) * 250, '', now()
    FROM (
        SELECT h.company, h.number, h.dice, (%(first)s::text[])[1 + h.dice %% %(firsts)s] AS first,
               (%(second)s::text[])[1 + h.dice / 64 %% %(seconds)s] AS second
        FROM (
            SELECT s.company, n.number,
                   (hashtextextended(concat_ws(' ', %(seed)s, s.place, n.number), 0) & 2147483647)::int AS dice
            FROM unnest(%(companies)s::bigint[], %(places)s::int[], %(from)s::int[], %(to)s::int[]) s(company, place, low, high),
                 generate_series(s.low, s.high) n(number)
        ) h
    ) d
"""


def fill(size, master, firms, tell) -> None:
    """In statements of at most BATCH rows, for the trail of one statement is made from all its rows at once."""
    done = 0
    for batch in batches(shares(size, master, firms)):
        companies, places, low, high = zip(*batch, strict=True)
        values = {"seed": size.seed, "first": list(FIRST), "firsts": len(FIRST), "second": list(SECOND), "seconds": len(SECOND),
                  "companies": list(companies), "places": list(places), "from": list(low), "to": list(high)}  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(FILL, values)
            done += cursor.rowcount
        tell(f"  {done} customers")


def shares(size, master, firms) -> list[tuple[int, int]]:
    """(company, number of customers), which add up to `size.customers`."""
    small = min(SMALL, size.customers // 5)
    fixed = {firms.big: size.customers // 5, master.pk: size.customers // 20, firms.small: small}
    others = [company for company in firms.all if company not in fixed]
    each, more = divmod(size.customers - sum(fixed.values()), len(others))
    rest = [(company, each + (place < more)) for place, company in enumerate(others)]
    return [*fixed.items(), *rest]


def batches(numbers: list[tuple[int, int]]):
    """Yield lists of (company, its place, first number, last number), each of at most BATCH customers."""
    batch, room = [], BATCH
    for place, (company, count) in enumerate(numbers):
        low = 1
        while low <= count:
            high = min(count, low + room - 1)
            batch.append((company, place, low, high))
            room, low = room - (high - low + 1), high + 1
            if not room:
                yield batch
                batch, room = [], BATCH
    if batch:
        yield batch
