"""What happened, counted: records, folded into figures."""
