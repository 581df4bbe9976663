"""The ground floor: everything that decides about money. It knows nobody outside itself."""
