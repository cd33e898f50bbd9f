"""Whether a community stays in one piece, and what falls off where it doesn't, compiled."""

from typing import NamedTuple

import numpy

from coterie.planning.territories.compiled import compiled
from coterie.planning.territories.country import Country, Places


class Room(NamedTuple):
    """Room to look around in: in which round each area was seen last, whom to look at next, and which round it is."""

    seen: Places
    line: Places
    round: Places


@compiled
def room_for(areas: int) -> Room:
    return Room(
        numpy.zeros(areas, numpy.int64),
        numpy.zeros(areas, numpy.int64),
        numpy.zeros(1, numpy.int64),
    )


@compiled
def stays_whole(country: Country, part: Places, room: Room, area: int) -> bool:
    """Whether the rest of its community hangs together without the area: its neighbours there reach each other."""
    home, wanted, first = part[area], 0, -1
    room.round[0] += 1
    mark = room.round[0]
    room.seen[area] = mark
    for border in range(country.begins[area], country.begins[area + 1]):
        if part[country.others[border]] == home:
            wanted, first = wanted + 1, country.others[border]
    if wanted <= 1:
        return True
    room.line[0], room.seen[first] = first, mark
    end, at = 1, 0
    while at < end:
        begin, stop = country.begins[room.line[at]], country.begins[room.line[at] + 1]
        at += 1
        for border in range(begin, stop):
            other = country.others[border]
            if other == area:
                wanted -= 1
                if wanted == 0:
                    return True
            elif part[other] == home and room.seen[other] != mark:
                room.seen[other] = mark
                room.line[end] = other
                end += 1
    return False


@compiled
def cut_off(country: Country, part: Places, room: Room, area: int) -> tuple[int, int]:
    """From where to where `room.line` holds what leaves its community's largest piece when the area does.

    The pieces are found one after the other; the largest so far is kept at the front.
    """
    home = part[area]
    room.round[0] += 1
    mark = room.round[0]
    room.seen[area] = mark
    largest, end = 0, 0
    for border in range(country.begins[area], country.begins[area + 1]):
        first = country.others[border]
        if part[first] != home or room.seen[first] == mark:
            continue
        begin = end
        room.line[end], room.seen[first] = first, mark
        end += 1
        at = begin
        while at < end:
            for beyond in range(country.begins[room.line[at]], country.begins[room.line[at] + 1]):
                other = country.others[beyond]
                if part[other] == home and room.seen[other] != mark:
                    room.seen[other] = mark
                    room.line[end] = other
                    end += 1
            at += 1
        if end - begin > largest:
            room.line[:end] = numpy.concatenate((room.line[begin:end], room.line[:begin]))
            largest = end - begin
    return largest, end


@compiled
def touches(country: Country, part: Places, area: int, community: int) -> bool:
    for border in range(country.begins[area], country.begins[area + 1]):
        if part[country.others[border]] == community:
            return True
    return False
