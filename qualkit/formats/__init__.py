"""What comes in from other programs and goes out to other people: one module a format.

`incoming.FORMS` lists what comes in, `matrix.MATRIX_FORMATS` what goes out.
"""
