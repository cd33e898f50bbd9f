"""Logs of other systems: two real ones against a direct computation, and what a log can have wrong with it."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from coterie.exchange.history import History, Kept, import_history
from coterie.exchange.log_quality import SHARED_CASES
from coterie.exchange.report import Fault
from coterie.kit.errors import Invalid
from tests.recorded import recorded

MAPPINGS = Path(__file__).parents[2] / "mappings"
SERVICENOW = recorded("servicenow_incidents/incident_event_log.csv.gz")
VOLVO = recorded("volvo_incidents/incidents.csv.gz")
HEAD = "case,customer,time,event,group,agent,area\n"


def read(path: Path, mapping: Path | None = None, folder: Path | None = None) -> History:
    return import_history(path, mapping=mapping, areas="", folder=folder, watch=lambda *_: None)


@pytest.mark.skipif(SERVICENOW is None, reason="servicenow_incidents is not on this machine")
def test_servicenow_agrees_to_the_digit_with_a_direct_computation() -> None:
    assert SERVICENOW is not None
    history = read(SERVICENOW, MAPPINGS / "servicenow_incidents.toml")
    log = pl.read_csv(SERVICENOW, infer_schema=False).select(
        case="number",
        customer=pl.col("caller_id").replace("?", None),
        at=pl.col("sys_updated_at").str.to_datetime("%d/%m/%Y %H:%M"),
        group=pl.col("assignment_group").replace("?", None),
        person=pl.col("assigned_to").replace("?", None),
        closed=pl.col("ident_state") == "Closed",
        reopened=pl.col("reopen_count").cast(pl.Int64) > 0,
    )
    assert history.as_json()["figures"] == computed(log)
    quality = history.quality
    assert (quality.events, quality.refused, quality.clock.backwards) == (101_045, 0, 1)
    assert quality.missing["group"].events == log["group"].null_count()
    assert quality.shared_accounts.customers == [("1904", 413), ("4514", 127)]


@pytest.mark.skipif(VOLVO is None, reason="volvo_incidents is not on this machine")
def test_volvo_agrees_to_the_digit_with_a_direct_computation() -> None:
    assert VOLVO is not None
    history = read(VOLVO, MAPPINGS / "volvo_incidents.toml")
    log = pl.read_csv(VOLVO, infer_schema=False).select(
        case="SR Number",
        customer=pl.lit(None, pl.String),
        at=pl.col("Change Date+Time").str.to_datetime("%Y-%m-%dT%H:%M:%S%z"),
        group="Involved ST",
        person="Resource",
        closed=pl.col("Sub Status") == "Closed",
        reopened=pl.lit(value=False),
    )
    assert history.as_json()["figures"] == computed(log)


def computed(log: pl.DataFrame) -> dict[str, Any]:
    """The figures of the contract, in expressions over columns."""
    group, person = pl.col("group").drop_nulls(), pl.col("person").drop_nulls()
    runs = group.rle().struct.field("value")
    cases = (
        log.sort("at", maintain_order=True)
        .group_by("case")
        .agg(
            customer=pl.col("customer").drop_nulls().first(),
            opened=pl.col("at").min(),
            hours=(pl.col("at").max() - pl.col("at").min()).dt.total_seconds() / 3600,
            changes=(runs.len().cast(pl.Int64) - 1).clip(0),
            ping_pong=runs.len() > group.n_unique(),
            groups=group.n_unique(),
            people=person.n_unique(),
            last_group=group.last(),
            last_person=person.last(),
            reopened=pl.col("reopened").any() | pl.col("closed").slice(0, pl.len() - 1).any(),
        )
    )
    returning = (
        cases.filter(pl.col("customer").is_not_null())
        .sort("customer", "opened", "case")
        .with_columns(
            group_before=pl.col("last_group").shift(1).over("customer"),
            person_before=pl.col("last_person").shift(1).over("customer"),
            place=pl.int_range(pl.len()).over("customer"),
        )
        .filter(pl.col("place") > 0)
    )
    durations = cases.group_by(pl.col("changes").clip(0, 2)).agg(pl.col("hours").median())
    by_changes = dict(durations.iter_rows())
    return {
        "cases": cases.height,
        "group_changed_share": (cases["changes"] > 0).mean(),
        "group_changes_mean": cases["changes"].mean(),
        "ping_pong_share": cases["ping_pong"].mean(),
        "groups_mean": cases.filter(pl.col("groups") > 0)["groups"].mean(),
        "people_mean": cases.filter(pl.col("people") > 0)["people"].mean(),
        "returning_cases": returning.height,
        "same_group_share": (returning["last_group"] == returning["group_before"]).mean(),
        "same_person_share": (returning["last_person"] == returning["person_before"]).mean(),
        "reopened_share": cases["reopened"].mean(),
        "duration_median_h": {"0": by_changes[0], "1": by_changes[1], "2+": by_changes[2]},
    }


@pytest.fixture
def log(tmp_path: Path) -> Callable[[str], History]:
    """Reads a few lines, with or without a mapping."""

    def run(text: str, toml: str | None = None) -> History:
        path, mapping = tmp_path / "log.csv", tmp_path / "mapping.toml"
        path.write_text(text)
        if toml is not None:
            mapping.write_text(toml)
        return read(path, mapping if toml is not None else None)

    return run


Read = Callable[..., History]


def test_what_is_called_as_we_call_it_needs_no_mapping(log: Read) -> None:
    history = log(
        HEAD
        + "1,li,2026-03-02T09:00:00Z,opened,A,x,2650\n"
        + "1,li,2026-03-02T10:00:00Z,assigned,B,,2650\n"
        + "1,li,2026-03-02T11:30:00Z,closed,,,2650\n"
        + "2,li,2026-03-03T09:00:00Z,opened,B,x,2650\n"
    )
    figures = history.as_json()["figures"]
    assert figures["duration_median_h"] == {"0": 0, "1": 2.5, "2+": None}
    assert figures["same_group_share"] == 1
    assert figures["reopened_share"] == 0
    assert history.quality.missing["agent"].events == 2


def test_times_that_run_backwards_are_put_in_order_and_said(log: Read) -> None:
    history = log(
        HEAD
        + "1,li,2026-03-02T10:00:00Z,assigned,B,,\n"
        + "1,li,2026-03-02T09:00:00Z,opened,A,,\n"
        + "2,mo,2026-03-01T09:00:00Z,opened,A,,\n"
    )
    assert (history.quality.clock.backwards, history.quality.clock.lines) == (1, [3])
    assert history.as_json()["figures"]["same_group_share"] is None
    assert history.as_json()["figures"]["group_changes_mean"] == 0.5
    assert any("Times run backwards" in line for line in history.told())


def test_at_the_same_time_the_order_of_the_file_counts(log: Read) -> None:
    when = "2026-03-02T10:00:00Z"
    history = log(HEAD + f"1,li,{when},,B,,\n1,li,{when},,A,,\n1,li,{when},closed,B,,\n")
    assert history.as_json()["figures"]["ping_pong_share"] == 1
    assert history.as_json()["figures"]["reopened_share"] == 0


def test_exact_duplicates_count_once_wherever_they_stand(log: Read) -> None:
    closed = "1,li,2026-03-02T10:00:00Z,closed,A,,\n"
    history = log(HEAD + closed + "2,mo,2026-03-02T10:00:00Z,opened,A,,\n" + closed + closed)
    assert (history.quality.events, history.quality.duplicates) == (2, 2)
    assert history.as_json()["figures"]["reopened_share"] == 0


def test_a_bad_row_is_refused_with_its_line_and_the_rest_counts(log: Read) -> None:
    history = log(
        HEAD
        + "1,li,2026-03-02T09:00:00Z,opened,A,x,2650\n"
        + "1,li,yesterday,closed,A,x,2650\n"
        + "1,li,,closed,A,x,2650\n"
        + ",li,2026-03-02T09:00:00Z,opened,A,x,2650\n"
        + "1,li\n"
    )
    assert history.quality.faults == [
        Fault(6, "", "has 2 cells where the header has 7"),
        Fault(3, "time", "'yesterday' is no time (ISO 8601)"),
        Fault(4, "time", "is empty"),
        Fault(5, "case", "is empty"),
    ]
    assert (history.quality.refused, history.quality.unreadable_times) == (4, 1)
    assert (history.quality.events, history.quality.cases) == (1, 1)


def test_an_account_that_many_share_is_named_with_the_rule(log: Read) -> None:
    lines = (f"{n},{'desk' if n % 2 else n},2026-03-02T09:00:00Z,,A,,\n" for n in range(2 * SHARED_CASES))  # fmt: skip
    history = log(HEAD + "".join(lines))
    assert history.quality.shared_accounts.customers == [("desk", SHARED_CASES)]
    assert "100 cases or more" in history.as_json()["quality"]["shared_accounts"]["rule"]


ONE_ROW_A_CASE = """
[columns]
case = "Ticket"
customer = ["Site", "Caller"]
group = "First team"
reopened = "Reopenings"

[[events]]
event = "opened"
time = "Opened"

[[events]]
event = "passed on"
time = "Passed on"
group = "Second team"

[[events]]
event = "closed"
time = "Solved"
group = "Second team"
agent = "Solver"

[defaults]
group = "Front desk"
channel = "phone"

[log]
unknown = ["-", "n/a"]
times = ["%d.%m.%Y %H:%M", "%d.%m.%Y"]
zone = "Europe/Berlin"
joiner = "/"
delimiter = "|"
"""


def test_a_log_of_one_row_a_case_tells_of_several_events(log: Read) -> None:
    history = log(
        "Ticket|Site|Caller|First team|Second team|Solver|Opened|Passed on|Solved|Reopenings\n"
        "1|N|li|A|B|x|28.03.2026 12:00|28.03.2026 13:00|29.03.2026 12:00|0\n"
        "2|N|li|-|-|n/a|30.03.2026|-|-|2\n"
        "3|S|li|A|-|y|30.03.2026|-|31.03.2026 noon|0\n",
        ONE_ROW_A_CASE,
    )
    figures, quality = history.as_json()["figures"], history.quality
    assert (quality.rows, quality.events, quality.cases, quality.refused) == (3, 4, 2, 1)
    assert str(quality.faults[0]).startswith("line 4, time: '31.03.2026 noon' is no time")
    assert figures["duration_median_h"]["1"] == 23, "the clock went forward that night"
    assert figures["returning_cases"] == 1
    assert figures["same_group_share"] == 0, "who is named nowhere is at the front desk"
    assert figures["reopened_share"] == 0.5


def test_events_of_several_rows_of_one_moment_stay_in_the_order_of_the_file(log: Read) -> None:
    toml = '[columns]\ncase = "c"\n[[events]]\nevent = "a"\ntime = "t"\ngroup = "g"\n[[events]]\nevent = "b"\ntime = "t"\ngroup = "h"\n'
    history = log("c,t,g,h\n1,2026-03-02,A,B\n1,2026-03-02,B,C\n", toml)
    assert history.as_json()["figures"]["group_changes_mean"] == 2


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[columns\n", "is not TOML"),
        ('[colums]\ncase = "a"\n', "not colums"),
        ('[columns]\nowner = "a"\n', "not owner"),
        ('[columns]\ncase = "Ticket"\n', "takes case from Ticket, which is no column of the file"),
        ("[columns]\ncase = 3\n", "must be a text, or a list of texts"),
        ("[columns]\ncase = []\n", "must name a column"),
        ('columns = "case"\n', "must be a table"),
        ('[log]\ntimes = "%Q"\n', "no format of times"),
        ('[log]\ntimes = "%H:%M"\n', "no format of times"),
        ('[log]\nzone = "Berlin"\n', "time zone such as Europe/Stockholm"),
        ('[log]\nzone = "../x"\n', "time zone such as Europe/Stockholm"),
        ('[log]\ndelimiter = "||"\n', "one character"),
        ('[[events]]\nevent = "a"\n', "needs event"),
        ('[columns]\ntime = "time"\n[[events]]\nevent = "a"\ntime = "b"\n', "can't name time"),
        ("[events]\n", r"must be tables: \[\[events\]\]"),
        ('[defaults]\nchannel = ""\n', "must be a text"),
        ("[defaults]\ncase = '1'\n", "not case"),
    ],
)
def test_a_slip_in_the_mapping_is_said(log: Read, toml: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        log(HEAD + "1,li,2026-03-02T09:00:00Z,opened,A,x,2650\n", toml)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        (HEAD, "holds no rows"),
        ("case,when\n1,2\n", "needs the column time. It has case, when"),
        ("case,time,Time\n1,2,3\n", "names time twice"),
        (HEAD + f"1,li,2026-03-02,,A,x,{'a' * 300}\n", "a column of codes, not of texts"),
    ],
)
def test_a_file_that_is_no_log_is_refused_as_a_whole(
    log: Read, tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        log(text)


SOME = (
    HEAD
    + '1,li@x.org,2026-03-02T09:00:00Z,opened,"A, the first",Ann Secretname,2650\n'
    + "1,li@x.org,2026-03-02T10:00:00Z,closed,B,Bo Secretname,2650\n"
    + "1,li@x.org,2026-03-02T10:00:00Z,closed,B,Bo Secretname,0800\n"
    + "2,,2026-03-02T09:00:00.5Z,reopened,,,2650\n"
    + "3,li@x.org,2026-03-04T09:00:00Z,opened,B,Bo Secretname,2650\n"
)


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet"])
def test_every_kind_of_file_says_the_same(tmp_path: Path, suffix: str) -> None:
    plain, path = tmp_path / "plain.csv", tmp_path / f"log{suffix}"
    plain.write_text(SOME)
    if suffix == ".csv.gz":
        path.write_bytes(gzip.compress(SOME.encode()))
    elif suffix == ".parquet":
        pl.read_csv(plain, schema_overrides={"area": pl.String}).with_columns(
            pl.col("time").str.to_datetime("%+")
        ).write_parquet(path)
    else:
        path = plain
    assert read(path).figures == read(plain).figures


@pytest.mark.parametrize("toml", [None, '[columns]\narea = ["land", "Postcode"]\n'])
def test_areas_that_parquet_holds_as_numbers_are_refused(tmp_path: Path, toml: str | None) -> None:
    path, mapping = tmp_path / "log.parquet", tmp_path / "mapping.toml"
    name = "Postcode" if toml else "area"
    mapping.write_text(toml or "")
    table = pl.DataFrame({"case": [1], "time": ["2026-03-02T09:00:00Z"], "land": "NT", name: [800]})
    table.write_parquet(path)
    with pytest.raises(Invalid, match=f"Column {name} of log.parquet holds numbers, which lose leading zeros"):  # fmt: skip
        read(path, mapping)
    table.with_columns(pl.col(name).cast(pl.String).str.zfill(4)).write_parquet(path)
    assert read(path, mapping).quality.missing["area"].events == 0


def test_the_copy_names_nobody_and_says_the_same(tmp_path: Path) -> None:
    path, folder = tmp_path / "log.csv", tmp_path / "histories"
    path.write_text(SOME)
    history = read(path, folder=folder)
    assert (history.kept, history.copy) == (Kept.new, *folder.iterdir())
    assert history.copy is not None
    text = gzip.decompress(history.copy.read_bytes()).decode()
    assert "Secretname" not in text
    assert "li@" not in text
    assert (
        text.splitlines()[2] == '1,1,2026-03-02T09:00:00+00:00,opened,"A, the first",1,2650,,,,,2'
    )
    assert read(history.copy).figures == history.figures


@pytest.mark.skipif(SERVICENOW is None, reason="servicenow_incidents is not on this machine")
def test_the_copy_of_a_real_log_says_the_same(tmp_path: Path) -> None:
    assert SERVICENOW is not None
    history = read(SERVICENOW, MAPPINGS / "servicenow_incidents.toml", tmp_path / "histories")
    assert history.copy is not None
    assert read(history.copy).figures == history.figures


def test_the_same_file_again_changes_nothing_and_another_mapping_takes_its_place(
    tmp_path: Path,
) -> None:
    path, folder, mapping = tmp_path / "log.csv", tmp_path / "histories", tmp_path / "m.toml"
    path.write_text(SOME)
    first = read(path, folder=folder)
    assert first.copy is not None
    written = first.copy.stat().st_mtime_ns
    again = read(path, folder=folder)
    assert (again.kept, again.copy, first.copy.stat().st_mtime_ns) == (Kept.same, first.copy, written)  # fmt: skip
    mapping.write_text('[log]\nclosing = "closed"\n')
    other = read(path, mapping, folder)
    assert (other.kept, [other.copy]) == (Kept.replaced, list(folder.iterdir()))


def test_nothing_is_kept_of_a_log_without_a_row_that_can_be_used(tmp_path: Path) -> None:
    path, folder = tmp_path / "log.csv", tmp_path / "histories"
    path.write_text(HEAD + "1,li,noon,,,,\n")
    history = read(path, folder=folder)
    assert (history.kept, history.quality.refused, folder.exists()) == (Kept.no, 1, False)
    assert history.as_json()["figures"]["cases"] == 0
    assert list(history.told())
