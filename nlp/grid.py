"""British National Grid to latitude and longitude, good to about five metres."""

import math

# Airy 1830 and the National Grid: Ordnance Survey, "A guide to coordinate systems in Great Britain", annexes A to C
AIRY = (6_377_563.396, 6_356_256.909)
WGS84 = (6_378_137.000, 6_356_752.3142)
SCALE, LAT0, LON0 = 0.9996012717, math.radians(49), math.radians(-2)
NORTH0, EAST0 = -100_000.0, 400_000.0
SHIFT = (446.448, -125.157, 542.060)  # metres, OSGB36 to WGS84
TURN = tuple(math.radians(s / 3600) for s in (0.1502, 0.2470, 0.8421))
STRETCH = 1 - 20.4894e-6


def degrees(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude (WGS84, degrees) of a National Grid reference in metres, by OS's Helmert turn."""
    return _geodetic(_moved(_cartesian(*_on_airy(easting, northing))))


def _on_airy(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude on the Airy ellipsoid in radians (annexe C.2)."""
    a, b = AIRY[0] * SCALE, AIRY[1] * SCALE
    square = 1 - (b / a) ** 2
    lat = LAT0 + (northing - NORTH0) / a
    while abs(gap := northing - NORTH0 - _meridian(lat)) > 1e-5:
        lat += gap / a
    nu = a / math.sqrt(1 - square * math.sin(lat) ** 2)
    rho = nu * (1 - square) / (1 - square * math.sin(lat) ** 2)
    eta, t, sec, x = nu / rho - 1, math.tan(lat), 1 / math.cos(lat), easting - EAST0
    north = x**2 / (2 * rho * nu) - x**4 / (24 * rho * nu**3) * (5 + 3 * t**2 + eta - 9 * t**2 * eta)
    north += x**6 / (720 * rho * nu**5) * (61 + 90 * t**2 + 45 * t**4)
    east = x / nu - x**3 / (6 * nu**3) * (nu / rho + 2 * t**2) + x**5 / (120 * nu**5) * (5 + 28 * t**2 + 24 * t**4)
    return lat - t * north, LON0 + sec * east


def _meridian(lat: float) -> float:
    """Length of the meridian from the grid's true origin, in metres."""
    n = (AIRY[0] - AIRY[1]) / (AIRY[0] + AIRY[1])
    less, more = lat - LAT0, lat + LAT0
    parts = (
        (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * math.sin(less) * math.cos(more)
        + (15 / 8 * (n**2 + n**3)) * math.sin(2 * less) * math.cos(2 * more)
        - 35 / 24 * n**3 * math.sin(3 * less) * math.cos(3 * more)
    )
    return AIRY[1] * SCALE * parts


def _cartesian(lat: float, lon: float) -> tuple[float, float, float]:
    a, b = AIRY
    square = 1 - (b / a) ** 2
    nu = a / math.sqrt(1 - square * math.sin(lat) ** 2)
    flat = nu * math.cos(lat)
    return flat * math.cos(lon), flat * math.sin(lon), nu * (1 - square) * math.sin(lat)


def _moved(point: tuple[float, float, float]) -> tuple[float, float, float]:
    """From OSGB36 to WGS84 (annexe B.6)."""
    x, y, z = point
    rx, ry, rz = TURN
    return (
        SHIFT[0] + STRETCH * x - rz * y + ry * z,
        SHIFT[1] + rz * x + STRETCH * y - rx * z,
        SHIFT[2] - ry * x + rx * y + STRETCH * z,
    )


def _geodetic(point: tuple[float, float, float]) -> tuple[float, float]:
    x, y, z = point
    a, b = WGS84
    square = 1 - (b / a) ** 2
    flat = math.hypot(x, y)
    lat = math.atan2(z, flat * (1 - square))
    for _ in range(5):  # converges to a millimetre in three
        nu = a / math.sqrt(1 - square * math.sin(lat) ** 2)
        lat = math.atan2(z + square * nu * math.sin(lat), flat)
    return math.degrees(lat), math.degrees(math.atan2(y, x))
