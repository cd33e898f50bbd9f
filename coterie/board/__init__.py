"""The community as a small business: what needs its manager now, its figures with what each is read beside, its worst served."""
