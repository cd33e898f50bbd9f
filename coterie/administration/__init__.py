"""Signing in, one's own account, and the small administration: people, communities, territories, programs, the audit."""
