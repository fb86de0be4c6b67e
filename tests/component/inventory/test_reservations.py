from tests.builders import inventory as a


def test_smoke(world):
    a.received(10)
    assert a.amounts() == (10, 0)
    assert a.reserve(a.a_line(3))["outcome"] == "reserved"
    assert a.amounts() == (7, 3)
    assert a.reserve(a.a_line(3))["outcome"] == "reserved"
    assert a.amounts() == (7, 3)
    assert a.task("commit")["outcome"] == "committed"
    assert a.amounts() == (7, 0)
    print(a.reserve(a.a_line(8), order_id=a.order(1)))
    listen = a.Listening(world)
    print(listen())
