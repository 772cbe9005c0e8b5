"""The study's nouns: frozen dataclasses without I/O, named as in the field."""
