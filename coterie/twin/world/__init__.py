"""The operation in memory, a second at a time: skill groups or communities, on the same arrivals. Compiled by numba."""
