import json
from pathlib import Path

import pytest

from bench.search import judged


def test_anyone_can_bring_products_queries_and_judgements(tmp_path: Path):
    product = {"id": "p1", "titles": {"en": "Lamp"}, "category": "home/lighting", "attributes": {"colours": ["red"]}}
    (tmp_path / "products.jsonl").write_text(json.dumps(product) + "\n\n")
    (tmp_path / "queries.jsonl").write_text(json.dumps({"id": "q1", "text": "lamp", "language": "en"}) + "\n")
    (tmp_path / "judgements.tsv").write_text("q1\tp1\t3\n")
    (document,) = judged.products(tmp_path)
    assert document.card.product_id == "p1"
    assert document.card.category_path == ("home", "home/lighting")
    assert document.attributes == {"colours": ("red",)}
    assert [query.text for query in judged.queries(tmp_path)] == ["lamp"]
    assert judged.judgements(tmp_path) == {"q1": {"p1": 3}}


def test_a_grade_that_is_none_is_told_by_its_line(tmp_path: Path):
    (tmp_path / "judgements.tsv").write_text("q1\tp1\t3\nq1\tp2\t7\n")
    with pytest.raises(ValueError, match="line 2"):
        judged.judgements(tmp_path)


def test_our_own_judgements_name_queries_and_products_that_there_are():
    known = {document.card.product_id for document in judged.products(judged.OURS)}
    queries = {query.id for query in judged.queries(judged.OURS)}
    judgements = judged.judgements(judged.OURS)
    assert set(judgements) == queries
    assert all(set(grades) <= known for grades in judgements.values())
    assert len(queries) == 80
