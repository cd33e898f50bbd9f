"""Files in and out: import, export, and replay of recorded conversations."""
