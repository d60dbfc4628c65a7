"""The demonstration: relief to Nagorno-Karabakh after the ceasefire of 10 November 2020.

The public statements are real and dated; the shipments are illustrative.
"""
