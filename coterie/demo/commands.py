"""The command `demo`."""

import os
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from coterie.demo.model import Demo
from coterie.demo.run import run_demo
from coterie.kit.progress import progress
from coterie.kit.settings import default_data, read_settings
from coterie.kit.terminal import Data


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    data: Data = None,
    pace: Annotated[
        float, typer.Option(min=0, max=50, help="How lively it is; 0 is silence.")
    ] = 1.0,
    seconds: Annotated[
        float | None, typer.Option("--for", min=1, help="Stop by itself after so many seconds.")
    ] = None,
) -> None:
    """A seeded region with live customers and simulated experts, never for somebody who is signed in.

    The first start makes it, in less than a minute; later ones find it again. Only this machine can reach it.
    """
    folder = data or default_data(os.environ) / "demo"
    settings = read_settings(data=folder, public_url=f"http://127.0.0.1:{port}")
    with progress("Making three communities and their last seven months") as shown:

        def ready(found: Demo) -> None:
            shown.progress.stop()
            welcome(found)

        run_demo(settings, port, pace, seconds, shown.count, ready)


def welcome(demo: Demo) -> None:
    """What to open, whom to be."""
    console = Console(highlight=False)
    people = Table.grid(padding=(0, 2))
    for name in ("Priya Nair", *(demo.account(role).name for role in ("manager", "admin"))):
        login = demo.named(name)
        people.add_row(f"  {login.role}", login.name, login.email)
    console.print(f"\n[bold]Coterie is on {demo.url}/demo[/bold]   (Ctrl-C stops it)\n")
    console.print(
        f"Write as a customer   {demo.url}/demo/host   you are Colleen Barber of Coolamon"
    )
    console.print(f"Answer as her expert  {demo.url}/sign-in     Priya Nair owned her last case\n")
    console.print("Sign in as")
    console.print(people)
    console.print(f"  everybody's password: [bold]{demo.accounts[0].password}[/bold]\n")
