"""The composition root: the only package that builds objects and knows every part."""
