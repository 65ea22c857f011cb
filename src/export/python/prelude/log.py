def log(text):
    print(f"{now():9.3f}s  {text}", flush=True)
