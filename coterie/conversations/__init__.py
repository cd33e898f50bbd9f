"""Threads, episodes, cases, messages: what was said, and who waits on whom."""
