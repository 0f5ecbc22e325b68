"""Compute your statement and your part of a surplus again, from the facts the co-op gave you.

    python3 recompute.py FILE.json

You need Python 3.10 or newer and nothing else: this script opens no connection and reads one file.
It prints each figure as you would compute it with paper and pencil, and ends with status 1 when
one of them is not what the co-op says. All sums in the file are whole cents; shares are basis
points: 10,000 of them are all of it. You are "you"; other people have numbers, not names.
"""

import hashlib
import json
import sys
from typing import Any

WHOLE = 10_000
faults: list[str] = []


def allocate(total: int, weights: list[int]) -> list[int]:
    """Share out `total` by `weights`. Cents that are left over go to the largest fractions; of
    equal fractions, the earlier one gets its cent first. So the parts always make the whole."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    neediest = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for i in neediest[: total - sum(parts)]:
        parts[i] += 1
    return parts


def compare(what: str, stated: object, computed: object) -> None:
    """Note a figure that is not what the co-op says."""
    if stated != computed:
        faults.append(f"{what}: the co-op says {stated}, computed {computed}")


def part_of_sale(sale: dict[str, Any]) -> int:
    """Your part: first the co-op and the artists share the price, then the artists by weight."""
    artists = allocate(sale["price"], [WHOLE - sale["coop_rate_bp"], sale["coop_rate_bp"]])[0]
    parts = allocate(artists, [weight for _who, weight in sale["shares"]])
    return sum(part for part, (who, _) in zip(parts, sale["shares"], strict=True) if who == "you")


def digest_of(month: dict[str, Any], closing: int, currency: str) -> str:
    """The SHA-256 on your statement: of its figures, written in the one way that is agreed."""
    lines = []
    for line in month["lines"]:
        fact = [line["at"], line["source"], line["amount"]]
        if "sale" in line:
            sale = line["sale"]
            fact += [sale[of] for of in ("title", "buyer", "licence_kind", "price", "coop_rate_bp")]
            fact += [sum(weight for who, weight in sale["shares"] if who == "you")]
            fact += [sum(weight for _, weight in sale["shares"])]
        lines.append(fact)
    said = {name: month[name] for name in ("member", "month", "opening")}
    said.update(currency=currency, lines=lines, closing=closing)
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def statement(month: dict[str, Any], currency: str, money: Any) -> int:
    """A month: where the balance stood, each line, where it stands now."""
    balance = int(month["opening"])
    print(f"\n{month['month']}\n  {'opening balance':48}{money(balance):>16}")
    for line in month["lines"]:
        kind, amount, what = line["source"].split(":")[0], line["amount"], line["source"]
        if "sale" in line:
            part = part_of_sale(line["sale"])
            # A refund takes back what the sale gave, to the cent; nothing is split anew.
            amount = part if kind in ("sale", "restored") else -part
            what = f"{kind}: {line['sale']['title']}"
            compare(f"{month['month']}, {line['source']}", line["amount"], amount)
        balance += amount
        print(f"  {what[:47]:48}{money(amount):>16}")
    print(f"  {'closing balance':48}{money(balance):>16}")
    compare(f"{month['month']}, closing balance", month["stated"]["closing"], balance)
    compare(f"{month['month']}, digest", month["stated"]["digest"],
            digest_of(month, balance, currency))  # fmt: skip
    return balance


def step_takes(step: dict[str, Any], rest: int, facts: dict[str, Any]) -> int:
    """What a step takes of the rest: a share, or a sum as far as it goes. Notes it in `facts`."""
    if step["kind"] == "deficit":
        lost = sum(int(loss) for _year, loss in facts["losses"])
        taken = min(rest, lost)
        facts["losses"] = [[0, lost - taken]]
        return taken
    taken = min(rest, int(step.get("sum_minor", rest)))
    if "rate_bp" in step:
        taken = allocate(rest, [step["rate_bp"], WHOLE - step["rate_bp"]])[0]
    if step["kind"] == "reserve":
        if "ceiling_minor" in step or "ceiling_capital_bp" in step:
            of_capital = facts["capital"] * step.get("ceiling_capital_bp", 0) // WHOLE
            ceiling = max(step.get("ceiling_minor", 0), of_capital)
            taken = min(taken, max(0, ceiling - facts["reserve"]))
        facts["reserve"] += taken
    return taken


def in_cash(law: dict[str, Any], yours: int, *, consented: bool) -> int:
    """What of your part is paid in cash, to the next cent up; the rest is retained as equity."""
    all_of_it = not consented and law.get("without_consent", "cash") == "cash"
    return yours if all_of_it else -(-yours * law.get("cash_bp", WHOLE) // WHOLE)


def surplus_share(plan: dict[str, Any], money: Any) -> None:
    """Your part of a surplus: the steps first, the rest among the classes, each by its measure."""
    name, rest = f"Surplus of {plan['year']}, plan {plan['number']}", plan["surplus"]
    print(f"\n{name}\n  {'the surplus':48}{money(rest):>16}")
    facts, takes, classes, yours = dict(plan["facts"]), [], [], 0
    for step in plan["law"]["steps"]:
        taken = step_takes(step, rest, facts)
        takes.append(taken)
        rest -= taken
        print(f"  {'less ' + step.get('name', step['kind']):48}{money(-taken):>16}")
    compare(f"{name}, steps", plan["stated"]["steps"], takes)
    amounts = allocate(rest, [part["part_bp"] for part in plan["law"]["parts"]])
    for part, amount in zip(plan["law"]["parts"], amounts, strict=True):
        people = plan["weights"][part["share_class"]]
        weights = [weight for _who, weight in people]
        classes.append([part["share_class"], amount, sum(weights)])
        cents = allocate(amount, weights) if people else []
        yours += sum(cent for cent, (who, _) in zip(cents, people) if who == "you")  # noqa: B905
        print(f"  {'class ' + part['share_class']:48}{money(amount):>16}")
    compare(f"{name}, classes", plan["stated"]["classes"], classes)
    compare(f"{name}, your part", plan["stated"]["share"], yours)
    cash = in_cash(plan["law"], yours, consented=plan["consented"])
    compare(f"{name}, in cash", plan["stated"]["cash"], cash)
    print(f"  {'your part':48}{money(yours):>16}\n  {'of it in cash':48}{money(cash):>16}")


def main(path: str) -> int:
    with open(path, encoding="utf-8") as file:
        facts = json.load(file)
    unit = 10 ** facts["decimals"]
    money = lambda minor: f"{minor / unit:,.{facts['decimals']}f} {facts['currency']}"  # noqa: E731
    balance = None
    for month in facts["months"]:
        if balance is not None:
            compare(f"{month['month']}, opening balance", month["opening"], balance)
        balance = statement(month, facts["currency"], money)
    for plan in facts["plans"]:
        surplus_share(plan, money)
    print("\n" + ("\n".join(faults) or "Every figure is as the co-op says."))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
