from kernel.errors import Conflict, DomainError, Fault, Invalid, NotFound, TooManyRequests, Unavailable, problem


class BasketIsEmpty(Conflict):
    """There is nothing in the basket. Put something in first."""


class HTTPTeapot(DomainError):
    """Short and stout."""

    status = 418


class HiddenThing(NotFound):
    code = NotFound.code


def test_a_refusal_becomes_a_problem_document():
    assert problem(BasketIsEmpty(), "cor_1") == {
        "type": "urn:metco:problem:basket_is_empty",
        "title": "There is nothing in the basket",
        "status": 409,
        "code": "basket_is_empty",
        "detail": "There is nothing in the basket. Put something in first.",
        "trace_id": "cor_1",
    }


def test_the_detail_may_be_more_exact_than_the_class():
    told = problem(BasketIsEmpty("Basket 7 is empty."), "cor_1")
    assert (told["detail"], told["title"]) == ("Basket 7 is empty.", "There is nothing in the basket")


def test_wrong_fields_are_pointed_at():
    told = problem(
        Invalid("Two fields are wrong.", faults=[Fault("/a/0", "too long"), Fault("/id", "bad", "path")]), "c"
    )
    assert told["errors"] == [
        {"in": "body", "pointer": "/a/0", "detail": "too long"},
        {"in": "path", "pointer": "/id", "detail": "bad"},
    ]


def test_a_code_follows_from_the_name_unless_it_is_given():
    assert (BasketIsEmpty.code, HTTPTeapot.code, HiddenThing.code) == ("basket_is_empty", "httpteapot", "not_found")


def test_a_class_without_words_of_its_own_says_what_its_base_says():
    assert problem(HiddenThing(), "c") == problem(NotFound(), "c")


def test_retryable_and_terminal_refusals_are_told_apart_by_class():
    assert (Unavailable.retryable, TooManyRequests.retryable, Conflict.retryable) == (True, False, False)
    assert TooManyRequests(retry_after_s=9).retry_after_s == 9
