"""How pages write quantities, times and names."""
