"""What a build was made of, as it is kept with the revision: enough to explain every figure, and to say what changed."""

from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction

from ratecards.engine.options import Options
from ratecards.engine.rules import Rule
from ratecards.freshness import Inputs

OPTIONS = {
    "compact": "rate compact", "collapse": "collapse", "presentation": "the price columns", "increments": "increments",
    "decimals": "price decimals", "rounding": "price rounding", "shrink": "leaving out equal rows",
    "uncovered_at_cost": "selling uncovered columns at cost", "covered_by_all": "selling only what every parent has",
}  # fmt: skip


def recipe_of(inputs: Inputs) -> dict:
    """The recipe of a build from these inputs, as plain JSON values."""
    parents = [
        {"card": revision.card_id, "revision": revision.pk, "number": revision.number, "rate": str(rate),
         "content": bytes(revision.digest).hex()}
        for revision, rate in zip(inputs.parents, inputs.rates, strict=True)
    ]  # fmt: skip
    rules = [asdict(rule) | {"value": str(rule.value)} for rule in inputs.rules]
    return {"parents": parents, "rules": rules, "options": asdict(inputs.options)}


def rules_in(recipe: dict) -> list[Rule]:
    """The rules of a recipe as the engine takes them."""
    return [Rule(**one | {"value": Decimal(one["value"]), "columns": tuple(one["columns"]),
                          "prefix_set": None if one["prefix_set"] is None else tuple(one["prefix_set"])})
            for one in recipe["rules"]]  # fmt: skip


def options_in(recipe: dict) -> Options:
    """The options of a recipe."""
    return Options(**recipe["options"])


def rates_in(recipe: dict) -> list[Fraction]:
    """The exchange rate of every parent of a recipe, in order."""
    return [Fraction(parent["rate"]) for parent in recipe["parents"]]


def differences(before: dict, after: dict) -> list[str]:
    """What changed from one recipe to another, in words; empty where they would build the same."""
    found = []
    if [one["card"] for one in before["parents"]] != [one["card"] for one in after["parents"]]:
        found.append("the parents")
    else:
        for place, (old, new) in enumerate(zip(before["parents"], after["parents"], strict=True), 1):
            if old["content"] != new["content"]:
                found.append(f"the prices of parent {place} (revision {old['number']}, now {new['number']})")
            if old["rate"] != new["rate"]:
                found.append(f"the exchange rate of parent {place}")
    if len(before["rules"]) != len(after["rules"]):
        found.append(f"the number of rules (from {len(before['rules'])} to {len(after['rules'])})")
    else:
        pairs = enumerate(zip(rules_in(before), rules_in(after), strict=True), 1)
        found += [f"rule {place}" for place, (old, new) in pairs if old != new]
    old, new = before["options"], after["options"]
    return found + [words for name, words in OPTIONS.items() if old.get(name) != new.get(name)]
