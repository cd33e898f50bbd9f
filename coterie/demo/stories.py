"""The stock of conversations: what customers write, and which answer belongs to what was written."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from re import findall

FAREWELL = "Is there anything else I can look into, {name}? Otherwise I'll close this off and keep an eye on it."
NOTED = "Thanks {name}, I've written that down. I'll keep you posted here."
HAD_THE_LIKE = "I had one like it last month. It's in the notes of that case, and I'm here if it turns out otherwise."
LOOKING = (
    "Hi {name}, {me} here. Thanks for writing, I'm looking into it now and stay with it until it's sorted.",
    "Thanks {name}. I have your account open, give me a few minutes and I'll come back to you here.",
    "Got it, {name}. I'd like to check that with the people on site before I promise anything. I'll write again today.",
)


@dataclass(frozen=True, slots=True)
class Story:
    """One conversation, from the opening. Turns alternate, the customer's first."""

    topic: str
    skill: str
    title: str
    turns: tuple[str, ...]
    how: str
    note: str = ""
    ask: str = ""
    help: str = ""

    @property
    def opening(self) -> str:
        return self.turns[0]


@dataclass(frozen=True, slots=True)
class Cue:
    """Where in which story a customer's turn stands."""

    story: Story
    turn: int

    @property
    def answer(self) -> str:
        """What the expert writes next; empty after a thank-you."""
        return self.story.turns[self.turn + 1] if self.turn + 1 < len(self.story.turns) else ""

    @property
    def next(self) -> str:
        """What the customer writes after that; empty where the story ends."""
        return self.story.turns[self.turn + 2] if self.turn + 2 < len(self.story.turns) else ""


@cache
def stories() -> tuple[Story, ...]:
    text = resources.files(__package__).joinpath("stories.toml").read_text(encoding="utf-8")
    return tuple(
        Story(**{**entry, "turns": tuple(entry["turns"])}) for entry in tomllib.loads(text)["story"]
    )


@cache
def cues() -> dict[str, Cue]:
    """Every customer's turn of every story, known word for word."""
    return {
        text: Cue(story, 2 * at) for story in stories() for at, text in enumerate(story.turns[::2])
    }


def cue_of(text: str) -> Cue | None:
    """The place in a story of what a customer wrote; None where a person wrote it."""
    return cues().get(text)


def help_with(question: str) -> str:
    """What a teammate answers to an ask: from its story, else that they had the like."""
    told = {story.ask: story.help for story in stories() if story.ask}
    return told.get(question, HAD_THE_LIKE)


def answer_to(text: str, said_before: Sequence[str]) -> str:
    """The answer to whatever was written: from the story, or from the opening that says most of the same.

    Nothing is said twice in one conversation, as long as there is something else to say.
    """
    cue = cue_of(text) or nearest(text)
    options = [cue.answer] if cue else []
    options += LOOKING[:2] if not said_before else [LOOKING[2], FAREWELL]
    return next((option for option in options if option and option not in said_before), NOTED)


def nearest(text: str) -> Cue | None:
    """The opening that shares the most telling words with it, if those are at least three."""
    said = words(text)
    best = max(stories(), key=lambda story: len(said & words(story.opening)))
    return Cue(best, 0) if len(said & words(best.opening)) >= 3 else None


def words(text: str) -> frozenset[str]:
    return frozenset(word for word in findall(r"[a-z]+", text.lower()) if len(word) > 3)


def spoken(text: str, *, name: str, me: str, place: str) -> str:
    """Fill in the first names and the place."""
    given = name.split(" ", maxsplit=1)[0] if name else "there"
    return text.format(name=given, me=me.split(" ", maxsplit=1)[0], place=place or "town")


@cache
def lines() -> tuple[str, ...]:
    """Everything that an expert can say."""
    told = (turn for story in stories() for turn in story.turns[1::2])
    return (*told, *LOOKING, FAREWELL, NOTED)
