"""Trends as pictures: pure chart data, drawn by matplotlib, served as labelled inline SVG.

Importing this package, `trend` or `spark` loads no matplotlib; only drawing a chart does.
"""
