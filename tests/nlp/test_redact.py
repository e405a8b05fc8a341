"""Names, handles and contact details leave a text; titles, places and office holders stay; nothing else moves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import redact
from nlp.redact import Redactor
from nlp.redaction import patterns


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    """The shipped redactor with a small gazetteer."""
    return redact.load(["Larchfield", "Moor End"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cllr Priya Nandakumar said no.", "Cllr [name] said no."),
        ("Mr Khan and PC Lorna Whitwell met.", "Mr [name] and PC [name] met."),
        ("Imam Yusuf Al-Hassani opened the doors.", "Imam [name] opened the doors."),
        ("The inquest of Thomas J. Arkwright heard", "The inquest of [name] heard"),
        ("said Siobhan O'Rourke’s sister", "said [name]’s sister"),
    ],
)
def test_a_full_name_is_one_mark_and_the_title_stays(redactor: Redactor, text: str, expected: str) -> None:
    """Titles stay, and a name of any number of words is one replacement."""
    assert redactor.redact(text).text == expected


def test_a_surname_met_in_a_full_name_goes_everywhere(redactor: Redactor) -> None:
    """The same person named later by surname alone is redacted as well."""
    text = "Witness Oluwaseun Adeyemi told the court he ran. Adeyemi later rang the police. They thanked Adeyemi."
    assert "Adeyemi" not in redactor.redact(text).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ask @moor_mum or @jo.b@mas.to", "ask [handle] or [handle]"),
        ("thanks u/canal_watcher and /u/jx-99!", "thanks [handle] and [handle]!"),
        ("see https://mastodon.social/@jo/1093 now", "see https://mastodon.social/[handle]/1093 now"),
        ("https://www.reddit.com/user/canalwatcher/", "https://www.reddit.com/user/[handle]/"),
        ("https://x.com/joeb/status/17", "https://x.com/[handle]/status/17"),
        ("https://mas.to/users/jo/statuses/2", "https://mas.to/users/[handle]/statuses/2"),
        ("https://bsky.app/profile/jo.bsky.social/post/3k", "https://bsky.app/profile/[handle]/post/3k"),
        ("https://x.com/search?q=hotel", "https://x.com/search?q=hotel"),
        ("mail jo.b@example.org.uk", "mail [contact]"),
        ("as Mill_Lane_Moaner says", "as [handle] says"),
        ("ring 0161 496 0000 or +44 7700 900123 or (0161) 496-0000", "ring [contact] or [contact] or [contact]"),
        ("NI number QQ 12 34 56 C", "NI number [contact]"),
        (
            "open 9am @5pm on 07-09-2026 17:30, £1,000,000, ring 101",
            "open 9am @5pm on 07-09-2026 17:30, £1,000,000, ring 101",
        ),
    ],
)
def test_handles_and_contact_details_go(redactor: Redactor, text: str, expected: str) -> None:
    """Forms of handles, addresses, phone and identity numbers are replaced; times, dates and sums are not."""
    assert redactor.redact(text).text == expected


def test_a_full_name_goes_from_addresses_in_the_same_text(redactor: Redactor) -> None:
    """A headline's address does not give away the name that was taken out of its text."""
    text = "Mr Craig Tattersall was cleared https://news.example/local/craig-tattersall-cleared-1093 today"
    assert redactor.redact(text).text == "Mr [name] was cleared https://news.example/local/[name]-cleared-1093 today"


def test_places_stay_unless_a_title_makes_them_persons(redactor: Redactor) -> None:
    """A gazetteer name is left alone, but Cllr Larchfield is a person."""
    after = redactor.redact("Cllr Larchfield said the hotel in Larchfield is full.").text
    assert after == "Cllr [name] said the hotel in Larchfield is full."


def test_office_holders_and_royals_stay(redactor: Redactor) -> None:
    """Names of the public-role list stay; the same surname on another person goes."""
    after = redactor.redact("Keir Starmer and King Charles met Priya Starmer in Bury.").text
    assert "Keir Starmer" in after
    assert "King Charles" in after
    assert "Priya" not in after


@pytest.mark.parametrize(
    "text",
    [
        "The 409 is on diversion via Victoria Street and St Thomas Road until Christmas.",
        "Meet outside the Duke of Wellington at seven, then the Old Oak.",
        "i hope the council will mark the may bank holiday with a rose",
        "Greater Manchester Police said a cordon was in place on Wellington Road.",
    ],
)
def test_streets_pubs_and_common_words_stay(redactor: Redactor, text: str) -> None:
    """Words that are names elsewhere stay where they are none."""
    assert redactor.redact(text).text == text


def test_counts_and_offsets_are_those_of_the_text_as_given(redactor: Redactor) -> None:
    """Offsets count code points, also after signs outside the basic plane; counts add up."""
    text = "😀🏽 thanks to @bob and Mrs Agnieszka Wojciechowska 👍 mail a@b.org"
    spans = redactor.spans(text)
    assert [text[span.start : span.end] for span in spans] == ["@bob", "Agnieszka Wojciechowska", "a@b.org"]
    after = redactor.redact(text)
    assert (after.count, after.words) == (3, 4)
    assert after.text == patterns.replace(text, spans)


@pytest.mark.parametrize(
    "query", ["priya nandakumar", "Priya Nandakumar", "cllr hussain larchfield", "john smith oldham"]
)
def test_a_search_for_a_person_is_told(redactor: Redactor, query: str) -> None:
    """A search that names a person is found out in lower case as well."""
    assert redactor.names(query)


@pytest.mark.parametrize(
    "query",
    [
        "white van moorend",
        "asylum hotel",
        "mosque car park",
        "council tax",
        "stabbing market street",
        "grooming gang",
        "oldham",
        "grant money",
    ],
)
def test_a_search_for_a_matter_is_not_refused(redactor: Redactor, query: str) -> None:
    """A search for things and places passes."""
    assert redactor.names(query) == []


PIECES = (
    "Priya|Nandakumar|said|Mr|Khan|[name]|[handle]|@jo|in|Oldham|.|-|Smith|😀|\n|a@b.org|https://x.com/jo|"
    "0161 496 0000|will|J.|#JusticeForSara|o'clock|ŁUKASZ|İpek|u/foo|’s|al|"
    "https://n.example/mr-priya-khan-1|Priya Khan|Mill_Lane_Moaner"
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES.split("|")), max_size=14), st.sampled_from([" ", "", " "]))
def test_a_redacted_text_comes_back_as_it_is(pieces: list[str], between: str) -> None:
    """Redacting twice changes nothing, and spans rebuild the text."""
    redactor = redact.load()
    text = between.join(pieces)
    once = redactor.redact(text).text
    assert redactor.redact(once).text == once
    assert patterns.replace(text, redactor.spans(text)) == once


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_readable(text: str) -> None:
    """No text of any script breaks the redactor or changes at a second reading."""
    redactor = redact.load()
    once = redactor.redact(text).text
    assert redactor.redact(once).text == once


@pytest.mark.parametrize("text", ["a@a." * 60, "a_b.c " * 3 + "a@a." * 400 + " and on"])
def test_a_chain_of_handles_goes_whole(redactor: Redactor, text: str) -> None:
    """Handles glued together without end go as one, nothing of them stays, and a second look finds nothing."""
    redacted = redactor.redact(text).text
    assert "@" not in redacted
    assert redactor.redact(redacted).count == 0


def test_a_quoted_address_goes(redactor: Redactor) -> None:
    """Quotation marks before an address hide nothing of it."""
    assert "joe" not in redactor.redact("write to 'joe@example.org' or (@'joe@example.org)").text
