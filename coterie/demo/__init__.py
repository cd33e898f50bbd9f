"""A seeded region to try Coterie with: made people, customers who write, experts who answer."""
