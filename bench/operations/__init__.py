"""What is measured: races against a floor, and what is only looked at."""
