"""How many entries a week: as one stroke, and in words."""

_HEIGHT = 24
_STEP = 6


def plot(weekly: tuple[int, ...]) -> str:
    """Return the weeks as the points of one stroke, the highest week at the top."""
    most = max(*weekly, 1) if weekly else 1
    return " ".join(
        f"{week * _STEP},{_HEIGHT - round(count * _HEIGHT / most, 1):g}"
        for week, count in enumerate(weekly)
    )


def plot_words(weekly: tuple[int, ...]) -> str:
    """Return in words what the plot shows."""
    total, weeks = sum(weekly), len(weekly)
    if not total:
        return f"No entry in the last {weeks} weeks"
    entries = "entry" if total == 1 else "entries"
    return f"{total} {entries} in the last {weeks} weeks, at most {max(weekly)} in one week"
