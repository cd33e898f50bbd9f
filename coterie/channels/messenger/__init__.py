"""The messenger: the customer's side, embedded in a site by one script tag or as a page of its own."""
