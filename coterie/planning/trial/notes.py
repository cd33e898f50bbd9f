"""What was assumed on the way from a plan to a trial."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Notes:
    """What was assumed, each once."""

    said: list[str] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        if sentence not in self.said:
            self.said.append(sentence)
