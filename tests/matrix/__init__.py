"""The matrix: who may ask what of whom, tried for every address, method, role and format."""
