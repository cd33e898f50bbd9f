"""Who attends, when and why: the policy, the situation it sees, and what it decided."""
