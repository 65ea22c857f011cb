def rounded(x):
    """The nearest int, halves away from zero."""
    return int(math.copysign(math.floor(abs(x) + 0.5), x))
