"""Risks and the report: what the plan and the run say is what stands there; nothing of it is a command."""

import re
from copy import deepcopy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from coterie.exchange.plan_commands import plan as command
from coterie.exchange.plan_files import write_document, write_plan_file
from coterie.kit.errors import Invalid
from coterie.planning.report.made import made
from coterie.planning.report.page import page
from coterie.planning.report.risks import risks_of
from coterie.planning.report.typeset import typeset
from tests.planning.made_up import a_document, a_plan, a_run, people_needed, staffed

DAY = "28 November 2026"


def risks(document: dict[str, Any], run: dict[str, Any] | None = None) -> dict[str, str]:
    return {each.sentence: each.weight for each in risks_of(a_plan(**document), run)}


def found(words: str, given: dict[str, str]) -> str:
    """The weight of the risk in which these words stand; nothing where none has them."""
    return next((weight for sentence, weight in given.items() if words in sentence), "")


def test_a_plan_names_its_own_risks_and_no_others() -> None:
    bare = risks(a_document())
    assert found("how many people", bare) == "mend" and found("lived in the twin", bare) == "mend"
    assert found("who moves when", bare) == "know"
    assert not found("from the mean", bare) and not found("one piece", bare)
    document = staffed() | {"balance": 0.09}
    document["communities"][2]["buddy"] = None
    document["communities"][1]["contacts"] = 900
    document["territories"] = {"buddies": {"too_near": ["c01"]}, "split": {"2600": ["2600.1", "2600.2"]}, "moves": [{}]}  # fmt: skip
    full = risks(document, a_run())
    assert found("Customers differ by up to 9.0%", full) == "mend"
    assert found("Contacts differ", full) == "watch"
    assert found("Hay has no buddy", full) == "watch"
    assert found("The buddy of Albury is near", full) == "watch"
    assert found("1 area is split", full) == "watch"
    assert found("speakers of a language are missing", full) == "mend"
    assert found("half-hours with one position", full) == "watch"
    assert found("Albury starts before the buddy", full) == "watch"
    assert found("Better in skill groups: cost of a case", full) == "mend"
    assert found("Not out of the noise, so nothing is promised: calls abandoned", full) == "know"
    assert (
        found("depends on an assumption: topics beyond those of their old group", full) == "watch"
    )
    assert not found("how many people", full) and not found("lived in the twin", full)


def test_the_worst_risks_stand_first() -> None:
    weights = [each.weight for each in risks_of(a_plan(**staffed()), a_run())]
    order = ["mend", "watch", "know"]
    assert weights == sorted(weights, key=order.index) and len(set(weights)) == 3


class Seen(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_page_holds_all_it_needs_and_says_all_of_the_plan() -> None:
    text = page(made(a_plan(**staffed()), a_run(), "Murray", DAY))
    seen = Seen(text)
    words = " ".join(seen.words)
    assert not {"script", "link", "img", "iframe"} & set(seen.tags)
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    for part in (
        "Murray", DAY, "3 communities serve 1,380 customers", "They need 36 experts", "Calls wait 21 s",
        "Territories", "People", "Waves", "Waits, transfers and cost", "If it were otherwise", "Assumptions", "Risks",
        "Albury", "Hay", "1 person learns 1 skill.", "1 changes their site", "1 February 2027", "Open Mon-Sun", "The log names no customer's area", "Better in skill groups",
    ):  # fmt: skip
        assert part in words, part


def test_every_picture_is_sound_svg_without_style() -> None:
    pictures = re.findall(r"<svg.*?</svg>", page(made(a_plan(**staffed()), a_run(), "M", DAY)), re.DOTALL)  # fmt: skip
    assert len(pictures) > 10
    for each in pictures:
        root = ET.fromstring(each)
        assert not [part for part in root.iter() if "style" in part.attrib or part.tag.endswith("style")]  # fmt: skip


@pytest.mark.parametrize("document", [a_document(), staffed()], ids=["bare", "full"])
@pytest.mark.parametrize("run", [None, a_run(), {"worlds": {}}], ids=["no run", "a run", "an empty run"])  # fmt: skip
def test_a_report_is_made_of_whatever_there_is(document: Any, run: Any) -> None:
    report = made(a_plan(**document), run, "Murray", DAY)
    assert ("Waits, transfers and cost" in [each.title for each in report.sections]) == bool(run and run["worlds"])  # fmt: skip
    assert page(report).endswith("</html>\n")
    assert typeset(report).startswith(b"%PDF-")


def test_people_for_the_same_service_stand_in_front_and_in_their_section() -> None:
    report = made(a_plan(**staffed()), a_run() | {"people": people_needed()}, "Murray", DAY)
    (found,) = (each for each in report.sections if each.title == "People for the same service")
    assert any("96 people in skill groups" in each for each in report.lead)
    assert set(report.lead) & set(found.sentences)
    assert found.tables[0].rows[0][:3] == ("People for the same service", "96 people", "103 people")
    assert "103 people" in page(report) and typeset(report).startswith(b"%PDF-")


def test_without_coordinates_there_is_no_map_but_a_report() -> None:
    document = a_document()
    for each in document["areas"]:
        del each["lat"], each["lon"]
    report = made(a_plan(**document), None, "Murray", DAY)
    assert report.sections[0].picture == ""
    assert typeset(report).startswith(b"%PDF-")


def test_what_a_plan_says_is_never_a_command() -> None:
    document = deepcopy(staffed())
    strange = '<script>x</script> #panic("typst") $x^2$ \\ @ref `raw` *b* & "'
    document["communities"][0]["name"] = strange
    document["territories"]["notes"] = [strange]
    report = made(a_plan(**document), a_run(), strange, DAY)
    text = page(report)
    assert "<script" not in text and "&lt;script&gt;" in text
    Seen(text)
    assert typeset(report).startswith(b"%PDF-")


def test_the_same_plan_gives_the_same_bytes() -> None:
    report = made(a_plan(**staffed()), a_run(), "Murray", DAY)
    assert typeset(report) == typeset(report)


def test_the_command_writes_both_and_refuses_in_words(tmp_path: Path) -> None:
    write_plan_file(tmp_path / "plan.json", a_plan(**staffed()))
    write_document(tmp_path / "result.json", a_run())
    run = CliRunner()
    given = ["report", "--plan", str(tmp_path / "plan.json"), "--result", str(tmp_path / "result.json")]  # fmt: skip
    for name, begins in (("r.pdf", b"%PDF-"), ("r.html", b"<!DOCTYPE html>")):
        done = run.invoke(command, [*given, "--out", str(tmp_path / name), "--title", "Murray"])
        assert done.exit_code == 0 and "Calls wait 21 s" in done.stdout, done.output
        assert (tmp_path / name).read_bytes().startswith(begins)
    for changed, words in (
        ([*given, "--out", str(tmp_path / "r.docx")], "is no .pdf or .html"),
        ([*given[:-1], str(tmp_path / "plan.json"), "--out", str(tmp_path / "n.pdf")], "no result of a run"),
        (["report", "--plan", str(tmp_path / "none.json"), "--out", str(tmp_path / "n.pdf")], "There is no file"),
    ):  # fmt: skip
        done = run.invoke(command, changed)
        assert isinstance(done.exception, Invalid) and words in done.exception.sentence
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.json", "r.html", "r.pdf", "result.json"]  # fmt: skip
