"""How media's figures read on a page."""

from django import template

from media.rules.figures import size_in_words, span_in_words

register = template.Library()
register.filter("size_in_words", size_in_words)
register.filter("span_in_words", span_in_words)
