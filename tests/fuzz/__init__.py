"""Seeded fuzzing of what people can type."""
