def poisson(mean):
    """So many events, if there are that many on average."""
    events, left = 0, mean - random.expovariate(1)
    while left > 0:
        events, left = events + 1, left - random.expovariate(1)
    return events
