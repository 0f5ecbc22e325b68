"""The components render, tie their words together, and never bring a script of their own."""

import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import Client

from stockcoop.kernel.money import Money
from stockcoop.templatetags import components
from stockcoop.templatetags.money import amount, money

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for path in ROOT.glob("*/templates/**/*.html")
    if ROOT / "var" not in path.parents and ".venv" not in path.parts
)
COMPONENTS = sorted((ROOT / "stockcoop" / "templates" / "components").glob("*.html"))
INCLUDE = re.compile(r'{% include "([^"]+)"(.*?)%}', re.S)
# The frame shows who is signed in, so it stands in the context of the page.
FRAME = {
    "components/site_header.html",
    "components/site_footer.html",
    "components/visitor_links.html",
    "components/errors.html",
}
EXECUTED_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")", re.I
)


class NameForm(forms.Form):
    """One field with help."""

    name = forms.CharField(help_text="As on your passport.")


class TestForms:
    def test_a_field_names_its_help_and_its_error_for_screen_readers(self) -> None:
        html = str(NameForm(data={})["name"].as_field_group())
        assert 'aria-describedby="id_name_helptext id_name_error"' in html
        assert 'id="id_name_helptext"' in html
        assert 'id="id_name_error"' in html
        assert 'aria-invalid="true"' in html
        assert '<label for="id_name">' in html

    def test_a_form_printed_whole_uses_the_same_fields(self) -> None:
        assert 'class="field-error"' in str(NameForm(data={}))


class TestStyleguide:
    def test_it_shows_every_component_while_debug_is_on(
        self, client: Client, db: None, settings: Any
    ) -> None:
        settings.DEBUG = True
        page = client.get("/styleguide").content.decode()
        assert "Where the money goes" in page
        guide = (ROOT / "stockcoop/templates/styleguide.html").read_text()
        frame = {"site_header", "site_footer", "visitor_links", "wordmark", "tile", "fault"}
        inside = {"field", "errors", "form_fields"}
        for component in COMPONENTS:
            if component.stem not in frame | inside:
                assert f"components/{component.name}" in guide, component.name

    def test_it_is_not_there_in_production(self, client: Client, db: None) -> None:
        assert client.get("/styleguide").status_code == 404


class TestEveryTemplate:
    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
    def test_holds_no_script_style_or_handler_of_its_own(self, path: Path) -> None:
        text = path.read_text()
        assert not EXECUTED_INLINE.search(text)
        assert "<style" not in text
        assert not re.search(r"\son(click|load|change|submit|input|error)=", text, re.I)

    @pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
    def test_a_component_says_what_it_takes(self, path: Path) -> None:
        assert path.read_text().startswith("{% comment %}")

    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
    def test_gives_a_component_only_what_it_takes(self, path: Path) -> None:
        open_includes = [
            name
            for name, rest in INCLUDE.findall(path.read_text())
            if "components/" in name and name not in FRAME and "only" not in rest.split()
        ]
        assert open_includes == []

    def test_a_page_extends_the_base_page(self) -> None:
        strays = [
            str(path.relative_to(ROOT))
            for path in TEMPLATES
            if "<!doctype" in path.read_text().lower() and path.name != "base.html"
        ]
        assert strays == []


class TestMoney:
    def test_shows_thousands_and_the_decimals_of_the_currency(self) -> None:
        assert money(Money(125000, "USD")) == "USD 1,250.00"
        assert money(Money(1250, "JPY")) == "JPY 1,250"
        assert amount(Money(-5, "BHD")) == "\N{MINUS SIGN}0.005"

    def test_shows_nothing_for_no_amount(self) -> None:
        assert money(None) == amount(None) == ""


class TestStat:
    def test_shows_no_money_as_an_amount_too(self) -> None:
        html = render_to_string("components/stat.html", {"money": Money.zero("USD")})
        assert "0.00" in html


class TestPagination:
    def test_links_to_the_ends_and_the_neighbours(self) -> None:
        page = Paginator(range(200), 10).get_page(10)
        assert components.page_numbers(page) == [1, None, 8, 9, 10, 11, 12, None, 20]

    def test_is_absent_from_a_single_page(self) -> None:
        page = Paginator(range(3), 10).get_page(1)
        assert render_to_string("components/pagination.html", {"page": page}).strip() == ""


class TestBadge:
    def test_gives_a_known_state_its_tone_and_words(self) -> None:
        assert components.as_badge("in_review") == components.Badge("In review", "warn")

    def test_gives_an_unknown_state_its_own_words_in_grey(self) -> None:
        assert components.as_badge("on_loan") == components.Badge("On loan", "")


def test_a_share_of_nothing_is_nothing() -> None:
    assert components.percent_of(3, 0) == 0
    assert components.percent_of(1, 3) == 33
