"""Pages and pictures for people who do not have qualkit: one HTML file, SVG, PNG."""
