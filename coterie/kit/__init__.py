"""What every slice stands on: database, settings, events, the live stream. Knows no word of the model."""
