"""A file as it comes: encodings, packing, delimiters, rows of the wrong width, other people's column names."""

import gzip
from pathlib import Path

import pytest

from coterie.exchange.mapping import Mapped, read_mapping
from coterie.exchange.tables import Line, open_table
from coterie.kit.errors import Invalid

KNOWN = ("ref", "name", "area")


def lines(path: Path, mapped: Mapped | None = None) -> list[Line]:
    with open_table(path, KNOWN, mapped or Mapped()) as table:
        return list(table.lines)


def refused(path: Path) -> str:
    with pytest.raises(Invalid) as no:
        lines(path)
    return no.value.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_with_or_without_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ref,name\n1,Zoë\n", encoding=encoding)
    assert lines(path) == [Line(2, {"ref": "1", "name": "Zoë"})]


def test_a_packed_file_is_unpacked_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"ref,area\n1,0800\n"))
    assert lines(path) == [Line(2, {"ref": "1", "area": "0800"})]


def test_a_packed_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    whole = gzip.compress(b"ref,area\n" + b"".join(b"%d,2650\n" % n for n in range(50_000)))
    path.write_bytes(whole[: len(whole) // 2])
    assert "not a whole gzip file" in refused(path)


def test_a_file_that_only_claims_to_be_packed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_text("ref,name\n1,Ana\n")
    assert "not a whole gzip file" in refused(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_seen_in_the_header(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Ref{delimiter} NAME {delimiter}other\n1{delimiter}Ana{delimiter}x\n")
    with open_table(path, KNOWN, Mapped()) as table:
        assert table.columns == ("ref", "name")
        assert table.ignored == ("other",)
        assert [line.cells for line in table.lines] == [{"ref": "1", "name": "Ana"}]


def test_windows_and_utf16_files_are_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ref,name\n1,Zoë\n", encoding="cp1252")
    assert "not UTF-8" in refused(path)
    path.write_text("ref,name\n1,Zoë\n", encoding="utf-16")
    assert "UTF-16" in refused(path)


def test_a_row_of_the_wrong_width_is_a_fault_and_the_next_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('ref,name,area\n1,"two\nlines",2650\n2,Ana\n\n3,Bo,2651\n')
    first, second, third = lines(path)
    assert (first.number, first.cells["name"]) == (2, "two\nlines")
    assert (second.number, second.fault) == (4, "has 2 cells where the header has 3")
    assert (third.number, third.cells["ref"]) == (6, "3")


def test_a_quote_that_never_closes_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('ref,name,area\n1,Ana,2650\n2,"Bo,2651\n')
    assert "from line 3 on" in refused(path)


def test_no_file_and_an_empty_file(tmp_path: Path) -> None:
    assert "no file" in refused(tmp_path / "none.csv")
    (tmp_path / "a.csv").write_text("")
    assert "is empty" in refused(tmp_path / "a.csv")


def test_a_column_named_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ref,name,Ref\n1,Ana,2\n")
    assert "twice" in refused(tmp_path / "a.csv")


def test_a_mapping_takes_their_names_and_fills_what_is_empty(tmp_path: Path) -> None:
    toml = tmp_path / "m.toml"
    toml.write_text('[columns]\nref = "Customer No"\n[defaults]\narea = "2650"\n')
    path = tmp_path / "a.csv"
    path.write_text("customer no,area\n7,\n8,2651\n")
    found = lines(path, read_mapping(toml, KNOWN))
    assert [line.cells["area"] for line in found] == ["2650", "2651"]
    assert [line.cells["ref"] for line in found] == ["7", "8"]


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('[columns]\nreff = "No"\n', "must be one of"),
        ('[colums]\nref = "No"\n', "not colums"),
        ("[columns\n", "not TOML"),
    ],
)
def test_a_slip_in_the_mapping_is_said(tmp_path: Path, toml: str, says: str) -> None:
    (tmp_path / "m.toml").write_text(toml)
    with pytest.raises(Invalid, match=says):
        read_mapping(tmp_path / "m.toml", KNOWN)


def test_a_mapped_column_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ref,name\n1,Ana\n")
    with pytest.raises(Invalid, match="takes ref from Nummer"):
        lines(tmp_path / "a.csv", Mapped({"ref": "Nummer"}))


def test_parquet_is_read_in_batches_with_text_kept(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    path = tmp_path / "a.parquet"
    polars.DataFrame({"ref": ["1", "2"], "area": ["0800", None]}).write_parquet(path)
    assert lines(path) == [
        Line(1, {"ref": "1", "area": "0800"}),
        Line(2, {"ref": "2", "area": ""}),
    ]


def test_parquet_with_postcodes_as_numbers_is_refused(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    path = tmp_path / "a.parquet"
    polars.DataFrame({"ref": ["1"], "area": [800]}).write_parquet(path)
    assert "lose leading zeros" in refused(path)
    path.write_text("no parquet")
    assert "not a Parquet file" in refused(path)


def test_a_line_that_never_ends_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    """A small packed file may hold gigabytes."""
    path = tmp_path / "a.csv.gz"
    for head in (b"", b"ref,name\n"):
        path.write_bytes(gzip.compress(head + b"a" * 5_000_000))
        assert "has a line of more than" in refused(path)


def test_a_header_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ref," + "a" * 200_000 + "\n1,2\n")
    assert "can't be read" in refused(path)


def test_a_mapping_that_is_no_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="can't be read"):
        read_mapping(tmp_path, KNOWN)


def test_what_an_export_has_kept_from_being_a_formula_is_itself_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ref,name\n1,'=1+1\n2,'Ana\n3,'\n")
    assert [line.cells["name"] for line in lines(path)] == ["=1+1", "'Ana", "'"]
