"""The planner's screens: plans with their map, people and waves, both worlds in the twin, reports, waves applied."""
