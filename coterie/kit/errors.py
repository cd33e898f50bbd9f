"""What the model says no with. Everything that isn't a `Refused` is a bug and goes to the log."""

from typing import ClassVar


class Refused(Exception):
    """The model says no, in a sentence for a person and a code for a program."""

    status: ClassVar[int] = 409

    def __init__(self, sentence: str, code: str = "refused") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class NotFound(Refused):
    """There is no such thing, or none that this viewer may know of."""

    status = 404

    def __init__(self, sentence: str, code: str = "not_found") -> None:
        super().__init__(sentence, code)


class Forbidden(Refused):
    """This viewer may know of it, but not do this."""

    status = 403

    def __init__(self, sentence: str, code: str = "forbidden") -> None:
        super().__init__(sentence, code)


class Invalid(Refused):
    """What was given can't be used; `field` names the part of it that is wrong."""

    status = 422

    def __init__(self, sentence: str, code: str = "invalid", field: str | None = None) -> None:
        super().__init__(sentence, code)
        self.field = field
