"""How the demo world comes to be, in order: people first, then prices down the tree, then what makes it untidy."""

from pathlib import Path

from accounts.models import User
from connexcs.demo import cards, cast, people, sheets
from connexcs.demo.logins import Logins


def tell(logins: Logins, folder: Path) -> User:
    """Do what is not done yet; returns the first administrator. `folder` keeps the rate sheets."""
    forgotten = logins.make([one.email for one in cast.PEOPLE])
    forgotten = {email for email in forgotten if people.user(email)}
    users, firms = cast_of_people(logins)
    for email in forgotten:
        people.give_password(email, logins.passwords[email])
    provider_cards(users[cast.DESK], folder)
    products(users, firms)
    people.pending_invitation(firms["bramble"], users[cast.BRAMBLE])
    people.switch_group_off(users[cast.ADMIN])
    people.suspend(firms[cast.SUSPENDED], users[cast.ADMIN])
    return users[cast.ADMIN]


def cast_of_people(logins: Logins):
    """({e-mail: user}, {key: company}) with all customers."""
    first, *others = cast.PEOPLE
    admin = people.first_admin(first, logins.passwords[first.email])
    users, firms = {first.email: admin}, {"tamarind": admin.company}
    people.groups(admin)
    for firm in cast.FIRMS:
        meet(others, firms, users, logins)
        maker = admin if firm.parent == "tamarind" else users[cast.BRAMBLE]
        firms[firm.key] = people.firm(firm, firms[firm.parent], maker)
    meet(others, firms, users, logins)
    people.customers(firms["tamarind"], cast.OWN_CUSTOMERS, admin)
    for firm in cast.FIRMS:
        people.customers(firms[firm.key], firm.customers, users[firm.manager])
    return users, firms


def meet(others, firms, users, logins: Logins) -> None:
    """Invite whoever's company is there by now."""
    for one in others:
        if one.firm in firms and one.email not in users:
            inviter = users[one.inviter]
            users[one.email] = people.person(one, firms[one.firm], inviter, logins.passwords[one.email])


def provider_cards(actor: User, folder: Path) -> None:
    """Two carriers with prices; the next sheet of one came with mistakes, and waits as a draft."""
    made = {}
    for carrier, (name, sheet) in cast.CARRIERS.items():
        made[name] = cards.provider_card(name, carrier, actor)
        result = cards.imported(made[name], sheets.write_sheet(sheet, folder), actor)
        cards.live(made[name], result["revision"], actor)
    cards.imported(made[cast.UPDATED], sheets.write_sheet(sheets.UPDATE, folder), actor)


def products(users, firms) -> None:
    """From the top of the tree downwards: what a company builds from must have been given to it."""
    for one in cast.PRODUCTS:
        card = cards.product(one, users[one.maker])
        cards.built(card, users[one.maker])
        giver = users[cast.ADMIN] if one.maker == cast.DESK else users[one.maker]
        for key in one.given_to:
            cards.assigned(card, firms[key], giver)
