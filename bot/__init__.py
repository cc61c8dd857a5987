"""The product: decides, remembers, answers, follows up."""
