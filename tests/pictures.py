"""Pictures made for the end-to-end tests with nothing but the standard library."""
import math
import struct
import zlib


def write_png(path, rows, bits=16):
    """Grey PNG of a list of rows of numbers 0..1."""
    scale = (1 << bits) - 1
    code = ">H" if bits == 16 else ">B"
    raw = b"".join(b"\0" + b"".join(struct.pack(code, round(scale * min(max(v, 0), 1)))
                                    for v in row) for row in rows)

    path.write_bytes(_png(len(rows[0]), len(rows), bits, 0, raw))


def _png(width, height, bits, colour, raw):
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def write_rgb_png(path, rows):
    """8-bit PNG of a list of rows of (r, g, b) codes."""
    raw = b"".join(b"\0" + bytes(v for pixel in row for v in pixel) for row in rows)
    path.write_bytes(_png(len(rows[0]), len(rows), 8, 2, raw))


def read_png(path):
    """Rows of (r, g, b) codes of an 8-bit RGB PNG without interlacing."""
    data = path.read_bytes()
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, bits, colour = struct.unpack_from(">IIBB", body)
            assert (bits, colour) == (8, 2), "8-bit RGB is expected"
        elif kind == b"IDAT":
            packed += body
        at += 12 + size
    raw, stride = zlib.decompress(packed), 3 * width
    above, rows = bytearray(stride), []
    for y in range(height):
        kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride):
            left = line[i - 3] if i >= 3 else 0
            corner = above[i - 3] if i >= 3 else 0
            guess = left + above[i] - corner
            paeth = min((left, above[i], corner), key=lambda v: abs(guess - v))
            line[i] = (line[i] + (0, left, above[i], (left + above[i]) // 2, paeth)[kind]) % 256
        rows.append([tuple(line[i:i + 3]) for i in range(0, stride, 3)])
        above = line
    return rows


def srgb(linear):
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def slanted_edge(width, height, theta_deg, sigma_px, low=0.165, high=0.835):
    """Linear rows of an edge behind a Gaussian PSF and a square pixel (its exact profile)."""
    t = math.radians(theta_deg)
    a, b = max(math.cos(t), math.sin(t)), min(math.cos(t), math.sin(t))

    def second_integral(z):
        return ((z * z + sigma_px ** 2) * 0.5 * math.erfc(-z / sigma_px / math.sqrt(2))
                + z * sigma_px * math.exp(-0.5 * (z / sigma_px) ** 2) / math.sqrt(2 * math.pi)) / 2

    def edge(d):
        f = second_integral
        return (f(d + (a + b) / 2) - f(d + (a - b) / 2) - f(d - (a - b) / 2)
                + f(d - (a + b) / 2)) / (a * b)
    return [[low + (high - low) * edge((x + 0.5 - width / 2 - 0.123) * math.cos(t)
                                       + (y + 0.5 - height / 2) * math.sin(t))
             for x in range(width)] for y in range(height)]


def dot_grid(width, height, pitch, k1, radius=4.0):
    """Dark dots on a light ground, moved outwards by r (1 + k1 r^2), r in half diagonals."""
    half = math.hypot(width, height) / 2
    rows = [[0.8] * width for _ in range(height)]
    for j in range(-60, 61):
        for i in range(-60, 61):
            x, y = i * pitch / half, j * pitch / half
            if math.hypot(x, y) > 1.3:  # far outside, where the polynomial turns back
                continue
            s = half * (1 + k1 * (x * x + y * y))
            cx, cy = width / 2 + s * x, height / 2 + s * y
            if not (radius < cx < width - radius and radius < cy < height - radius):
                continue
            for v in range(int(cy - radius - 2), int(cy + radius + 3)):
                for u in range(int(cx - radius - 2), int(cx + radius + 3)):
                    if 0 <= u < width and 0 <= v < height:
                        cover = min(max(radius + 0.5 - math.hypot(u + 0.5 - cx, v + 0.5 - cy), 0), 1)
                        rows[v][u] = min(rows[v][u], 0.8 - 0.7 * cover)
    return rows
