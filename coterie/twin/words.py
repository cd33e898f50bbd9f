"""What a result says in words: the question of each figure, which way is good, and what a twin can't tell."""

from coterie.performance.scorecard import BY_NAME
from coterie.twin.scenario import Scenario

OWN = {
    "solved": ("Is it solved in the end?", "share", "Cases whose last episode solved them, over cases that ended. A twin knows that; a live system is told."),
    "abandoned": ("How many callers hang up?", "share", "Calls given up while waiting, over calls."),
    "call_back": ("How many take a call-back?", "share", "Calls answered by calling back at a named time, over calls."),
    "voice_wait_s": ("How long do calls wait?", "seconds", "Mean time in queues, after the menu, of calls answered in the line."),
    "voice_wait_p90_s": ("How long at most, in nine of ten?", "seconds", "0.9 quantile of that time before the first answer."),
    "within_promise": ("Are calls answered in time?", "share", "Calls answered in the line within the promise, over all calls."),
    "call_back_wait_s": ("How long until a call-back?", "seconds", "Mean time from the call to the call-back."),
    "messaging_wait_s": ("How long until a first answer to a message?", "seconds", "Mean time from a first message to its answer, day and night."),
    "messaging_wait_p90_s": ("How long at most, in nine of ten?", "seconds", "0.9 quantile of that time."),
    "email_wait_s": ("How long until an answer to a mail?", "seconds", "Mean time from a mail to its answer, day and night."),
    "email_wait_p90_s": ("How long at most, in nine of ten?", "seconds", "0.9 quantile of that time."),
    "episodes_per_case": ("How often must customers come about one matter?", "episodes", "Episodes over cases, calls that were given up included."),
    "people_per_case": ("How often does the answering person change?", "changes", "Changes of the answering person, over episodes attended."),
    "lost": ("How many never reach anybody?", "share", "Cases on which nobody ever answered, over cases."),
    "occupancy": ("How busy are people?", "share", "Time at work on contacts and asks, over time there. For planners."),
    "helping_share": ("How much time goes into help?", "share", "Time spent on the asks of others, over time there."),
    "paid_h_per_case": ("How much paid time does a case take?", "hours", "Paid hours, over cases."),
    "cost_per_case": ("What does a case cost?", "money", "Paid hours times the cost of an hour, over cases."),
    "cost_per_solved": ("What does a solved case cost?", "money", "Paid hours times the cost of an hour, over cases whose last episode solved them."),
    "people": ("How many people does the same service need?", "people", "The fewest who answer calls as well as was asked, shared out as today."),
    "contacts": ("How many contacts come?", "contacts", "Episodes that began, calls given up included."),
}  # fmt: skip
"""Of the twin's own figures: question, unit, definition. The others stand in `performance.scorecard`."""

LOW_IS_GOOD = {
    "abandoned", "voice_wait_s", "voice_wait_p90_s", "call_back_wait_s", "messaging_wait_s", "messaging_wait_p90_s",
    "email_wait_s", "email_wait_p90_s", "episodes_per_case", "people_per_case", "lost", "paid_h_per_case", "cost_per_case",
    "cost_per_solved", "people",
}  # fmt: skip
NEITHER = {"call_back", "occupancy", "helping_share", "contacts", "ask_rate", "home_rate", "outside_rate"}  # fmt: skip
"""Neither more nor less of it is better."""

CANNOT = (
    "What people feel: satisfaction, recommendation and loyalty are no outcome of queues.",
    "How much better experts get over the years when they own what they start.",
    "Why customers call: fewer contacts by closed process gaps are not in it.",
    "Whether people stay: attrition and its cost are not in it.",
)


def better(name: str, difference: float) -> str | None:
    """Which world does better where communities less groups is so much; None where neither does."""
    if name in NEITHER:
        return None
    low = name in LOW_IS_GOOD or (name in BY_NAME and BY_NAME[name].low_is_good)
    return "communities" if (difference < 0) == low else "groups"


def notes_on(scenario: Scenario) -> list[str]:
    """What a reader has to know beside the figures."""
    said = [f"Not in it: {sentence}" for sentence in CANNOT]
    if scenario.days - scenario.warm_up_days <= 7:
        said.append("No case is past its watch time in so short a time: resolution and asks by case can't be counted.")  # fmt: skip
    else:
        said.append("Issue resolution leaves out who came back and then hung up for good, as the live figure does: such a case never ends.")  # fmt: skip
    if not scenario.groups:
        said.append("The scenario has no skill groups, so communities stand alone.")
    return said
