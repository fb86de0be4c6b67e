from kernel.marks import mark

KEY = b"a key"


def test_an_address_has_one_mark_whatever_its_letters():
    assert mark(" Kim@Example.com", KEY) == mark("kim@example.com", KEY)


def test_without_the_key_a_mark_leads_to_no_address():
    assert "kim" not in mark("kim@example.com", KEY)
    assert mark("kim@example.com", KEY) != mark("kim@example.com", b"another key")
    assert mark("kim@example.com", KEY) != mark("lee@example.com", KEY)
