"""Decisions in words: what a customer's expert reads when they ask "why did this come to me?"."""

from collections.abc import Mapping

from coterie.routing import policy
from coterie.routing.model import Decision, unpack

REASONS = {
    policy.STAYS: "stays",
    policy.OWNER: "owner",
    policy.LAST_OWNER: "last_owner",
    policy.COVER: "cover",
    policy.FIRST: "first",
    policy.NOBODY_PRESENT: "nobody_present",
    policy.NOBODY_ON_SHIFT: "nobody_on_shift",
    policy.NOBODY_WITH_SEAT: "nobody_with_seat",
    policy.NOBODY_WITH_LANGUAGE: "nobody_with_language",
    policy.ALL_FULL: "all_full",
    policy.ALL_ON_CALL: "all_on_call",
    policy.ALL_WARMING: "all_warming",
    policy.HELD: "held",
}

# What is said of whoever it came to.
OF_THEM = {
    "stays": "attends this already and is present",
    "owner": "owns this case and can serve now",
    "last_owner": "owned this customer's last case and can serve now",
    "cover": "covers: the owner can't serve now{owner_why}",
    "first": "is the best placed of the {eligible} who can serve now",
    "only": "is the only one who can serve now",
}

SENTENCES = {
    "nobody_present": "In the queue: nobody of the community is present.",
    "nobody_on_shift": "In the queue: nobody who is present is on shift.",
    "nobody_with_seat": "In the queue: nobody on shift serves this channel.",
    "nobody_with_language": "In the queue: nobody on shift speaks the customer's language.",
    "all_full": "In the queue: everybody who could serve is at capacity.",
    "all_on_call": "In the queue: everybody who could serve is at capacity or on a call.",
    "all_warming": "In the queue: everybody who could serve is busy, or has just begun and takes one after the other.",
    "held": "In the queue for whom they know, who can serve soon. Else a teammate covers.",
}

PLAIN = {
    "stays": "Whoever attends this already is present.",
    "owner": "The owner of the case can serve now.",
    "last_owner": "Who owned this customer's last case can serve now.",
    "cover": "A teammate covers: the owner can't serve now.",
    "first": "The best placed of those who can serve now.",
    "attended": "Whoever attends this already goes on.",
    "overflow": "Somebody of the buddy community answers meanwhile: nobody at home could before its time.",
    "special_care": "A named expert of another community serves this case, as was agreed with the customer.",
    "queued": "In the queue already, with the time that was given.",
}

RULED_OUT = {
    policy.ELIGIBLE: "could serve",
    policy.ABSENT: "is not present",
    policy.OFF_SHIFT: "is not on shift",
    policy.NO_SEAT: "doesn't serve this channel",
    policy.NO_LANGUAGE: "doesn't speak the customer's language",
    policy.FULL: "is at capacity",
    policy.ON_CALL: "is on a call",
    policy.WARMING: "has just begun, and takes one after the other",
}


def sentence(decision: Decision, names: Mapping[str, str]) -> str:
    """What decided, as one sentence. names: expert id to name."""
    why = reason(decision, names)
    return f"{names.get(decision.chosen_id, 'Somebody')} {why}." if decision.chosen_id else why


def reason(decision: Decision, names: Mapping[str, str]) -> str:
    """What is said of whoever it came to, after their name; a sentence where it came to nobody."""
    code = REASONS[decision.reason]
    eligible = decision.codes.count(policy.ELIGIBLE)
    if decision.chosen_id is None:
        return SENTENCES[code]
    said = OF_THEM["only" if code == "first" and eligible == 1 else code]
    return said.format(owner_why=owner_why(decision, names), eligible=eligible)


def owner_why(decision: Decision, names: Mapping[str, str]) -> str:
    """Why the owner can't serve."""
    seen = unpack(decision.situation)
    if seen.contact.owner < 0:
        return ""
    owner = names.get(seen.expert_ids[seen.contact.owner], "they")
    return f", {owner} {RULED_OUT[decision.codes[seen.contact.owner]]}"


def plain(reason: str) -> str:
    """A reason's sentence where only its code is known, as a program gets it."""
    return PLAIN.get(reason) or SENTENCES[reason]


def candidates(decision: Decision, names: Mapping[str, str]) -> list[tuple[str, str, float]]:
    """Each candidate: name, what is said of them, their load then."""
    seen = unpack(decision.situation)
    return [
        (names.get(id_, "Somebody"), RULED_OUT[code], load)
        for id_, code, load in zip(seen.expert_ids, decision.codes, seen.experts.load, strict=True)
    ]


def holds(decision: Decision) -> bool:
    """Whether the stored situation still gives the stored answer under the policy of its version."""
    seen = unpack(decision.situation)
    codes = [0] * len(seen.expert_ids)
    index, reason = policy.decide(seen.contact, seen.experts, codes)
    chosen = seen.expert_ids[index] if index >= 0 else None
    return (chosen, reason, codes) == (decision.chosen_id, decision.reason, decision.codes)
