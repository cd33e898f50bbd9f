"""What a demo is made of once it stands: the folder, the accounts, the messenger, all in `demo.json`."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody whom one can sign in as. Only members have a community."""

    role: str
    id: str
    expert_id: str | None
    community_id: str | None
    name: str
    email: str
    password: str
    token: str


@dataclass(frozen=True, slots=True)
class Demo:
    """A seeded demo. `url` and `mail` are of the run that wrote it last."""

    messenger_key: str
    messenger_secret: str
    accounts: Sequence[Login]
    communities: dict[str, str] = field(default_factory=dict)
    """name -> id"""
    url: str = ""
    mail: int = 0

    def account(self, role: str) -> Login:
        return next(login for login in self.accounts if login.role == role)

    def named(self, name: str) -> Login:
        return next(login for login in self.accounts if login.name == name)

    @property
    def experts(self) -> list[Login]:
        """Everybody who answers customers."""
        return [login for login in self.accounts if login.community_id]


def read_demo(folder: Path) -> Demo | None:
    """What an earlier start has written; None where the demo is not seeded yet."""
    path = folder / "demo.json"
    if not path.exists():
        return None
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Demo(
        messenger_key=stored["messenger"]["key"],
        messenger_secret=stored["messenger"]["secret"],
        accounts=[Login(**account) for account in stored["accounts"]],
        communities=stored["communities"],
    )


def write_demo(folder: Path, demo: Demo, url: str, mail: int) -> Demo:
    """Write `demo.json` whole, for its owner's eyes only."""
    document = {
        "url": url,
        "messenger": {"key": demo.messenger_key, "secret": demo.messenger_secret},
        "mail": mail,
        "communities": demo.communities,
        "accounts": [asdict(login) for login in demo.accounts],
    }
    part = folder / "demo.json.part"
    part.unlink(missing_ok=True)
    part.touch(0o600, exist_ok=False)
    part.write_text(json.dumps(document, indent=1), encoding="utf-8")
    part.replace(folder / "demo.json")
    return replace(demo, url=url, mail=mail)
