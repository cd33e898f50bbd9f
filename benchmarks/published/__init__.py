"""The published results of the source systems beside what the twin gives for an operator of that size.

python -m benchmarks.published [--communities 70] [--replications 5] [--small 20] [--workers 2]

It lives all that the page says, and writes docs/explanation/published-results.md.
"""
