def work(seconds):
    """Computes for so long: the processor is busy, and whoever shares this thread waits."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
