"""What the documents say of each other: every link leads somewhere, and nobody's machine stands in them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
ELSEWHERE = ("http://", "https://", "mailto:")
HOMES = ("work", "root", r"home/[a-z]\w*")
MACHINE = re.compile(rf"/(?:{'|'.join(HOMES)})/|\b10\.\d+\.\d+\.\d+\b")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    assert [link for link in links(document) if not leads_somewhere(document, link)] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    assert sorted(set(DOCUMENTS) - reached(ROOT / "README.md")) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_document_names_a_place_on_somebodys_machine(document: Path) -> None:
    assert MACHINE.findall(document.read_text()) == []


def links(document: Path) -> Iterator[str]:
    for link in LINK.findall(FENCED.sub("", document.read_text())):
        if not link.startswith(ELSEWHERE):
            yield link


def leads_somewhere(document: Path, link: str) -> bool:
    place, _, anchor = link.partition("#")
    target = (document.parent / place).resolve() if place else document
    if not target.exists():
        return False
    return not anchor or anchor in anchors(target)


def anchors(document: Path) -> set[str]:
    """The headings as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def reached(begin: Path) -> set[Path]:
    """Every document that links lead to; a folder leads to what is in it."""
    seen: set[Path] = set()
    ahead = [begin]
    while ahead:
        document = ahead.pop()
        if document in seen:
            continue
        seen.add(document)
        for link in links(document):
            target = (document.parent / link.partition("#")[0]).resolve()
            ahead += target.glob("*.md") if target.is_dir() else []
            ahead += [target] if target.suffix == ".md" else []
    return seen
