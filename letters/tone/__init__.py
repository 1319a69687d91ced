"""Whether a letter may be sent as it is worded: threats, pressure, looks, fees, mentions, ease."""
