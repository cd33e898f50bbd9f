"""The twin fitted on the first part of a log, beside what came of the rest."""
