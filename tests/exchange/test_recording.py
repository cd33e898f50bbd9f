"""Recorded conversations as they are found: out of order, with several customers, with rows that are no turn."""

import gzip
import json
from pathlib import Path

import pytest

from coterie.exchange.recording import read_recording
from coterie.kit.errors import Invalid

HEAD = (
    "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id,thread\n"
)
EARLY, LATE = "Tue Oct 31 22:03:06 +0000 2017", "Tue Oct 31 22:13:29 +0000 2017"


def test_turns_come_in_order_with_entities_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(
        (HEAD + f"2,Brand,False,{LATE},Sure &amp; soon,,1.0,1\n1,77,True,{EARLY},Help &lt;me&gt;,2,,1\n,,,,,,,1\n").encode()
    ))  # fmt: skip
    recording = read_recording(path)
    [thread] = recording.threads
    assert [(turn.id, turn.of_customer, turn.text) for turn in thread] == [("1", True, "Help <me>"), ("2", False, "Sure & soon")]  # fmt: skip
    assert [fault.line for fault in recording.faults] == [4]


def test_at_the_same_second_an_answer_comes_after_what_it_answers(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(HEAD + f"1,Brand,False,{EARLY},B,,2.0,2\n2,77,True,{EARLY},A,1,,2\n")
    assert [turn.id for turn in read_recording(path).threads[0]] == ["2", "1"]


def test_threads_that_share_a_customer_are_one_group(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [("1", "a", EARLY), ("2", "b", EARLY), ("3", "c", LATE)]
    lines = [f"{t}{who},{who},True,{at},hi,,,{t}\n" for t, who, at in rows]
    path.write_text(HEAD + "".join(lines) + f"9,a,True,{LATE},me too,,,2\n")
    assert sorted(len(group) for group in read_recording(path).groups) == [1, 2]


def test_json_lines_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    turn = {"thread": "1", "id": 5, "from": "ana", "kind": "customer", "at": "2026-01-01T09:00:00Z", "text": "Hello"}  # fmt: skip
    path.write_text(json.dumps(turn) + "\n{}\n")
    recording = read_recording(path)
    assert recording.threads[0][0].author == "ana"
    assert recording.faults[0].line == 2


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(Invalid, match="lacks the columns"):
        read_recording(tmp_path / "t.csv")
