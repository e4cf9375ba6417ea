"""The HTTP door: the ASGI application that serves topic feeds and pages."""
