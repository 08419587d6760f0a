"""What the soak calls flat, and what it breaks."""

from damage import files, is_broken
from small_deliveries import small_delivery
from watched import growth


def test_growth_compares_the_last_third_with_the_middle_one():
    assert growth([50, 90, 100, 100, 110, 110]) == 0.1 or abs(growth([50, 90, 100, 100, 110, 110]) - 0.1) < 1e-9


def test_a_start_from_little_is_no_growth():
    assert growth([1, 2, 100, 100, 100, 100]) == 0


def test_one_in_ten_is_broken_and_each_kind_of_source_is():
    broken = [number for number in range(160) if is_broken(number)]
    assert len(broken) == 16
    assert {number % 4 for number in broken} == {0, 1, 2, 3}
    assert all(
        files(number) != {name: text.encode() for name, text in small_delivery(number).files.items()}
        for number in broken
    )
