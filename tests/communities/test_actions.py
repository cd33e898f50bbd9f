"""The verbs of communities on a real database."""

from datetime import timedelta
from typing import Any

import pytest

from coterie.communities import actions, queries
from coterie.communities.model import Area
from coterie.communities.settings import DEFAULTS
from coterie.kit import events
from coterie.kit.db import Tx, value
from coterie.kit.errors import Invalid, Refused
from coterie.kit.ids import new_id
from tests.communities.places import NOW, Place

pytestmark = pytest.mark.anyio
LATER = NOW + timedelta(days=3)


def emitted(tx: Tx) -> list[tuple[str, dict[str, Any]]]:
    return [(each.kind, each.values) for each in events._records[tx].events]


async def appoint(tx: Tx, community_id: str, name: str = "Ana", **given: Any) -> str:
    email = f"{name.lower()}@example.org"
    return await actions.appoint(tx, NOW, community_id, email=email, name=name, **given)


async def own_a_case(tx: Tx, community_id: str, expert_id: str, state: str) -> str:
    """The least rows that make an expert the owner of a case."""
    customer, thread, case = new_id(), new_id(), new_id()
    await tx.execute(
        "INSERT INTO customers (id, community_id, created_at) VALUES (%s, %s, %s)",
        [customer, community_id, NOW],
    )
    await tx.execute(
        "INSERT INTO threads (id, customer_id, community_id, last_at, created_at) VALUES (%s, %s, %s, %s, %s)",
        [thread, customer, community_id, NOW, NOW],
    )
    await tx.execute(
        """
        INSERT INTO cases (id, thread_id, customer_id, community_id, state, opened_at, spoken_at, owner_id,
            owned_at, watch_ends_at, closed_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            case, thread, customer, community_id, state, NOW, NOW, expert_id, NOW,
            NOW if state == "watched" else None, NOW if state == "closed" else None,
        ],
    )  # fmt: skip
    return case


async def test_the_first_community_is_the_catch_all(tx: Tx, place: Place) -> None:
    catch_all = await queries.catch_all(tx)
    assert catch_all is not None and catch_all.id == place.riverina
    await actions.make_catch_all(tx, NOW, place.hunter)
    catch_all = await queries.catch_all(tx)
    assert catch_all is not None and catch_all.id == place.hunter


async def test_a_name_that_is_taken_is_refused_whatever_its_case(tx: Tx, place: Place) -> None:
    with pytest.raises(Refused, match="already"):
        await actions.found_community(tx, NOW, place.region, "RIVERINA", "Australia/Sydney")
    with pytest.raises(Refused, match="already"):
        await actions.change_community(tx, NOW, place.hunter, {"name": "riverina"})
    with pytest.raises(Refused, match="already"):
        await actions.found_region(tx, NOW, "New South Wales")


async def test_a_community_keeps_only_what_differs_from_the_defaults(tx: Tx, place: Place) -> None:
    wanted = {"watch_days": 14, "promise_first_messaging_s": DEFAULTS.promise_first_messaging_s}
    changed = await actions.change_settings(tx, NOW, place.riverina, wanted)
    assert changed.stored_settings == '{"watch_days": 14}'
    assert changed.settings.watch_days == 14 and changed.settings_version == 2
    back = await actions.change_settings(tx, NOW, place.riverina, {"watch_days": None})
    assert back.settings == DEFAULTS and back.settings_version == 3
    same = await actions.change_settings(tx, NOW, place.riverina, {"watch_days": 7})
    assert same.settings_version == 3
    assert [kind for kind, _ in emitted(tx)].count("settings_changed") == 4


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"watch_days": 0}, "between 1 and 90"),
        ({"watch_days": 7.5}, "whole number"),
        ({"watch_days": True}, "whole number"),
        ({"watch_days": "7"}, "whole number"),
        ({"weight_idle": float("nan")}, "between 0 and 1"),
        ({"watch_weeks": 1}, "no setting 'watch_weeks'"),
        ({"watch_days": 9, "hours": {"week": {"mon": ["17:00-09:00"]}}}, "close after it opens"),
        ({"hours": {"week": {"mon": ["09:00-12:00", "11:00-13:00"]}}}, "overlap"),
        ({"hours": {"week": {"mon": []}}}, "at least one opening time"),
        ({"hours": {"week": {"monday": ["09:00-17:00"]}}}, "no day of the week"),
        ({"hours": {"holidays": ["25.12.2026"]}}, "no date"),
        ({"hours": ["09:00-17:00"]}, "Hours are written"),
        ({"hours": {"week": {"mon": [9]}}}, "list of up to"),
        ({"hours": {"week": 5}}, "no day of the week"),
    ],
)
async def test_a_wrong_setting_is_refused_in_words_and_changes_nothing(
    tx: Tx, place: Place, wanted: dict[str, Any], says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        await actions.change_settings(tx, NOW, place.riverina, wanted)
    community = await queries.community(tx, place.riverina)
    assert community is not None and community.settings == DEFAULTS


async def test_hours_are_stored_as_they_were_written(tx: Tx, place: Place) -> None:
    hours = {"week": {"mon": ["09:00-12:00", "13:00-24:00"]}, "holidays": ["2026-12-25"]}
    community = await actions.change_settings(tx, NOW, place.riverina, {"hours": hours})
    assert community.settings.hours.week[0] == ((540, 720), (780, 1440))
    assert community.settings.hours.week[6] == ()
    back = await actions.change_settings(tx, NOW, place.riverina, {"hours": None})
    assert back.settings.hours.always_open


async def test_an_expert_is_appointed_with_skills_and_can_be_found(tx: Tx, place: Place) -> None:
    ana = await appoint(tx, place.riverina, skills={"billing": 4}, seats=["voice", "messaging"])
    [expert] = await queries.experts_of(tx, place.riverina)
    assert (expert.id, expert.role, expert.skills) == (ana, "expert", {"billing": 4})
    assert (expert.seats, expert.capacity) == (["messaging", "voice"], 4)
    assert expert.presence == "off"
    assert ("member_joined", {"role": "expert"}) in emitted(tx)


async def test_nobody_belongs_to_two_communities(tx: Tx, place: Place) -> None:
    ana = await appoint(tx, place.riverina)
    with pytest.raises(Refused, match="End that membership first"):
        await appoint(tx, place.hunter)
    await actions.end_membership(tx, LATER, ana)
    assert await appoint(tx, place.hunter) == ana
    dated = {each.community_id: each.until for each in await queries.memberships_of(tx, ana)}
    assert dated == {place.riverina: LATER, place.hunter: None}


async def test_somebody_who_returns_takes_up_the_former_membership(tx: Tx, place: Place) -> None:
    ana = await appoint(tx, place.riverina)
    await actions.end_membership(tx, LATER, ana)
    await appoint(tx, place.riverina, role="coach")
    [membership] = await queries.memberships_of(tx, ana)
    assert (membership.role, membership.until) == ("coach", None)


@pytest.mark.parametrize("state", ["open", "watched"])
async def test_a_membership_does_not_end_while_it_owns_a_case(
    tx: Tx, place: Place, state: str
) -> None:
    ana = await appoint(tx, place.riverina)
    await own_a_case(tx, place.riverina, ana, state)
    with pytest.raises(Refused, match="Ana still owns cases"):
        await actions.end_membership(tx, LATER, ana)
    membership = await queries.membership(tx, ana)
    assert membership is not None and membership.until is None


async def test_a_membership_ends_where_every_case_is_closed(tx: Tx, place: Place) -> None:
    ana = await appoint(tx, place.riverina)
    await actions.set_presence(tx, NOW, ana, "present")
    await own_a_case(tx, place.riverina, ana, "closed")
    await actions.end_membership(tx, LATER, ana)
    expert = await queries.expert(tx, ana)
    assert expert is not None and (expert.community_id, expert.presence) == (None, "off")
    assert [kind for kind, _ in emitted(tx)][-2:] == ["presence_changed", "member_left"]


async def test_presence_changes_once(tx: Tx, place: Place) -> None:
    ana = await appoint(tx, place.riverina)
    assert await actions.set_presence(tx, NOW, ana, "present")
    assert not await actions.set_presence(tx, LATER, ana, "present")
    assert not await actions.set_presence(tx, LATER, await appoint(tx, place.riverina, "Bo"), "off")
    expert = await queries.expert(tx, ana)
    assert expert is not None and (expert.presence, expert.present_since) == ("present", NOW)
    with pytest.raises(Invalid, match="present, away or off"):
        await actions.set_presence(tx, LATER, ana, "online")


async def test_shifts_replace_those_that_have_not_ended(tx: Tx, place: Place) -> None:
    ana = await appoint(tx, place.riverina)
    hours = [(NOW + timedelta(hours=h), NOW + timedelta(hours=h + 4)) for h in (-8, 0, 24)]
    await actions.plan_shifts(tx, NOW - timedelta(days=1), ana, hours)
    await actions.plan_shifts(tx, NOW, ana, [(LATER, LATER + timedelta(hours=8))])
    shifts = await queries.shifts_of(tx, [ana], NOW - timedelta(days=9), LATER + timedelta(days=9))
    assert [each.starts_at for each in shifts] == [hours[0][0], LATER]
    with pytest.raises(Invalid, match="overlap"):
        await actions.plan_shifts(
            tx, NOW, ana, [(LATER, LATER + timedelta(hours=8)), (LATER + timedelta(hours=7), LATER + timedelta(hours=9))]
        )  # fmt: skip


async def test_an_area_has_one_holder_and_a_history(tx: Tx, place: Place) -> None:
    await actions.add_areas(tx, NOW, [Area("2650", "Wagga Wagga", -35.1, 147.4), Area("2300", "")])
    assert await actions.assign_territory(tx, NOW, place.riverina, ["2650", "2300"]) == 2
    assert await actions.assign_territory(tx, NOW, place.riverina, ["2650"]) == 0
    assert await actions.assign_territory(tx, LATER, place.hunter, ["2650", "2300"]) == 2
    assert await actions.assign_territory(tx, LATER, place.riverina, ["2650"]) == 1
    assert await queries.community_of_area(tx, "2650") == place.riverina
    assert await queries.community_of_area(tx, "2300") == place.hunter
    assert [(each.community_id, each.until) for each in await queries.holdings_of(tx, "2300")] == [
        (place.hunter, None),
        (place.riverina, LATER),
    ]
    with pytest.raises(Invalid, match="no area 9999"):
        await actions.assign_territory(tx, LATER, place.riverina, ["2300", "9999"])
    assert await queries.community_of_area(tx, "2300") == place.hunter


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"email": "nobody"}, "no e-mail address"),
        ({"name": "  "}, "at least one letter"),
        ({"name": "x" * 81}, "at most 80"),
        ({"name": "a\x00b"}, "nobody sees"),
        ({"role": "admin"}, "manager, a coach or an expert"),
        ({"skills": {"billing": 6}}, "level from 0 to 5"),
        ({"skills": {"<b>": 1}}, "no name of a skill"),
        ({"languages": ["english!"]}, "no language"),
        ({"seats": ["chat"]}, "no seat"),
        ({"capacity": 0}, "capacity"),
    ],
)
async def test_a_wrong_expert_is_refused_in_words(
    tx: Tx, place: Place, given: dict[str, Any], says: str
) -> None:
    wanted = {"email": "li@example.org", "name": "Li", **given}
    with pytest.raises(Invalid, match=says):
        async with tx.transaction():
            await actions.appoint(tx, NOW, place.riverina, **wanted)
    assert await value(tx, "SELECT count(*) FROM accounts") == 0


async def test_every_verb_of_the_administration_is_audited(tx: Tx, place: Place) -> None:
    ana = await appoint(tx, place.riverina)
    await actions.change_skills(tx, NOW, ana, {"network": 2}, by=ana)
    await actions.change_expert(tx, NOW, ana, capacity=5, by=ana)
    await actions.change_role(tx, NOW, ana, "coach", by=ana)
    found = await tx.execute(
        "SELECT verb, object FROM audit WHERE account_id = %s ORDER BY id", [ana]
    )
    assert await found.fetchall() == [
        ("set_skills", "expert"),
        ("change", "expert"),
        ("change", "account"),
        ("change", "expert"),
    ]
