"""Who of the present skill groups goes to which community, at which site, and what they have to learn. Pure."""
