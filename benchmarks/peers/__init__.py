"""The programs that Coterie is measured against, each started from a private folder on loopback."""
