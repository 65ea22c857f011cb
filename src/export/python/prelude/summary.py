def summary(name, values):
    """What was observed, in a line."""
    if values:
        print(f"{name}: {len(values)} values, mean {statistics.fmean(values):g}, max {max(values):g}")
