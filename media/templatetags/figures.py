"""How media's figures read on a page."""

from django import template

from media.models import Work
from media.rules.figures import size_in_words, span_in_words
from media.rules.film import picture_in_words, sound_in_words

register = template.Library()
register.filter("size_in_words", size_in_words)
register.filter("span_in_words", span_in_words)


@register.filter
def sound(work: Work) -> str:
    """The sound of a clip: "AAC, stereo, 48 kHz"."""
    return sound_in_words(work.audio_codec, work.audio_channels, work.audio_rate)


@register.filter
def film(work: Work) -> str:
    """How the pictures of a clip are encoded: "H.264, BT.709, 8 bits"."""
    return picture_in_words(work.codec, work.colour, work.bit_depth)
