"""The data dictionary says what the models say now."""

from shipments.exports.dictionary import models_described, write_dictionary
from shipments.management.commands.write_data_dictionary import PAGE


def test_the_data_dictionary_is_what_the_models_say() -> None:
    assert PAGE.read_text() == write_dictionary(), "Run: manage.py write_data_dictionary"


def test_every_noun_says_what_a_row_is() -> None:
    # Django writes Model(field, ...) where nobody wrote a docstring.
    silent = [
        m.__name__ for m in models_described() if (m.__doc__ or "").startswith(f"{m.__name__}(")
    ]
    assert silent == []
