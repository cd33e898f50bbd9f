"""Made names of people whose families came from everywhere, as in any town of New South Wales."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

# Given names and family names that go together, by where a family's names are from.
ORIGINS = (
    ("Colleen Glenys Darrell Neville Joy Trish Mick Ron Shirley Wayne Kylie Brett Narelle Craig Beryl Leanne",
     "Pascoe Hoy Doolan Simpson Whitlock Barlow Tranter Mudge Cutler Peacock Hallam Fenwick Rudd Sully"),
    ("Jack Olivia Lachlan Charlotte Noah Isla Cooper Matilda Angus Ruby Harriet Declan Imogen Bridie",
     "Reid Whitby Carmody Gallagher Macleod Doyle Pritchard Ashworth Penrose Kinsella Lockyer Drummond"),
    ("Linh Minh Thao Quang Huong Tuan Mai Khanh", "Nguyen Tran Pham Le Vo Dang"),
    ("Priyanka Arjun Meera Sandeep Lakshmi Rohan Kavita Vikram", "Nair Sharma Patel Menon Iyer Kaur Reddy"),
    ("Wei Xiu Jun Li Mei Hao Yan Bo", "Chen Wong Zhang Lau Huang Liu Ng"),
    ("Giuseppe Rosa Carmela Vince Nunzio Franca Sal Angela", "Calabria Trimboli Rossetto Bonfiglio Catanzariti Violi"),
    ("Ibrahim Layla Omar Zeinab Hassan Nour Youssef Amal", "Saad Haddad Khoury Mansour Rahimi Farah"),
    ("Marek Zofia Katarina Milan Jelena Dragan Agata Piotr", "Kowalski Novak Petrovic Jurkovic Wozniak Babic"),
    ("Jarrah Tahlia Kirra Nathan Marlee Bindi Clinton Shontelle", "Ingram Williams Christian Freeman Roberts Simms"),
    ("Sione Mele Talia Aroha Tama Hemi Losa Viliami", "Tupou Latu Ngata Parata Fonoti Vea"),
    ("Maria Jose Lupita Andres Lourdes Ramon Grace Benjie", "Santos Reyes Cruz Castillo Moreno Aquino"),
    ("Ayaan Halima Abdi Achol Deng Nyandeng Blessing Chidi", "Warsame Deng Garang Okafor Mensah Ajak"),
    ("Eleni Giorgos Despina Spiros Vasiliki Kosta", "Pappas Georgiou Kanellis Vlahos Manolis"),
    ("Hye-jin Min-ho Yuki Haruka Soo-ah Kenji", "Park Kim Tanaka Mori Choi Sato"),
)  # fmt: skip

# Elders have more weight among customers than in the birth register of last year.
WEIGHTS = (9, 9, 4, 4, 4, 5, 3, 3, 4, 2, 3, 2, 2, 2)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works in a community, and how well they do each family of work, 0 to 5."""

    name: str
    role: str
    service: int
    technical: int
    financial: int
    languages: str = "en"


TEAMS = {
    "Riverina": (
        Member("Dianne Carmody", "manager", 4, 3, 4),
        Member("Anwar Rahimi", "coach", 4, 4, 3, "en ar"),
        Member("Priya Nair", "expert", 4, 5, 3, "en hi"),
        Member("Marek Kowalski", "expert", 3, 5, 1, "en pl"),
        Member("Tom Whitby", "expert", 4, 3, 2),
        Member("Jess Tran", "expert", 5, 2, 4, "en vi"),
        Member("Lachlan Reid", "expert", 3, 4, 2),
        Member("Rosa Trimboli", "expert", 5, 1, 5, "en it"),
        Member("Tama Ngata", "expert", 4, 4, 1),
        Member("Kirra Ingram", "expert", 4, 2, 4),
        Member("Sandeep Kaur", "expert", 3, 4, 4, "en hi"),
        Member("Bridie Doyle", "expert", 5, 3, 3),
    ),
    "Hunter": (
        Member("Stephen Hallam", "manager", 3, 4, 4),
        Member("Mei Lau", "coach", 4, 4, 4, "en zh"),
        Member("Nathan Simms", "expert", 4, 4, 2),
        Member("Katarina Babic", "expert", 5, 2, 4, "en hr"),
        Member("Omar Haddad", "expert", 3, 5, 2, "en ar"),
        Member("Isla Macleod", "expert", 5, 3, 2),
        Member("Vince Bonfiglio", "expert", 4, 2, 5, "en it"),
        Member("Grace Santos", "expert", 5, 3, 3, "en tl"),
        Member("Declan Lockyer", "expert", 2, 5, 2),
        Member("Huong Pham", "expert", 4, 3, 4, "en vi"),
        Member("Chidi Okafor", "expert", 4, 4, 3),
        Member("Harriet Penrose", "expert", 4, 3, 4),
    ),
    "Northern Rivers": (
        Member("Leanne Tranter", "manager", 4, 3, 4),
        Member("Kosta Vlahos", "coach", 4, 4, 3, "en el"),
        Member("Matilda Gallagher", "expert", 5, 3, 2),
        Member("Jarrah Roberts", "expert", 4, 5, 2),
        Member("Yuki Mori", "expert", 4, 4, 3, "en ja"),
        Member("Andres Moreno", "expert", 4, 3, 4, "en es"),
        Member("Aroha Parata", "expert", 5, 2, 4),
        Member("Noah Drummond", "expert", 3, 5, 1),
        Member("Lakshmi Iyer", "expert", 3, 4, 5, "en ta"),
        Member("Blessing Mensah", "expert", 5, 3, 3),
        Member("Cooper Kinsella", "expert", 3, 4, 3),
        Member("Zeinab Khoury", "expert", 4, 2, 5, "en ar"),
    ),
}


def names(random: Random) -> Iterator[str]:
    """Names without end, none twice; a number never stands in one, so they end with the pools."""
    taken = {member.name for team in TEAMS.values() for member in team}
    while True:
        given, family = random.choices(ORIGINS, WEIGHTS)[0]
        name = f"{random.choice(given.split())} {random.choice(family.split())}"
        if name not in taken:
            taken.add(name)
            yield name
