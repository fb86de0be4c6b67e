from bench.search import judged
from tests.contract.search.conftest import Shelf


def test_judged_queries_in_three_languages_find_what_was_meant(shelf: Shelf):
    """The budget of the bench, on every index."""
    assert judged.fill(shelf.index, judged.OURS) > 600
    shelf.settle()
    result = judged.judge(shelf.index, judged.OURS)
    assert result.queries >= 60
    assert result.ndcg >= 0.85
    assert min(result.by_language.values()) >= 0.85
    assert set(result.by_language) == set(judged.LANGUAGES)


def test_the_measures_are_those_of_the_textbook():
    grades = {"a": 3, "b": 2, "c": 1}
    assert judged.ndcg(["a", "b", "c"], grades) == 1.0
    assert judged.ndcg(["x", "y"], grades) == 0.0
    assert 0.5 < judged.ndcg(["c", "b", "a"], grades) < 1.0
    assert judged.recall(["a", "x", "b"], grades) == 2 / 3
