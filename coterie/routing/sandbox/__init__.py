"""The rule sandbox: what was decided in a span of time, decided again under other settings. It only reads."""
