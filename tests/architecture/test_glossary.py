"""One noun per idea: what the domain calls by name is explained in docs/glossary.md."""

from tests.architecture.glossary import missing, rows


def test_every_public_class_of_the_domain_is_in_the_glossary() -> None:
    left_out = [f"{name} ({place})" for name, place in missing()]
    assert not left_out, "add a row to docs/glossary.md for: " + ", ".join(left_out)


def test_no_term_is_explained_twice() -> None:
    terms = [term.lower() for term, _, _ in rows()]
    assert len(terms) == len(set(terms)), sorted({term for term in terms if terms.count(term) > 1})


def test_every_term_has_its_one_line() -> None:
    empty = [term for term, _, meaning in rows() if len(meaning.split()) < 3]
    assert not empty, f"say in one line what these mean: {empty}"
