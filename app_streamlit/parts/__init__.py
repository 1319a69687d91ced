"""Parts of screens: a value in, a figure or a phrase out."""
