def remainder(a, b):
    """What `quotient` leaves; it has the sign of a."""
    return a - b * quotient(a, b)
