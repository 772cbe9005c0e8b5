"""What goes out to other people: one module a format; `matrix.MATRIX_FORMATS` lists them."""
