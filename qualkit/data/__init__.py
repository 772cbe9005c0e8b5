"""What ships with qualkit: the register of municipalities and the codebook template."""
