"""The same verbs for programs, under /api/v1. The OpenAPI document is the whole truth."""
