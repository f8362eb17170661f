"""How a sample is shared out among strata and drawn: arithmetic without a database."""

import hashlib
import math


def share_out(total, sizes):
    """Share ``total`` out in proportion to ``sizes``, in whole numbers, by the largest remainder.

    :param total: how many to share out; more than there are means all
    :param sizes: sizes of the strata
    :return: list of numbers: they sum to ``min(total, sum(sizes))``, and none is above its stratum's size
    """
    whole = sum(sizes)
    total = min(total, whole)
    if total <= 0:
        return [0] * len(sizes)
    shares = [total * size // whole for size in sizes]
    # Exact: remainders are compared as whole numbers; of equal ones the earlier stratum comes first.
    order = sorted(range(len(sizes)), key=lambda index: (-(total * sizes[index] % whole), index))
    for index in order[: total - sum(shares)]:
        shares[index] += 1
    return shares


def allocate(total, sizes, fixed):
    """Return how many are to be invited from each stratum.

    Numbers that were fixed by hand win; what is left of ``total`` is shared out among the others in proportion.

    :param total: size of the whole sample
    :param sizes: sizes of the strata
    :param fixed: ``{index: number}`` of the strata whose number was entered by hand
    """
    numbers = {index: min(number, sizes[index]) for index, number in fixed.items()}
    free = [index for index in range(len(sizes)) if index not in numbers]
    rest = max(total - sum(numbers.values()), 0)
    numbers |= zip(free, share_out(rest, [sizes[index] for index in free]), strict=True)
    return [numbers[index] for index in range(len(sizes))]


def size_of_sample(sampling, population, number=0, percent=0.0):
    """Return the size of a sample: everybody, a number, or a share (rounded half up)."""
    if sampling == "all":
        return population
    if sampling == "number":
        return min(number, population)
    return min(math.floor(population * percent / 100 + 0.5), population)


def rank_key(seed, partner_id):
    """Return what customers of a stratum are sorted by: the digest, and the id where digests are equal."""
    digest = hashlib.md5(f"{seed}:{partner_id}".encode(), usedforsecurity=False).hexdigest()
    return digest, partner_id
