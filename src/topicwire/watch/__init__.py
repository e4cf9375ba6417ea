"""The act beside the others: it watches what they do, and says plainly what is wrong."""
