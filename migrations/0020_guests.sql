-- Who comes back to their desk is told of what they served as guests, also where that has ended since.
DROP INDEX crossings_of_guest;
CREATE INDEX crossings_of_guest ON crossings (expert_id, ended_at);
