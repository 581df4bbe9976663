"""Pictures with Pillow: pure drawing from plain values; Pillow is loaded with the first picture."""
