"""Plans as files: read whole, written whole or not at all."""

import json
from pathlib import Path
from typing import Any

from coterie.exchange.outputs import as_document, write_all
from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan, as_json, read_plan


def read_document(path: Path) -> Any:
    """What a JSON file holds. Raises `Invalid` in words."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError as error:
        raise Invalid(f"There is no file {path}.", "no_file") from error
    except OSError as error:
        raise Invalid(f"{path} can't be read: {error.strerror}.", "no_file") from error
    except ValueError as error:
        raise Invalid(f"{path.name} is no JSON: {error}.", "broken_file") from error
    except RecursionError as error:
        raise Invalid(f"{path.name} is nested deeper than any document of Coterie's.", "broken_file") from error  # fmt: skip


def read_plan_file(path: Path) -> Plan:
    return read_plan(read_document(path))


def write_plan_file(path: Path, plan: Plan) -> None:
    write_document(path, as_json(plan))


def write_document(path: Path, document: Any) -> None:
    write_all({path: as_document(document)})
