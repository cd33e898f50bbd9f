"""A plan as a report that a director can read: made once in words and pictures, set as a page and as PDF. Pure."""
