"""How the annealing of territories is compiled."""

from coterie.kit.compiling import compiler

compiled = compiler(__file__)
