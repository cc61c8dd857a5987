from tests.integration.web.conftest import Desk, Owner

HOURS = {"MO": [["09:00", "17:00"]]}


def test_an_answer_from_the_hours_leads_to_the_settings_and_to_no_document(
    desk: Desk, owner: Owner
):
    choices = desk.services.choices
    desk.do(lambda: choices.set("business.hours", HOURS))
    try:
        answer = desk.do(lambda: desk.room.says("are you open on 24 December?"))
    finally:
        desk.do(lambda: choices.set("business.hours", {}))
    page = owner.get(f"/answers/{answer.answer_id}").text
    assert '<a href="/business"><strong>Opening hours</strong></a>' in page
    assert "/knowledge/document?id=" not in page
    assert "score" not in page
    assert "Monday: 09:00\u201317:00" in page
