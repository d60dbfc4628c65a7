"""Row counters that share no code with the readers they are compared with."""
