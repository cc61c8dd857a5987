"""What the owner chooses for conversations that a person takes over."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

MAX_WORDS = 200
MAX_WORD_CHARS = 80


class Signed(StrEnum):
    """Under whose name a colleague's words reach the customer."""

    COLLEAGUE = "colleague"
    BUSINESS = "business"


class HandOverChoice(BaseModel):
    """How conversations are handed to a person, and given back.

    Attributes:
        signed: Under whose name a colleague's words are carried.
        untaken_min: Minutes of business hours after which the room is told once more that nobody
            has taken it.
        silent_min: Minutes of business hours without a word after which a conversation is given
            back by itself.
        expires_days: Business days after which one that nobody took ends.
        unanswered: A question that could not be answered fetches a person by itself while the
            business is open, once a conversation a day.
        upset: So does a customer who is.
        words: Words and phrases that always fetch a person, in whatever form they stand.
        mark: What a colleague begins words with that stay with the team.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    signed: Signed = Signed.COLLEAGUE
    untaken_min: int = Field(default=15, ge=1, le=1_440)
    silent_min: int = Field(default=30, ge=1, le=1_440)
    expires_days: int = Field(default=3, ge=1, le=30)
    unanswered: bool = False
    upset: bool = True
    words: tuple[str, ...] = ()
    mark: str = Field(default="//", min_length=1, max_length=10)

    def signature(self, colleague: str, business: str) -> str:
        """Return the name under which a colleague's words reach the customer."""
        return colleague if self.signed is Signed.COLLEAGUE else business

    @field_validator("words")
    @classmethod
    def _that_can_be_heard(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        if len(words) > MAX_WORDS:
            raise ValueError(f"{MAX_WORDS} words are the most: leave some out.")
        even = tuple(dict.fromkeys(" ".join(word.split()) for word in words))
        for word in even:
            if not any(sign.isalnum() for sign in word) or len(word) > MAX_WORD_CHARS:
                raise ValueError(
                    f"{word[:20]!r} is no word or phrase: at most {MAX_WORD_CHARS} signs, with"
                    " letters or digits among them."
                )
        return even

    @field_validator("mark")
    @classmethod
    def _visible(cls, value: str) -> str:
        if not value.strip() or any(sign.isalnum() for sign in value):
            raise ValueError("this must be signs that no sentence begins with, such as //.")
        return value.strip()
