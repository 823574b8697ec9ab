"""The profit rules of a customer card: the table, and one rule."""

from fractions import Fraction

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.saving import answer_status, done, locked, saved, watched
from ratecards import freshness, overview, queries, store
from ratecards.engine.matches import draws_of, lines_of
from ratecards.engine.numbers import UNITS, Refused
from ratecards.engine.rules import drawn_by, formula
from ratecards.forms import RuleForm
from ratecards.models import PrefixSet, ProfitRule, RateCard
from ratecards.services import rules
from ratecards.views._card import card_or_404, card_page

EXAMPLE = UNITS // 100  # what 0.01 a minute becomes
COUNTED = 40  # rules whose matches are counted; most take a look into two chunks of every parent


def own_card(request, code, right):
    return card_or_404(request.user, code, right, kind=RateCard.CUSTOMER)


def own_rule(request, code, pk, right):
    card = own_card(request, code, right)
    rule = access.get_or_404(request.user, ProfitRule, right, pk=pk, card=card.pk)
    rule.card = card
    return card, rule


@access.screen("profit_rule.view")
def card_profits(request, code):
    user = request.user
    card = own_card(request, code, "profit_rule.view")
    table = list(queries.rules_of(card, user))
    parents = [one.revision for one in overview.parents(card, user) if one.revision]
    work = store.Work()
    for place, rule in enumerate(table):
        rule.becomes = becomes(rule)
        rule.drawn = drawn(rule, parents, work) if parents and place < COUNTED else None
        rule.replaces = replaces(rule)
    is_open = card.archived_at is None
    context = card_page(user, card, "Profits", rules=table, may_add=is_open and access.may(user, "profit_rule.create"),
                        may_see_sets=access.may(user, "prefix_set.view"), may_change=is_open and access.may(user, "profit_rule.update"),
                        may_delete=is_open and access.may(user, "profit_rule.delete"))  # fmt: skip
    return render(request, "ratecards/card_profits.html", context)


def replaces(rule) -> str:
    """What a rule puts in place of the parents' figures, in few words."""
    given = {"MCD": rule.mcd, "pulse": rule.pulse, "decimals": rule.decimals, "name": rule.name,
             "fee": rule.connect and f"{rule.connect.normalize():f}"}  # fmt: skip
    return ", ".join(f"{label} {value}" for label, value in given.items() if value is not None)


def becomes(rule) -> int | None:
    """What a cost of 0.01 a minute becomes by a rule, in price units; None where it sells nothing."""
    if rule.status != ProfitRule.PROFIT:
        return None
    factor, addend = formula(freshness.engine_rule(rule))
    return round(EXAMPLE * Fraction(factor) + addend)


def drawn(rule, revisions, work) -> int | None:
    """How many rows of the parents a rule draws, other rules left aside; None where that would take too long."""
    draws = drawn_by(freshness.engine_rule(rule))
    try:
        return sum(store.drawn(revision, draws, 0, work=work).count for revision in revisions)
    except (Refused, store.Damaged):
        return None


@access.screen("profit_rule.view")
def profit_match(request, code):
    """What a match that is being typed draws of each parent: a part of the rule's form, asked while one types."""
    user, text = request.user, request.GET.get("match", "")
    card = own_card(request, code, "profit_rule.view")
    context = {"parents": [], "card": card}
    try:
        draws = draws_of(text)
        if pk := request.GET.get("prefix_set", ""):
            prefix_set = access.get_or_404(user, PrefixSet, "prefix_set.view", pk=pk)
            draws = lines_of(tuple(prefix_set.data.split("\n")))
        work = store.Work()
        for parent in overview.parents(card, user):
            if parent.revision:
                context["parents"].append((parent.card, store.drawn(parent.revision, draws, work=work)))
        context["total"] = sum(found.count for _, found in context["parents"])
    except (Refused, store.Damaged) as refused:
        context["refused"] = str(refused)
    return render(request, "ratecards/profit_match.html", context)


def rule_form(request, card, **initial) -> RuleForm:
    form = RuleForm(request.POST or None, presentation=card.presentation, initial=initial)
    sets = access.visible(request.user, PrefixSet, "prefix_set.view").filter(owner=card.owner_id)
    return access.narrow(form, request.user, prefix_set=sets)


@access.screen("profit_rule.create")
def profit_create(request, code):
    card = own_card(request, code, "profit_rule.create")
    form = rule_form(request, card, match=request.GET.get("match", ""))
    if form.is_valid() and saved(form, rules.add_rule, card, actor=request.user, **form.cleaned_data):
        messages.success(request, "The rule was added. Build the card to put it into its prices.")
        return redirect("ratecards:card_profits", code)
    return render(
        request,
        "ratecards/profit_form.html",
        card_page(request.user, card, "New rule", form=form),
        status=answer_status(form),
    )


@access.screen("profit_rule.update")
def profit_edit(request, code, pk):
    card, rule = own_rule(request, code, pk, "profit_rule.update")
    if request.method == "POST":
        locked(card)  # before its rules, as every service does
        card, rule = own_rule(request, code, pk, "profit_rule.update")
    form = watched(rule_form(request, card, **initial_of(rule)))
    if form.is_valid() and saved(form, rules.change_rule, rule, actor=request.user, **form.cleaned_data):
        messages.success(request, "Saved. Build the card to put it into its prices.")
        return redirect("ratecards:card_profits", code)
    return render(
        request,
        "ratecards/profit_form.html",
        card_page(request.user, card, "Edit rule", form=form),
        status=answer_status(form),
    )


def initial_of(rule) -> dict:
    """A rule as its form shows it: figures without the zeros that the database adds."""
    initial = {name: getattr(rule, name) for name in rules.FIELDS} | {"value": f"{rule.value.normalize():f}"}
    return initial if rule.connect is None else initial | {"connect": f"{rule.connect.normalize():f}"}


@access.screen("profit_rule.update")
@require_POST
def profit_move(request, code, pk):
    """One place up or down the list."""
    _, rule = own_rule(request, code, pk, "profit_rule.update")
    step = -1 if request.POST.get("to") == "up" else 1
    done(request, "The order was changed.", rules.move_rule, rule, rule.position + step, actor=request.user)
    return redirect("ratecards:card_profits", code)


@access.screen("profit_rule.delete")
@require_POST
def profit_delete(request, code, pk):
    _, rule = own_rule(request, code, pk, "profit_rule.delete")
    done(
        request,
        f"The rule {rule.prefix_set or rule.match or '^'} was deleted.",
        rules.delete_rule,
        rule,
        actor=request.user,
    )
    return redirect("ratecards:card_profits", code)
