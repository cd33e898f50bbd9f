"""From cells to a row, or to the faults that refuse it."""

import pytest

from coterie.communities.model import Area
from coterie.exchange.report import Fault, Report
from coterie.exchange.rules import (
    Cells,
    CustomerRow,
    ExpertRow,
    read_area,
    read_customer,
    read_expert,
    read_pair,
)
from coterie.exchange.tables import Line


def customer(**cells: str) -> CustomerRow | list[Fault]:
    return read_customer(Line(7, cells), "AU")


def faults(read: object) -> list[str]:
    assert isinstance(read, list)
    return [str(fault) for fault in read]


def test_a_customer_in_stored_form() -> None:
    row = customer(
        ref="C1", name=" Ana  Lee ", email="Ana@EXAMPLE.org", phone="0491 570 156", vulnerable="Yes"
    )
    assert isinstance(row, CustomerRow)
    assert (row.name, row.email, row.phone) == ("Ana Lee", "ana@example.org", "+61491570156")
    assert row.vulnerable


def test_a_foreign_number_keeps_its_country() -> None:
    row = customer(ref="C1", phone="+44 20 7946 0958")
    assert isinstance(row, CustomerRow)
    assert row.phone == "+442079460958"


def test_all_that_is_wrong_is_said_at_once() -> None:
    said = faults(customer(email="ana@", phone="12", vulnerable="maybe", language="x"))
    assert len(said) == 5
    assert said[0] == "line 7, ref: is empty"
    assert "not an e-mail address" in said[1]
    assert "neither yes nor no" in said[4]


def test_one_address_is_needed() -> None:
    assert "neither e-mail nor phone" in faults(customer(ref="C1", name="Ana"))[0]


def test_a_script_in_a_name_is_a_name_and_a_null_is_not() -> None:
    row = customer(ref="C1", email="a@b.cd", name="<script>alert(1)</script>")
    assert isinstance(row, CustomerRow)
    assert row.name == "<script>alert(1)</script>"
    assert "can't be shown" in faults(customer(ref="C1", email="a@b.cd", name="A\x00B"))[0]


def test_an_expert_with_skills() -> None:
    cells = {"ref": "E1", "name": "Ana", "email": "a@b.cd", "community": "Riverina", "skills": "billing:4; network:2", "seats": "messaging;voice"}  # fmt: skip
    row = read_expert(Line(2, cells))
    assert isinstance(row, ExpertRow)
    assert row.skills == {"billing": 4, "network": 2}
    assert row.seats == ["messaging", "voice"]
    assert row.languages is None
    assert row.role == "expert"


def test_a_skill_without_a_level_is_refused() -> None:
    cells = {"ref": "E1", "name": "Ana", "email": "a@b.cd", "community": "R", "skills": "billing"}
    assert "such as billing:4" in faults(read_expert(Line(2, cells)))[0]


def test_areas_keep_their_zeros_and_refuse_nonsense() -> None:
    assert read_area(Line(2, {"area": "0800", "lat": "-12.4", "customers": "10"})) == Area("0800", "", -12.4, None, 10, None)  # fmt: skip
    said = faults(
        read_area(Line(2, {"area": "0800", "lat": "north", "lon": "200", "contacts": "-1"}))
    )
    assert len(said) == 3


@pytest.mark.parametrize(("column", "longest"), [("region", 1000), ("area", 20)])
def test_a_cell_that_is_too_long_is_refused_with_how_long_it_may_be(column: str, longest: int) -> None:  # fmt: skip
    cells = Cells(Line(2, {column: "x" * (longest + 1)}))
    cells.text(column)
    assert faults(cells.faults) == [f"line 2, {column}: is longer than {longest} characters"]
    just = Cells(Line(2, {column: "x" * longest}))
    assert just.text(column) and not just.faults


def test_neighbours_are_known_and_not_themselves() -> None:
    known = {"1": None, "2": None}
    assert read_pair(Line(2, {"a": "2", "b": "1"}), known) == ("1", "2")
    assert "own neighbour" in faults(read_pair(Line(2, {"a": "1", "b": "1"}), known))[0]
    assert "no area 3" in faults(read_pair(Line(2, {"a": "1", "b": "3"}), known))[0]


def test_a_row_with_two_faults_is_one_refused_row() -> None:
    report = Report()
    report.refuse([Fault(3, "a", "x"), Fault(3, "b", "y"), Fault(4, "a", "z")])
    assert report.refused == 2
    assert len(report.faults) == 3
