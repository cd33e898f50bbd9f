"""How the annealing of rosters is compiled."""

from coterie.kit.compiling import compiler

compiled = compiler(__file__)
