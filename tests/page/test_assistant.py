"""The set-up assistant, from the one-time link to the first right answer, as its owner does it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.fakes.discord_server import TOKEN
from tests.fakes.ollama import says
from tests.page.conftest import PASSWORD, Desk, wide
from tests.page.town import Town

PARKING = "Two spaces in the yard, for twenty minutes each."
STEPS = ("business", "model", "knowledge", "platforms", "rooms", "try", "done")


@pytest.fixture(scope="module")
def town(browser: Browser) -> Iterator[Town]:
    with Town() as running:
        yield running


class Shop:
    """A desk in a data directory, whose power can go."""

    def __init__(self, folder: Path, town: Town) -> None:
        self._folder = folder
        self._town = town
        self.desk = self._started(anew=False)

    def power_cut(self) -> None:
        self.desk.kill()
        self.desk = self._started(anew=True)

    def _started(self, *, anew: bool) -> Desk:
        return Desk(
            self._folder,
            ollama_url=self._town.ollama.url,
            anew=anew,
            environment=self._town.environment,
        )


@pytest.fixture(scope="module")
def shop(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    running = Shop(tmp_path_factory.mktemp("data") / "desk", town)
    yield running
    running.desk.stop()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """The owner's browser, which stays open all the time."""
    opened = wide(browser)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def page(context: BrowserContext) -> Page:
    """One tab, in which the tests below follow one another as the steps do."""
    return context.new_page()


def at(page: Page, step: str, number: int) -> None:
    """See that the page is a step's."""
    page.wait_for_url(f"**/setup/{step}**")
    expect(page.get_by_text(f"Step {number} of 8:")).to_be_visible()


def choose_password(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Save and go on").click()


def test_the_link_asks_for_a_password_and_nothing_else(page: Page, shop: Shop):
    page.goto(shop.desk.setup_link)
    expect(page.get_by_text("Step 1 of 8: Password")).to_be_visible()
    page.get_by_label("Your password").fill("short")
    page.get_by_label("The same password again").fill("other")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("#password-error")).to_contain_text("at least 10 characters")
    expect(page.locator("#password_again-error")).to_be_visible()
    choose_password(page, shop.desk.setup_link)
    at(page, "business", 2)


def test_the_used_link_leads_its_owner_back_to_where_they_are(page: Page, shop: Shop):
    page.goto(shop.desk.setup_link)
    at(page, "business", 2)


def test_what_does_not_fit_is_said_and_nothing_is_saved_or_lost(page: Page):
    page.get_by_label("How to reach a person").fill("Call 555 0134")
    page.get_by_label("Monday").fill("17-9")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("#name-error")).to_have_text("What do people call you?")
    page.get_by_label("Name of the business").fill("Crumb & Co.")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("#hours_MO-error")).to_contain_text("closes")
    expect(page.get_by_label("How to reach a person")).to_have_value("Call 555 0134")


def test_hours_with_exceptions_and_a_region_by_its_name_are_taken(page: Page):
    page.get_by_label("Monday").fill("9-12:30, 13:30-17")
    page.get_by_role("button", name="like Monday").click()
    expect(page.get_by_label("Friday")).to_have_value("9-12:30, 13:30-17")
    # The country of the zone is the first guess.
    expect(page.get_by_label("Region, for public holidays")).to_have_value("IE")
    page.get_by_label("Region, for public holidays").fill("Bayern")
    page.get_by_label("Closed on").fill("2026-12-28")
    page.get_by_label("Closes early, every year").fill("12-24 12:30")
    page.get_by_role("button", name="Save and go on").click()
    at(page, "model", 3)
    page.get_by_role("link", name="Back").click()
    at(page, "business", 2)
    expect(page.get_by_label("Region, for public holidays")).to_have_value("DE-BY")
    expect(page.get_by_label("Closed on")).to_have_value("2026-12-28")
    page.get_by_role("button", name="Save and go on").click()
    at(page, "model", 3)


def test_the_box_is_measured_by_a_small_model_that_is_fetched_for_it(page: Page, town: Town):
    town.ollama.pull_gap_s = 0.3
    page.get_by_role("button", name="Fetch it and measure").click()
    expect(page.get_by_text("of 100 B", exact=False)).to_be_visible()
    expect(page.get_by_role("heading", name="What fits this computer")).to_be_visible()
    offers = page.get_by_role("listitem").filter(has=page.get_by_role("button", name="Fetch"))
    assert 2 <= offers.count() <= 3
    expect(offers.filter(has_text="suits best")).to_have_count(1)
    expect(offers.first).to_contain_text("seconds for an answer")
    expect(page.get_by_role("button", name="Fetch qwen2.5:0.5b")).to_have_count(0)


def test_a_download_is_cancelled_and_a_power_cut_loses_no_step(page: Page, town: Town, shop: Shop):
    town.ollama.pull_gap_s = 2.0
    page.get_by_role("button", name="Fetch qwen3:4b-instruct").click()
    expect(page.get_by_role("heading", name="qwen3:4b-instruct is on its way")).to_be_visible()
    expect(page.locator("[data-words]")).to_contain_text("a second")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("The download was stopped.")).to_be_visible()
    shop.power_cut()
    page.goto(f"{shop.desk.url}/overview")
    page.get_by_role("link", name="Go on with: Model").click()
    at(page, "model", 3)
    # What was measured is known still.
    expect(page.get_by_role("heading", name="What fits this computer")).to_be_visible()


def test_a_model_is_chosen_once_it_has_answered_a_test(page: Page, town: Town):
    town.ollama.pull_gap_s = 0.0
    page.get_by_role("button", name="Fetch qwen3:4b-instruct").click()
    page.get_by_role("button", name="Test and use qwen3:4b-instruct").wait_for()
    expect(page.get_by_role("link", name="Go on")).to_have_count(0)
    town.ollama.hidden.add("qwen3:4b-instruct")
    page.get_by_role("button", name="Test and use qwen3:4b-instruct").click()
    expect(page.get_by_role("alert")).to_contain_text("Not chosen")
    town.ollama.hidden.discard("qwen3:4b-instruct")
    page.goto(page.url.replace("/use", ""))
    town.ollama.script(says("Good morning from the oven."))
    page.get_by_role("button", name="Test and use qwen3:4b-instruct").click()
    expect(page.get_by_text("Good morning from the oven.")).to_be_visible()
    expect(page.get_by_role("heading", name="qwen3:4b-instruct answers")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    at(page, "knowledge", 4)


def test_answers_to_the_usual_questions_become_entries_and_the_others_a_to_do(
    page: Page, shop: Shop
):
    page.get_by_role("button", name="Save the answers").click()
    expect(page.get_by_role("alert")).to_contain_text("Answer one or more")
    page.get_by_label("Where can I park?").fill(PARKING)
    page.get_by_label("How can I pay?").fill("In cash or by card.")
    page.get_by_role("button", name="Save the answers").click()
    expect(page.get_by_role("status")).to_contain_text("2 documents")
    expect(page.get_by_text("2 of 12 answered")).to_be_visible()
    expect(page.get_by_label("Where can I park?")).to_have_value(PARKING)
    other = page.context.new_page()
    other.goto(f"{shop.desk.url}/overview")
    expect(other.get_by_text("10 of the twelve usual questions have no answer")).to_be_visible()
    other.close()


def test_the_sample_is_added_and_taken_away_in_one_click_each(page: Page):
    page.get_by_text("Play with a sample first").click()
    page.get_by_role("button", name="Add the sample").click()
    expect(page.get_by_text("It knows 16 documents.")).to_be_visible()
    page.get_by_text("Play with a sample first").click()
    page.get_by_role("button", name="Take the sample away").click()
    expect(page.get_by_text("It knows 2 documents.")).to_be_visible()


def test_a_file_is_taken_in(page: Page):
    page.get_by_text("Give it files you have").click()
    file = {"name": "tea.txt", "mimeType": "text/plain", "buffer": b"We have eleven kinds of tea."}
    page.get_by_label("Files").set_input_files(file)
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("It knows 3 documents.")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    at(page, "platforms", 5)


def test_slack_turns_green_once_its_tokens_do(page: Page, town: Town):
    page.get_by_role("link", name="Connect Slack").click()
    page.get_by_role("button", name="Copy the scope").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.get_by_label("Bot token").fill("xoxb-wrong")
    page.get_by_label("App-level token").fill(town.slack.methods.app_token)
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.locator("#tokens-error")).to_be_visible()
    page.get_by_label("Bot token").fill(town.slack.methods.bot_token)
    page.get_by_label("App-level token").fill(town.slack.methods.app_token)
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    assert town.slack.methods.bot_token not in page.content()


def test_discord_turns_green_too(page: Page):
    page.get_by_role("link", name="Slack and Discord").click()
    page.get_by_role("link", name="Connect Discord").click()
    page.get_by_label("Bot token").fill(TOKEN)
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    at(page, "rooms", 6)


def test_rooms_and_people_are_set_for_one_platform_after_the_other(page: Page):
    office = page.get_by_role("group", name="back-office")
    office.get_by_label("Who reads it").select_option("The team only")
    page.get_by_label("The team's room").select_option("back-office")
    page.get_by_label("Owners").fill("U1")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("link", name="Discord", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    expect(page.get_by_role("group", name="lobby")).to_be_visible()
    page.get_by_role("button", name="Save and go on").click()
    at(page, "try", 7)


def test_one_click_brings_the_first_right_answer_on_the_page(page: Page):
    page.get_by_role("button", name="Where can I park?").click()
    expect(page.locator(".bubble.said")).to_contain_text(PARKING)
    expect(page.locator(".bubble.said .foot")).to_contain_text("your own words")
    page.get_by_label("Your question").fill("are you open on 28 December 2026?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".bubble.said").last).to_contain_text("closed")
    page.get_by_role("link", name="As staff").click()
    expect(page.get_by_text("You see what a colleague would see")).to_be_visible()


def test_customers_on_both_platforms_get_it_too(town: Town):
    town.call(lambda: town.slack.says("U2", "C1", "<@UBOT> where can i park?"))
    town.until(lambda: any(PARKING in str(post) for post in town.slack.posts))
    town.call(lambda: town.discord.says("ann", town.lobby, "<@bot> where can i park?"))
    town.until(lambda: any(PARKING in str(post) for post in town.discord.posts))


def test_at_the_end_it_says_what_is_set_and_asks_no_more(page: Page):
    page.get_by_role("button", name="Go on").click()
    at(page, "done", 8)
    rows = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Change"))
    expect(rows.filter(has_text="Slack")).to_contain_text("Connected")
    expect(rows.filter(has_text="Model")).to_contain_text("qwen3:4b-instruct")
    page.get_by_role("button", name="To the overview").click()
    page.wait_for_url("**/overview")
    expect(page.get_by_text("Go on setting up")).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (360, "light"),
        *(
            pytest.param(width, scheme, marks=pytest.mark.long)
            for width, scheme in ((360, "dark"), (1200, "light"), (1200, "dark"))
        ),
    ],
)
def test_no_step_is_wider_than_the_screen(
    browser: Browser, context: BrowserContext, shop: Shop, width: int, scheme: str
):
    seen = browser.new_context(
        storage_state=context.storage_state(),
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    other = seen.new_page()
    for step in (*STEPS, "platforms/slack", "platforms/discord", "rooms/discord"):
        other.goto(f"{shop.desk.url}/setup/{step}")
        assert other.evaluate("document.documentElement.scrollWidth") <= width, step
        expect(other.get_by_role("heading", level=1)).to_have_count(1)
    seen.close()
