"""The methods of the store, a module for each act; `Store` has all of them."""
