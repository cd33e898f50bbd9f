"""Meet a customer, give them a home, change it. Verbs take `tx` and `now` and emit what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from coterie.customers import home_queries, queries, rules
from coterie.customers.model import Choice, Customer, Home, HomeFacts, Newcomer
from coterie.kit.access.audit import audit
from coterie.kit.db import Asked, Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.events import emit, hold
from coterie.kit.ids import new_id


async def homes_for(tx: Tx, newcomers: Sequence[Newcomer]) -> list[Choice | Refused]:
    """The home that each of these would have, or why they can have none (an area that nobody knows)."""
    return await read_homes(await ask_homes(tx, newcomers))


class AskedHomes(NamedTuple):
    """Who wants a home, and the questions that decide it."""

    newcomers: Sequence[Newcomer]
    territories: Asked | None
    catch_all: Asked


async def ask_homes(tx: Tx, newcomers: Sequence[Newcomer]) -> AskedHomes:
    areas = {who.area for who in newcomers if who.area}
    territories = await queries.ask_territories(tx, sorted(areas)) if areas else None
    return AskedHomes(newcomers, territories, await queries.ask_catch_all(tx))


async def read_homes(asked: AskedHomes) -> list[Choice | Refused]:
    territories = dict(await asked.territories.fetchall()) if asked.territories else {}
    found = await asked.catch_all.fetchone()
    if found is None:
        refusal = Refused(
            "There is no community yet: an administrator founds the first.", "no_community"
        )
        return [refusal for _ in asked.newcomers]
    return [home_for(who, territories, found[0]) for who in asked.newcomers]


def home_for(who: Newcomer, territories: dict[str, str | None], catch_all: str) -> Choice | Refused:
    if who.area and who.area not in territories:
        return Invalid(f"There is no area {who.area[:40]!r}.", "unknown_area", field="from.area")
    territory = territories.get(who.area) if who.area else None
    return rules.choose_home(HomeFacts(None, None, territory, catch_all, who.area))


async def register_many(
    tx: Tx, now: datetime, newcomers: Sequence[tuple[Newcomer, Choice]]
) -> list[str]:
    """Store customers with the homes found for them; their new ids, in order."""
    placed = [(new_id(), who, home) for who, home in newcomers]
    await queries.add_customers(tx, now, placed)
    for customer_id, _, home in placed:
        ids = {"customer": customer_id}
        emit(tx, home.community_id, "customer_registered", now, ids, reason=home.reason)
    return [customer_id for customer_id, _, _ in placed]


async def register(tx: Tx, now: datetime, who: Newcomer) -> str:
    """Meet one customer. The transaction must hold the stream of what becomes their home, or nothing yet."""
    [home] = await homes_for(tx, [who])
    if isinstance(home, Refused):
        raise home
    await hold(tx, [home.community_id])
    [customer_id] = await register_many(tx, now, [(who, home)])
    return customer_id


async def pin(
    tx: Tx, now: datetime, customer_id: str, community_id: str, why: str, by: str | None
) -> Choice:
    """Give a customer a home by hand, with the reason. Open cases stay where they were opened."""
    if not why.strip():
        raise Invalid("Say why this customer is pinned.", field="why")
    await queries.change_pin(tx, customer_id, community_id, why.strip())
    await audit(tx, now, by, "pin", "customer", customer_id, {"community": community_id})
    return await rehome(tx, now, customer_id, by)


async def unpin(tx: Tx, now: datetime, customer_id: str, by: str | None) -> Choice:
    """Take the pin away; household, territory or catch-all decide again."""
    await queries.change_pin(tx, customer_id, None, None)
    await audit(tx, now, by, "unpin", "customer", customer_id)
    return await rehome(tx, now, customer_id, by)


async def record_care(
    tx: Tx,
    now: datetime,
    customer_id: str,
    *,
    vulnerable: bool,
    consents: Mapping[str, bool],
    by: str | None,
) -> Customer:
    """Record that they need care, and what they agreed to or refused. Consents that are not named stay as they were."""
    before = await known(tx, customer_id)
    if before.erased_at is not None:
        raise Refused("This customer was erased.", "erased")
    after = replace(before, vulnerable=vulnerable, consent={**before.consent, **consents})
    await queries.save_care(tx, after)
    await hold(tx, [before.community_id])
    said = {f"consent_{name}": agreed for name, agreed in consents.items()}
    ids = {"customer": customer_id, "by": by}
    emit(tx, before.community_id, "care_recorded", now, ids, vulnerable=vulnerable, **said)
    await audit(tx, now, by, "record_care", "customer", customer_id, {"vulnerable": vulnerable, **said})  # fmt: skip
    return after


async def rehome(tx: Tx, now: datetime, customer_id: str, by: str | None) -> Choice:
    """Choose the home of a customer anew, and of their household, which goes where its anchor is."""
    everybody = await home_queries.housemates(tx, [customer_id])
    chosen = (await rehome_many(tx, now, everybody, by)).get(customer_id)
    if chosen is None:
        raise NotFound("There is no such customer.")
    return chosen


async def rehome_many(
    tx: Tx,
    now: datetime,
    customer_ids: Sequence[str],
    by: str | None,
    *,
    change_id: str | None = None,
) -> dict[str, Choice]:
    """Choose these homes anew by the facts. What changes is dated, and emitted on both communities' streams.

    `change_id` is the change of territories that asks for it. Who was erased or is part of another is left out.
    """
    chosen = {
        each.id: rules.choose_home(each.facts)
        for each in await home_queries.home_facts(tx, customer_ids)
    }
    present = await home_queries.present_homes(tx, sorted(chosen))
    moved = [
        (before, max(now, before.since + timedelta(microseconds=1)), chosen[id_])
        for id_, before in present.items()
        if not chosen[id_].is_at(before)
    ]
    if moved:
        await hold(tx, [id_ for before, _, home in moved for id_ in (before.community_id, home.community_id)])  # fmt: skip
        await home_queries.change_homes(tx, moved, change_id)
        tell_moved(tx, now, moved, by)
    return chosen


def tell_moved(
    tx: Tx, now: datetime, moved: Sequence[tuple[Home, datetime, Choice]], by: str | None
) -> None:
    for before, _, home in moved:
        ids = {
            "customer": before.customer_id,
            "from": before.community_id,
            "to": home.community_id,
            "by": by,
        }
        for stream_id in sorted({before.community_id, home.community_id}):
            emit(tx, stream_id, "home_changed", now, ids, reason=home.reason)


async def known(tx: Tx, customer_id: str) -> Customer:
    """The customer, or NotFound."""
    customer = await queries.customer(tx, customer_id)
    if customer is None:
        raise NotFound("There is no such customer.")
    return customer
