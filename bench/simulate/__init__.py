"""A day of a million sources, as discrete events: the product's own rules on a web that is made up."""
