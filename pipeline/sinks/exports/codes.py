"""What GDELT and CAMEO call what we call otherwise: countries, kinds of actors, event codes."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError

COUNTRIES = Path(__file__).with_name("data") / "countries.tsv"
# FIPS 10-4 knows the West Bank and Gaza, not Palestine. Gaza ends at 34.57 °E, the West Bank begins at 34.88 °E.
GAZA_ENDS_LON = 34.7

# PLOVER sector: CAMEO's generic role (codebook, chapter 3). PRM, PRE, PTY, REL, SOC and UNK have none.
ROLES: dict[str, str] = {
    **{code: code for code in "COP GOV JUD LEG MIL OPP REB SPY UAF AGR BUS CRM CVL EDU ELI LAB NGO IGO REF".split()},
    "JRN": "MED", "MED": "HLH",
}  # fmt: skip

# (CAMEO root, PLOVER mode): the CAMEO code of that very act. All others are "not specified below": the root and a zero.
CAMEO_ACTS: dict[tuple[str, str], str] = {
    ("04", "phone"): "041", ("04", "visit"): "042", ("08", "release"): "0841", ("08", "ceasefire"): "0871",
    ("14", "demo"): "141", ("14", "hunger"): "142", ("14", "strike"): "143", ("14", "boycott"): "143",
    ("14", "obstruct"): "144", ("14", "riot"): "145", ("17", "curfew"): "1723", ("17", "martial-law"): "1724",
    ("17", "arrest"): "173", ("17", "deport"): "174", ("18", "abduct"): "181", ("18", "sexual"): "1821",
    ("18", "torture"): "1822", ("18", "suicide-attack"): "1831", ("19", "firearms"): "193",
    ("19", "heavy-weapons"): "194", ("19", "aerial"): "195", ("19", "drone"): "195",
}  # fmt: skip

# Deals between firms and states, by CAMEO root: 0311 is the intent to cooperate economically, 061 is to do so.
DEALS = frozenset({"acquisition", "takeover-bid", "trade", "investment"})
ECONOMIC: dict[str, str] = {"03": "0311", "06": "061"}


@dataclass(frozen=True, slots=True)
class Country:
    """A country: FIPS 10-4 and CAMEO codes ("" for none) and its name."""

    fips: str
    cameo: str
    name: str


@cache
def countries() -> dict[str, Country]:
    """Every country by its ISO 3166-1 alpha-3 code. Raises ModelError."""
    try:
        _, _, *lines = COUNTRIES.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ModelError(f"{COUNTRIES.name} cannot be read: {error}; install Tickertape again") from error
    return {code: Country(*rest) for code, *rest in (line.split("\t") for line in lines)}


def cameo_country(alpha3: str | None) -> str:
    """CAMEO's code of a country, "" for one that it does not know."""
    country = countries().get(alpha3 or "")
    return country.cameo if country else ""


def fips(alpha3: str | None, lon: float | None) -> str:
    """FIPS 10-4 of a country, "" where there is none; Palestine needs the longitude."""
    if alpha3 == "PSE":
        return "" if lon is None else "GZ" if lon < GAZA_ENDS_LON else "WE"
    country = countries().get(alpha3 or "")
    return country.fips if country else ""


def country_name(alpha3: str | None) -> str:
    """The name of a country, "" for an unknown code."""
    country = countries().get(alpha3 or "")
    return country.name if country else ""


def cameo_codes(data: dict[str, Any]) -> tuple[str, str, str]:
    """(event, base, root) codes of an event; base has three digits."""
    root = data["cameo"]
    if root is None:
        return "", "", ""
    acts = ECONOMIC.get(root) if data["kind"] in DEALS else CAMEO_ACTS.get((root, data["mode"] or ""))
    code = acts or f"{root}0"
    return code, code[:3], root
