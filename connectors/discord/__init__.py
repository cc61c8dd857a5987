"""Discord, by discord.py: the gateway brings messages in, REST takes them out."""

import logging
import warnings

with warnings.catch_warnings():
    # discord.py imports audioop for voice, of which we have none; Python 3.13 drops that module.
    warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
    import discord as discord

# Below this level discord.py logs every message's text, and the addresses of answers to commands.
logging.getLogger("discord").setLevel(logging.INFO)
