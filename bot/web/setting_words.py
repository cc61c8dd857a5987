"""Every setting in words: what it is called, what it does, and the page that edits it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.web.reader import N_


@dataclass(frozen=True, slots=True)
class Worded:
    """One setting.

    Attributes:
        label: What it is called.
        does: What it does, a sentence; "" where the label says it.
        page: Of the page that edits it, in place of the group's.
    """

    label: str
    does: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together.

    Attributes:
        page: The address of the page that edits them.
        settings: By their name in the group, in the order they are shown.
    """

    title: str
    page: str
    settings: Mapping[str, Worded]


_SECONDS = re.compile(r"\b([0-2]\d:[0-5]\d):00\b")


def without_seconds(text: str) -> str:
    """Return a text with times of day as people write them: 20:00 for 20:00:00."""
    return _SECONDS.sub(r"\1", text)


_PLATFORM = {
    "on": Worded(N_("Connected"), N_("Off, it neither reads nor writes there.")),
    "rooms": Worded(N_("Rooms"), N_("Who reads a room, and when it speaks there.")),
    "joins_threads": Worded(
        N_("Joins threads"), N_("Asked once in a thread, it answers there without being named.")
    ),
    "owners": Worded(N_("Owners"), N_("Who it takes for the owner, by their ids there.")),
    "staff": Worded(N_("Colleagues"), N_("Who it takes for the team, by their ids there.")),
    "bots": Worded(N_("Other programs"), N_("Which of them it answers.")),
    "staff_room": Worded(
        N_("The team's room"), N_("Where hand-overs and open questions are told.")
    ),
    "owner_room": Worded(N_("The owner's room"), N_("Where alarms are told.")),
}

GROUPS: Mapping[str, Group] = {
    "business": Group(
        N_("Business"),
        "/business",
        {
            "name": Worded(N_("Name")),
            "contact": Worded(
                N_("Contact line"), N_("What people are told who want to reach a person.")
            ),
            "language": Worded(N_("Language"), N_("What the business writes in.")),
            "zone": Worded(N_("Time zone"), N_("By whose clock hours and reminders go.")),
            "region": Worded(N_("Region"), N_("Whose public holidays hold.")),
            "hours": Worded(N_("Opening hours")),
            "open_on_holidays": Worded(N_("Open on public holidays")),
            "closed_days": Worded(N_("Closed on")),
            "closed_from": Worded(N_("Closes earlier"), N_("Each year on these days.")),
        },
    ),
    "manners": Group(
        N_("Manners"),
        "/platforms",
        {
            "introduction": Worded(
                N_("Introduction"), N_("What somebody new is told with the first answer.")
            ),
            "late_after_min": Worded(
                N_("Apologises after minutes"),
                N_("Missed questions older than this are answered with an apology."),
            ),
            "answers_missed_h": Worded(
                N_("Answers what was missed for hours"), N_("Older ones are handed to the team.")
            ),
        },
    ),
    "slack": Group("Slack", "/platforms/slack", _PLATFORM),
    "discord": Group("Discord", "/platforms/discord", _PLATFORM),
    "local": Group(
        N_("This page and the terminal"),
        "/questions",
        {
            "staff_room": Worded(
                N_("The team's room here"), N_("Where hand-overs and open questions are told.")
            )
        },
    ),
    "model": Group(
        N_("Model"),
        "/model",
        {
            "name": Worded(N_("Model"), N_("Writes the answers; without one your own words do.")),
            "embedder": Worded(N_("Finds by"), N_("Compares questions with what you wrote.")),
            "context_tokens": Worded(
                N_("Room for a question"), N_("In tokens; more needs more memory.")
            ),
            "calls_at_once": Worded(
                N_("Answers at once"), N_("One suits a computer without a graphics card.")
            ),
            "drained": Worded(
                N_("Hosts not used"), N_("Addresses of Ollama hosts that get no more questions.")
            ),
        },
    ),
    "knowledge": Group(
        N_("Knowledge"),
        "/knowledge/finding",
        {
            "more_ways": Worded(
                N_("Drafts more ways to ask"), N_("By the model, while nobody asks anything.")
            ),
            "synonyms": Worded(N_("Words that mean the same")),
            "web_pages": Worded(
                N_("Reads pages of the web"),
                N_("Only by an address that you give."),
                "/knowledge/web-page",
            ),
            "folder": Worded(
                N_("Watched folder"),
                N_("What is put into it is known, what is taken out is not."),
                "/knowledge/folder",
            ),
        },
    ),
    "questions": Group(
        N_("Open questions"),
        "/questions",
        {
            "told": Worded(N_("The team is told"), N_("When a question could not be answered.")),
            "weekday": Worded(N_("Day of the week's list")),
            "at": Worded(N_("Time of the week's list"), N_("Else when you open that day.")),
        },
    ),
    "hand_overs": Group(
        N_("Hand-overs"),
        "/hand-overs",
        {
            "signed": Worded(N_("Signed by"), N_("Whose name stands below a colleague's words.")),
            "untaken_min": Worded(
                N_("Told again after minutes"), N_("Of opening hours, while nobody has taken it.")
            ),
            "silent_min": Worded(
                N_("Given back after minutes"), N_("Of opening hours without a word.")
            ),
            "expires_days": Worded(
                N_("Ends after days"), N_("Business days in which nobody took it.")
            ),
            "unanswered": Worded(
                N_("Fetches somebody for what it does not know"), N_("While you are open.")
            ),
            "upset": Worded(N_("Fetches somebody for who is upset")),
            "words": Worded(N_("Words that fetch somebody")),
            "mark": Worded(
                N_("Mark of what stays inside"),
                N_("Words that begin with it do not reach the customer."),
            ),
        },
    ),
    "follow_ups": Group(
        N_("Follow-ups"),
        "/follow-ups",
        {
            "quiet_from": Worded(N_("Quiet from"), N_("Then nobody is written to unasked.")),
            "quiet_until": Worded(N_("Quiet until")),
            "again_min": Worded(
                N_("Said again after minutes"), N_("Of opening hours, what nobody marked done.")
            ),
            "second": Worded(N_("Then told"), N_("Who else hears of it after as many more.")),
        },
    ),
    "tools": Group(
        N_("Tools"),
        "/skills",
        {
            "schedule_follow_up": Worded(N_("May promise reminders")),
            "list_follow_ups": Worded(N_("May list reminders")),
            "move_follow_up": Worded(N_("May move reminders")),
            "cancel_follow_up": Worded(N_("May cancel reminders")),
            "fill_form": Worded(N_("May fill in forms")),
        },
    ),
    "skills": Group(
        N_("Skills"),
        "/skills",
        {
            "lead_days": Worded(
                N_("Days ahead"), N_("How far off the date in a skill's form must at least be.")
            )
        },
    ),
    "backups": Group(
        N_("Backups"),
        "/backups",
        {
            "on": Worded(N_("Made each night")),
            "hour": Worded(N_("At the hour")),
            "folder": Worded(N_("Folder"), N_("Empty: in the data directory.")),
            "daily": Worded(N_("Nights kept")),
            "weekly": Worded(N_("Weeks kept")),
        },
    ),
    "retention": Group(
        N_("How long words are kept"),
        "/settings",
        {
            "public_days": Worded(
                N_("Days for rooms of the public"), N_("Then questions and answers are emptied.")
            ),
            "staff_days": Worded(
                N_("Days for all other rooms"), N_("Then questions and answers are emptied.")
            ),
        },
    ),
}

SECRETS: Mapping[str, Worded] = {
    "slack_bot_token": Worded(N_("Slack's bot token"), page="/platforms/slack"),
    "slack_app_token": Worded(N_("Slack's app token"), page="/platforms/slack"),
    "discord_bot_token": Worded(N_("Discord's bot token"), page="/platforms/discord"),
    "backup_passphrase": Worded(
        N_("Passphrase of backups"), N_("Seals them; lost, they cannot be opened."), "/backups"
    ),
}

# What must be known before the database opens, by the setting's name.
ENVIRONMENT: Mapping[str, str] = {
    "data_dir": N_("Where everything is kept."),
    "database_url": N_("Another database; else one in the folder above."),
    "ollama_url": N_("Where Ollama is, which runs the model; several with commas."),
    "ollama_pull_url": N_("Another Ollama, which downloads models; else the same."),
    "chroma_url": N_("Another search index; else its own."),
    "host": N_("At which address of this computer the page listens."),
    "port": N_("At which port the page listens."),
    "page_url": N_("Where people open the page, if that is elsewhere."),
    "forwarded_by": N_("Which reverse proxy is believed who asks for the page."),
    "model": N_("First choice of model."),
    "embed_model": N_("First choice of what finds."),
    "timezone": N_("First choice of time zone."),
    "model_memory": N_("How much memory a model may take."),
    "metrics_token": N_("Opens the figures for other programs."),
    "slack_bot_token": N_("Slack's bot token, in place of entering it here."),
    "slack_app_token": N_("Slack's app token, in place of entering it here."),
    "discord_bot_token": N_("Discord's bot token, in place of entering it here."),
    "slack_api_url": N_("Another server that speaks as Slack does."),
    "discord_api_url": N_("Another server that speaks as Discord does."),
    "discord_gateway_url": N_("Another gateway that speaks as Discord's does."),
    "discord_cdn_url": N_("Another server of files that speaks as Discord's does."),
    "proxy_url": N_("Through what Slack and Discord are reached."),
    "way_out_log": N_("Where that writes what left this computer."),
    "way_out_open": N_("Where it is told whom to let through."),
    "web_proxy_url": N_("Through what pages of the web are read."),
}
