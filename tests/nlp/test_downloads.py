"""Downloaded place names: OS Open Names and ONS files in their true format, and clear words for anything else."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from nlp import gazetteer, grid, wards
from nlp.downloads import OPEN_NAMES

RING = [[-2.2, 53.4], [-2.0, 53.4], [-2.0, 53.6], [-2.2, 53.6], [-2.2, 53.4]]
HOLE = [[-2.12, 53.45], [-2.11, 53.45], [-2.11, 53.46], [-2.12, 53.46], [-2.12, 53.45]]
GAZETTEER = """id,name,norm,type,lat,lon,ward_code,lad_code,population,parent,sources,ref
1,Oldham,oldham,town,53.5409,-2.1183,E05000730,E08000004,96555,,geonames,
"""


def table(path: Path, *rows: list[str], encoding: str = "utf-8") -> Path:
    """Write a CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    """A staged geography of one ward with a hole in it."""
    folder = tmp_path / "geography"
    table(folder / "la_aliases.csv", ["la-name", "local-authority-code", "gss-code"])
    table(folder / "la_lookup.csv", ["LADCD", "LADCD_ACTIVE"], ["E07000026", "E06000063"], ["E08000004", "E08000004"])
    table(folder / "ward_lookup.csv", ["ward_code"], ["E05000730"])
    feature = {
        "properties": {"ward_code": "E05000730", "ward_name": "St Mary's", "lad_code": "E08000004"},
        "geometry": {"type": "Polygon", "coordinates": [RING, HOLE]},
    }
    with gzip.open(folder / "wards_uk_simplified.geojson.gz", "wt", encoding="utf-8") as file:
        json.dump({"type": "FeatureCollection", "features": [feature]}, file)
    with gzip.open(folder / "gazetteer_uk.csv.gz", "wt", encoding="utf-8") as file:
        file.write(GAZETTEER)
    return folder


def named(kind: str, local: str, name: str, at: tuple[str, str] = ("393000", "405000"), other: str = "") -> list[str]:
    """A row of OS Open Names."""
    row = dict.fromkeys(OPEN_NAMES, "")
    row |= {"ID": "osgb4000000074554655", "NAMES_URI": "http://data.ordnancesurvey.co.uk/id/4000000074554655"}
    row |= {"NAME1": name, "NAME2": other, "TYPE": kind, "LOCAL_TYPE": local, "GEOMETRY_X": at[0], "GEOMETRY_Y": at[1]}
    return [row[column] for column in OPEN_NAMES]


def built(staged: Path, *downloaded: Path) -> dict[str, gazetteer.Place]:
    """The gazetteer built with downloads, by name."""
    path = gazetteer.build(staged, staged.parent / "gazetteer.csv", downloaded)
    return {place.name: place for place in gazetteer.read(path)}


def test_grid_against_the_published_example() -> None:
    """Caister water tower, the worked example of Ordnance Survey's guide, comes out within five metres."""
    lat, lon = grid.degrees(651_409.903, 313_177.270)
    assert lat == pytest.approx(52.657980, abs=5e-5)
    assert lon == pytest.approx(1.716052, abs=5e-5)


def test_open_names_folder(staged: Path, tmp_path: Path) -> None:
    """Settlements of the whole folder come in with ward and authority; roads, known names and the sea do not."""
    folder = tmp_path / "opname_csv_gb"
    table(folder / "Doc" / "OS_Open_Names_Header.csv", list(OPEN_NAMES), encoding="utf-8-sig")
    table(
        folder / "Data" / "SD80.csv",
        named("populatedPlace", "Suburban Area", "Glodwick", other="Y Glodwick"),
        named("populatedPlace", "Town", "Oldham"),
        named("transportNetwork", "Named Road", "Union Street"),
        named("populatedPlace", "Hamlet", "Far Off", at=("100000", "10000")),
        encoding="utf-8-sig",
    )
    places = built(staged, folder)
    assert set(places) == {"Oldham", "Glodwick"}
    glodwick = places["Glodwick"]
    assert (glodwick.ward, glodwick.lad, glodwick.aliases) == ("E05000730", "E08000004", ("Y Glodwick",))
    assert glodwick.lat == pytest.approx(53.5414, abs=2e-3)
    assert places["Oldham"].weight > 4.9  # the staged one, with its people


def test_index_of_place_names(staged: Path, tmp_path: Path) -> None:
    """Localities and built-up areas of the ONS index come in, under today's authority; parishes do not."""
    head = ["placeid", "place23cd", "place23nm", "descnm", "popcnt", "lad23cd", "lad23nm", "wd23cd", "lat", "long"]
    path = table(
        tmp_path / "IPN_GB_2024.csv",
        head,
        ["1", "IPN0000001", "Bôntddu", "LOC", "", "E08000004", "Oldham", "E05000730", "53.5", "-2.1"],
        ["2", "IPN0000002", "Chadderton BUASD", "BUASD", "34818", "E08000004", "Oldham", "E05000730", "53.54", "-2.14"],
        ["3", "IPN0000003", "Raffles", "LOC", "", "E07000026", "Allerdale", "E05014187", "54.89", "-2.96"],
        ["4", "IPN0000004", "Saddleworth", "PAR", "25460", "E08000004", "Oldham", "E05000730", "53.5", "-2.1"],
        encoding="cp1252",
    )
    places = built(staged, path)
    assert set(places) == {"Oldham", "Bôntddu", "Chadderton", "Raffles"}
    assert places["Raffles"].lad == "E06000063"
    assert places["Chadderton"].weight > 4.5


def test_ward_lookup(staged: Path, tmp_path: Path) -> None:
    """A newer lookup brings the wards that are not staged."""
    path = table(
        tmp_path / "WD_LAD.csv",
        ["WD26CD", "WD26NM", "LAD26CD", "LAD26NM"],
        ["E05000730", "St Mary's", "E08000004", "Oldham"],
        ["E05099999", "Mumps", "E08000004", "Oldham"],
    )
    places = built(staged, path)
    assert set(places) == {"Oldham", "Mumps"}
    assert (places["Mumps"].level, places["Mumps"].ward, places["Mumps"].lat) == ("ward", "E05099999", None)


def test_anything_else_is_refused(staged: Path, tmp_path: Path) -> None:
    """A zip, another table, a cut-off tile, a folder of nothing and a path that is not there say what may be given."""
    other = table(tmp_path / "postcodes.csv", ["pcd", "oseast1m"], ["OL1 1AA", "1"])
    packed = tmp_path / "opname_csv_gb.zip"
    packed.write_bytes(b"PK")
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, words in (
        (other, "columns pcd, oseast1m"), (packed, "no CSV file"), (empty, "holds no CSV file"),
        (tmp_path / "none", "is not there"),
    ):  # fmt: skip
        with pytest.raises(gazetteer.GazetteerRefused, match=words) as caught:
            built(staged, path)
        assert "unzipped OS Open Names folder" in str(caught.value)
    cut = table(tmp_path / "cut.csv", named("populatedPlace", "Village", "X"), ["osgb1", "http"])
    with pytest.raises(gazetteer.GazetteerRefused, match=r"cut\.csv:2: 2 columns instead of 34"):
        built(staged, cut)
    odd = table(tmp_path / "odd.csv", named("populatedPlace", "Village", "X", at=("", "405000")))
    with pytest.raises(gazetteer.GazetteerRefused, match=r"odd\.csv:1: no coordinates"):
        built(staged, odd)


def test_a_hole_is_outside(staged: Path) -> None:
    """A point in a ward's hole, or beyond it, lies in no ward."""
    ground = wards.read(staged / "wards_uk_simplified.geojson.gz")
    assert ground.at(53.5, -2.1) == ("E05000730", "E08000004")
    assert ground.at(53.455, -2.115) == ground.at(53.7, -2.1) == ("", "")


@pytest.mark.shared
def test_grid_and_wards_of_the_staged_geography(shared: Path) -> None:
    """National Grid references of Oldham's 96 localities lie in Oldham by the staged ward polygons."""
    folder = shared / "datasets" / "geography"
    ground = wards.read(folder / "wards_uk_simplified.geojson.gz")
    with (folder / "sources" / "nptg_gm_extract.csv").open(encoding="utf-8", newline="") as file:
        oldham = [row for row in csv.DictReader(file) if row["district"] == "257"]
    points = [grid.degrees(float(row["easting"]), float(row["northing"])) for row in oldham]
    inside = sum(ground.at(*point)[1] == "E08000004" for point in points)
    assert len(oldham) > 90
    assert inside >= 0.97 * len(oldham)
