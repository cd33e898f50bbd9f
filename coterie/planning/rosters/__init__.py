"""Who works when: a week's half-hours covered by shifts, the shifts given to people, and what may be swapped."""
