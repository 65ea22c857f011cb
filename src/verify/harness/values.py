"""What the values of a scenario are in Python, and how the language shows them."""

import decimal

UNITS = [
    ("d", 86400 * 10**9),
    ("h", 3600 * 10**9),
    ("min", 60 * 10**9),
    ("s", 10**9),
    ("ms", 10**6),
    ("us", 10**3),
    ("ns", 1),
]


def half_away(x):
    """The nearest int, halves away from zero."""
    whole = int(x)
    return whole + (1 if x - whole >= 0.5 else -1 if x - whole <= -0.5 else 0)


class Duration(int):
    """Nanoseconds that know what they are."""

    def __add__(self, other):
        return Duration(int(self) + int(other))

    __radd__ = __add__

    def __sub__(self, other):
        return Duration(int(self) - int(other))

    def __rsub__(self, other):
        return Duration(int(other) - int(self))

    def __neg__(self):
        return Duration(-int(self))

    def __abs__(self):
        return Duration(abs(int(self)))

    def __mul__(self, other):
        return Duration(half_away(int(self) * other) if isinstance(other, float) else int(self) * other)

    __rmul__ = __mul__

    def __truediv__(self, other):
        if isinstance(other, Duration):
            return int(self) / int(other)
        if isinstance(other, float):
            return Duration(half_away(int(self) / other))
        whole = abs(int(self)) // abs(other)
        return Duration(whole if (self < 0) == (other < 0) else -whole)

    def __mod__(self, other):
        rest = abs(int(self)) % abs(int(other))
        return Duration(rest if self >= 0 else -rest)

    def __str__(self):
        rest, text = abs(int(self)), "-" if self < 0 else ""
        if rest == 0:
            return "0s"
        if rest >= 60 * 10**9:
            for unit, size in UNITS[:3]:
                if rest >= size:
                    text += f"{rest // size}{unit}"
                    rest %= size
            if rest == 0:
                return text
        unit, size = next((unit, size) for unit, size in UNITS if rest >= size)
        part = f"{rest % size:0{len(str(size)) - 1}}".rstrip("0") if size > 1 else ""
        return f"{text}{rest // size}{'.' + part if part else ''}{unit}"

    def __format__(self, spec):
        return str(self)


def failure(value):
    """What went wrong, in the words of the language; a harness says so for its own runtime."""
    return {"Cancelled": "cancelled", "TooSlowError": "timeout"}.get(type(value).__name__)


def show(value):
    """A value in the words of the language."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = format(decimal.Decimal(repr(value)), "f")
        return text if "." in text or abs(value) >= 1e15 else f"{text}.0"
    if isinstance(value, list):
        return f"[{', '.join(map(show, value))}]"
    if isinstance(value, BaseExceptionGroup):
        return f"group({','.join(map(show, value.exceptions))})"
    return failure(value) or str(value)


def one_line(text):
    return text.replace("\r\n", "␤").replace("\n", "␤").replace("\r", "␤")


def number(text):
    return float(text) if any(letter in text for letter in ".enif") else int(text)


def read_draws(path="draws.txt"):
    """What the simulator drew, by program."""
    with open(path, encoding="utf-8") as file:
        lines = [line.split() for line in file]
    return {int(first): [number(text) for text in rest] for first, *rest in lines}
