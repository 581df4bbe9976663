"""The pure middle: values and choices. No clock, no chance, no disk, no network."""
