"""The study's nouns: frozen dataclasses, or frozen structs where there are millions. No I/O; named as in the field."""
