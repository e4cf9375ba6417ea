"""Faults over one source's document, in words: what that source's failure is called."""

from topicwire.errors import ParseError


def of_ours(fault: BaseException) -> str:
    """Return what to say of a fault that a document brought to light."""
    return f"a fault in Topicwire, please report it: {type(fault).__name__}: {fault}"


def of_reading(fault: BaseException) -> str:
    """Return why a document could not be read: what is wrong with it, or with us."""
    return str(fault) if isinstance(fault, ParseError) else of_ours(fault)


def of_storing(fault: Exception, what: str = "its entries") -> str:
    """Return why what was read could not be stored."""
    return f"{what} cannot be stored: {type(fault).__name__}: {fault}"
