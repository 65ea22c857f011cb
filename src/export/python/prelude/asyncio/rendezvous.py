class Rendezvous(Channel):
    """A channel without room: a value goes from hand to hand, while a receiver waits."""

    def full(self):
        return not self.closed and all(getter.done() for getter in self._getters)

    async def get(self):
        while self.empty():
            getter = asyncio.get_running_loop().create_future()
            self._getters.append(getter)
            self._wakeup_next(self._putters)
            try:
                await getter
            except BaseException:
                getter.cancel()
                if getter in self._getters:
                    self._getters.remove(getter)
                if self.qsize() and not getter.cancelled():
                    self._wakeup_next(self._getters)
                raise
        return self.get_nowait()
