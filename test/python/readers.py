"""Readers beside runs: each looks again and again, and what it sees is judged."""
import contextlib
import threading


class Reader(threading.Thread):
    """Reads until told to stop or until something is wrong; keeps which versions it saw.

    `judge` takes what a look gave and the versions seen before; it gives the version, and what is wrong with it or None.
    """

    def __init__(self, look, judge) -> None:
        super().__init__()
        self.look, self.judge, self.wrong, self.seen, self.stopping = look, judge, [], set(), False

    def run(self) -> None:
        while not self.stopping and not self.wrong:
            try:
                version, wrong = self.judge(self.look(), self.seen)
            except Exception as error:  # noqa: BLE001 - any error is the finding
                self.wrong.append(repr(error))
                return
            if wrong:
                self.wrong.append(wrong)
            self.seen.add(version)


@contextlib.contextmanager
def reading(judge, *looks, more_than: int):
    """Reads with each of `looks` while the block runs. Nothing may be wrong, and a reader that saw no change proves nothing."""
    readers = [Reader(look, judge) for look in looks]
    for reader in readers:
        reader.start()
    try:
        yield readers
    finally:
        for reader in readers:
            reader.stopping = True
        for reader in readers:
            reader.join()
    wrong = [reader.wrong for reader in readers]
    assert wrong == [[]] * len(readers), wrong
    assert min(len(reader.seen) for reader in readers) > more_than
