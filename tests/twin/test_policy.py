"""The twin decides as the live system does: the same source, compiled, gives the same index, reason and codes."""

import re
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import coterie
from coterie.routing import policy as live
from coterie.routing.compiled import arrays
from coterie.routing.policy import Contact, Experts
from coterie.twin.world.compiled import ELSEWHERE
from coterie.twin.world.compiled import policy as compiled

FLAGS, SECONDS = st.integers(0, 1), st.sampled_from([0.0, 1.5, 60.0, 300.0, 1e9])
MEMBER = st.tuples(
    FLAGS, FLAGS, FLAGS, FLAGS, st.integers(0, 5), st.sampled_from([0.0, 0.1, 1.0, 1.1, 3.0, 4.0]),
    st.sampled_from([1.0, 3.0, 4.0]), SECONDS, FLAGS, SECONDS, SECONDS, FLAGS,
)  # fmt: skip


@settings(max_examples=300)
@given(members=st.lists(MEMBER, min_size=1, max_size=9), data=st.data())
def test_every_decision_is_the_live_one(members: list[tuple[float, ...]], data: st.DataObject) -> None:  # fmt: skip
    columns = [list(column) for column in zip(*members, strict=True)]
    experts = Experts(*columns)
    index = st.integers(-1, len(members) - 1)
    contact = Contact(data.draw(index), data.draw(index), data.draw(index), data.draw(FLAGS), data.draw(SECONDS))  # fmt: skip
    codes, own_codes = [0] * len(members), np.zeros(len(members), np.int8)
    assert compiled.decide(contact, arrays(experts), own_codes) == live.decide(contact, experts, codes)  # fmt: skip
    assert own_codes.tolist() == codes


def test_all_that_the_world_takes_from_other_folders_has_it_compiled_anew() -> None:
    world = Path(coterie.__file__).parent / "twin" / "world"
    texts = [each.read_text() for each in world.glob("*.py") if each.name != "compiled.py"]
    named = {name for text in texts for name in re.findall(r"from (coterie\.\S+) import", text)}
    others = {name for name in named if not name.startswith("coterie.twin.world")}
    assert others == {".".join(("coterie", *file.parts[-2:]))[:-3] for file in ELSEWHERE}
