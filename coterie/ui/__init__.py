"""The visual language: layout, parts, styles, icons and the few scripts that every screen shares."""
