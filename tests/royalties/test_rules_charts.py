"""The geometry of the chart of earnings, without a database."""

from royalties.rules.bars import Bar, Chart, chart


def test_bars_stand_on_the_line_or_hang_from_it_each_in_the_middle_of_its_step() -> None:
    assert chart([300, -100, 0, 1]) == Chart(
        bars=(
            Bar(x=8, y=0, height=90, middle=20, is_negative=False),
            Bar(x=48, y=90, height=30, middle=60, is_negative=True),
            Bar(x=88, y=90, height=0, middle=100, is_negative=False),
            Bar(x=128, y=88, height=2, middle=140, is_negative=False),
        ),
        width=160,
        height=120,
        base=90,
    )


def test_the_height_between_the_largest_and_the_smallest_is_filled_in_whole_units() -> None:
    drawn = chart([7, -2, 5])
    assert [bar.height for bar in drawn.bars] == [93, 26, 66]
    assert (drawn.base, drawn.width) == (93, 120)


def test_a_line_alone_is_at_the_foot_where_there_is_no_value_and_on_top_where_all_are_zero() -> (
    None
):
    assert (chart([]).base, chart([]).width) == (120, 0)
    assert (chart([0]).base, chart([-1]).base) == (0, 0)
    assert [bar.height for bar in chart([3, 1]).bars] == [120, 40]
    assert chart([1]).bars == (Bar(x=8, y=0, height=120, middle=20, is_negative=False),)


def test_every_figure_is_a_whole_unit_so_that_no_language_writes_it_with_a_comma() -> None:
    drawn = chart([7, -2, 5, 0])
    figures = [drawn.width, drawn.height, drawn.base]
    figures += [figure for bar in drawn.bars for figure in (bar.x, bar.y, bar.height, bar.middle)]
    assert {type(figure) for figure in figures} == {int}
