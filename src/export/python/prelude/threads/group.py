class Group(timeout):
    """Has ended when all that was started in it has; if one fails the others are asked to end."""

    def __enter__(self):
        self.children, self.errors = [], []
        return super().__enter__()

    def spawn(self, task, *arguments, **options):
        return self.add(spawn(task, *arguments, **options))

    def add(self, child):
        self.children.append(child)
        child.add_done_callback(self.ended)
        return child

    def ended(self, child):
        if isinstance(child.exception(), Exception):
            self.errors.append(child.exception())
            self.cancel()

    def cancel(self):
        taken = super().cancel()
        for child in self.children:
            child.cancel()
        return taken

    def __exit__(self, kind, error, trace):
        if error is not None:
            self.cancel()
        wait(self.children)
        own = super().__exit__(kind, error, trace)
        if isinstance(error, Exception):
            self.errors.append(error)
        if len(self.errors) > 1:
            raise ExceptionGroup("group", self.errors)
        if self.errors:
            raise self.errors[0]
        return own
