def log(text):
    # One write, so that lines of several threads stay apart.
    print(f"{now():9.3f}s  {text}\n", end="", flush=True)
