"""How an operation becomes communities: territories, headcount and skills, rosters, waves. Operations research, pure."""
