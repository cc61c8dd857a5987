"""The slash commands and the message menu: each says in words what it stands for."""

from collections.abc import Awaitable, Callable

import discord
from discord import app_commands

Interaction = discord.Interaction[discord.Client]
# Takes the words a command stands for; the last argument: only who gave it sees the answer.
Said = Callable[[Interaction, str, bool], Awaitable[None]]

REMIND_ABOUT = "Remind me about this"
_QUOTED_CHARS = 200  # of a message that a reminder is about; enough to know it again

# Name, what Discord shows beside it, the words.
_PLAIN = (
    ("why", "What the last answer stands on", "why?"),
    ("forget-me", "Delete what I know about you", "forget me"),
    ("help", "What I can do", "help"),
    ("person", "Talk to a person", "I would like to talk to a person"),
)

Signature = tuple[object, ...]
_PLACES = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)


def tree(client: discord.Client, said: Said) -> app_commands.CommandTree[discord.Client]:
    """Return a client's commands, each handed to `said` when somebody gives it."""
    commands = app_commands.CommandTree(
        client,
        allowed_contexts=_PLACES,
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    for name, description, words in _PLAIN:
        commands.add_command(_plain(name, description, words, said))

    @commands.command(name="ask", description="Ask me something")
    @app_commands.describe(question="What you would like to know")
    async def ask(interaction: Interaction, question: str) -> None:
        await said(interaction, question, False)

    @commands.command(name="remind", description="Have me remind you")
    @app_commands.describe(words="When and of what: on Friday at 9 to call the supplier")
    async def remind(interaction: Interaction, words: str) -> None:
        await said(interaction, f"remind me {words}", True)

    @commands.command(name="followups", description="What I have promised you, or a change of it")
    @app_commands.describe(words="What to change: move the flour thing to Friday")
    async def follow_ups(interaction: Interaction, words: str = "my follow-ups") -> None:
        await said(interaction, words, True)

    @commands.context_menu(name=REMIND_ABOUT)
    async def remind_about(interaction: Interaction, message: discord.Message) -> None:
        about = " ".join(message.clean_content.split())[:_QUOTED_CHARS].rstrip()
        await said(interaction, f"remind me about this: {about}", True)

    return commands


def _plain(
    name: str, description: str, words: str, said: Said
) -> "app_commands.Command[app_commands.Group, [], None]":
    async def say(interaction: Interaction) -> None:
        await said(interaction, words, True)

    return app_commands.Command(name=name, description=description, callback=say)


async def sync(commands: app_commands.CommandTree[discord.Client]) -> bool:
    """Tell Discord the commands if it knows others; return whether it had to be told.

    Raises:
        discord.HTTPException: Discord refused.
    """
    known = {_known(command) for command in await commands.fetch_commands()}
    wanted = {_wanted(command, commands) for command in _all(commands)}
    if known == wanted:
        return False
    await commands.sync()
    return True


Ours = app_commands.Command[app_commands.Group, ..., None] | app_commands.ContextMenu


def _all(commands: app_commands.CommandTree[discord.Client]) -> list[Ours]:
    every = [
        *commands.get_commands(type=discord.AppCommandType.chat_input),
        *commands.get_commands(type=discord.AppCommandType.message),
    ]
    return [one for one in every if not isinstance(one, app_commands.Group)]


def _known(command: app_commands.AppCommand) -> Signature:
    options = tuple(
        (option.type.value, option.name, option.description, option.required)
        for option in command.options
        if isinstance(option, app_commands.Argument)
    )
    # Not where they may be given: discord.py 2.7 reads that back wrongly.
    return command.type.value, command.name, command.description, options


def _wanted(command: Ours, commands: app_commands.CommandTree[discord.Client]) -> Signature:
    told = command.to_dict(commands)
    options = tuple(
        (one["type"], one["name"], one["description"], one.get("required", False))
        for one in told.get("options", [])
    )
    return told["type"], told["name"], told.get("description", ""), options
