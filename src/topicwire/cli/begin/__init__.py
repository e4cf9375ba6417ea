"""The first steps: a catalogue of one's own, asked for or made from options."""
