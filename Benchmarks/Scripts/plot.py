"""Small line charts with logarithmic axes, as SVG that can be read on light and on dark ground."""

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 78, 44, 64, 52

# Of the series, on light ground and on dark ground.
COLORS = (("#2563eb", "#60a5fa"), ("#b45309", "#fbbf24"), ("#0f766e", "#2dd4bf"))


def of_series(ground):
    return "".join(
        f"""
  .s{index} polyline, .s{index} .key {{ stroke: {colors[ground]}; }} .s{index} circle {{ fill: {colors[ground]}; }}"""
        for index, colors in enumerate(COLORS)
    )


STYLE = f"""
  text {{ font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #4b5563; }}
  .title {{ font-size: 16px; font-weight: 600; fill: #111827; }}
  .grid {{ stroke: #9ca3af; stroke-opacity: 0.35; }}
  .axis {{ stroke: #6b7280; }}
  .budget {{ stroke: #6b7280; stroke-dasharray: 5 4; }}
  polyline {{ fill: none; stroke-width: 2.2; stroke-linejoin: round; }}
  .key {{ stroke-width: 2.2; }}{of_series(0)}
  @media (prefers-color-scheme: dark) {{
    text {{ fill: #c3c8d0; }}
    .title {{ fill: #f3f4f6; }}
    .axis, .budget {{ stroke: #9ca3af; }}{of_series(1)}
  }}
"""


@dataclass
class Series:
    name: str
    points: list


@dataclass
class Chart:
    title: str
    x: str
    y: str
    series: list
    # A horizontal line with its name, or none.
    budget: tuple = None
    # How numbers stand at the axes.
    x_text: object = None
    y_text: object = None
    is_linear_y: bool = False

    def svg(self):
        points = [point for series in self.series for point in series.points]
        if not points:
            raise ValueError(f"'{self.title}' has no points")
        xs, ys = [x for x, _ in points], [y for _, y in points]
        if self.budget:
            ys.append(self.budget[0])
        self.x_low, self.x_high = min(xs), max(xs)
        if self.x_low == self.x_high:
            self.x_high = self.x_low * 10
        if self.is_linear_y:
            self.y_low, self.y_high = 0, max(ys) * 1.15 or 1
        else:
            self.y_low, self.y_high = decade(min(ys), math.floor), decade(max(ys), math.ceil)
            if self.y_low == self.y_high:
                self.y_high *= 10
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-label="{escape(self.title)}">',
            f"<style>{STYLE}</style>",
            f'<text class="title" x="{LEFT}" y="24">{escape(self.title)}</text>',
            *self.legend(),
            *self.grid(),
        ]
        for index, series in enumerate(self.series):
            places = [self.place(x, y) for x, y in sorted(series.points)]
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            parts.append(f'<g class="s{index}"><polyline points="{line}"/>')
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2"/>' for x, y in places]
            parts.append("</g>")
        parts.append("</svg>")
        return "\n".join(parts) + "\n"

    def legend(self):
        x = LEFT
        for index, series in enumerate(self.series):
            yield (
                f'<g class="s{index}"><line class="key" x1="{x}" x2="{x + 22}" y1="44" y2="44"/></g>'
                f'<text x="{x + 28}" y="48">{escape(series.name)}</text>'
            )
            x += 48 + 7.2 * len(series.name)

    def grid(self):
        bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
        for value in decades(self.x_low, self.x_high):
            x, _ = self.place(value, self.y_high)
            yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}"/>'
            text = (self.x_text or plain)(value)
            yield f'<text x="{x:.1f}" y="{bottom + 19}" text-anchor="middle">{text}</text>'
        values = steps(self.y_high) if self.is_linear_y else decades(self.y_low, self.y_high)
        for value in values:
            _, y = self.place(self.x_low, value)
            yield f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            text = (self.y_text or plain)(value)
            yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'
        if self.budget:
            _, y = self.place(self.x_low, self.budget[0])
            yield f'<line class="budget" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield f'<text x="{right - 4}" y="{y - 6:.1f}" text-anchor="end">{escape(self.budget[1])}</text>'
        yield f'<line class="axis" x1="{LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>'
        yield f'<text x="{(LEFT + right) / 2:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{escape(self.x)}</text>'
        yield (
            f'<text transform="translate(16 {(TOP + bottom) / 2:.1f}) rotate(-90)" '
            f'text-anchor="middle">{escape(self.y)}</text>'
        )

    def place(self, x, y):
        across = (math.log10(x) - math.log10(self.x_low)) / (math.log10(self.x_high) - math.log10(self.x_low))
        if self.is_linear_y:
            up = (y - self.y_low) / (self.y_high - self.y_low)
        else:
            up = (math.log10(max(y, self.y_low)) - math.log10(self.y_low)) / (
                math.log10(self.y_high) - math.log10(self.y_low)
            )
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)


def decade(value, rounding):
    return 10.0 ** rounding(math.log10(value)) if value > 0 else 1e-3


def decades(low, high):
    """Powers of ten between two numbers."""
    return [10.0**power for power in range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)]


def steps(high):
    """About five round numbers from zero up."""
    raw = high / 5
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw)
    return [step * index for index in range(int(high / step) + 1)]


def plain(value):
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def in_bytes(value):
    for unit, size in (("MB", 1e6), ("KB", 1e3)):
        if value >= size:
            return f"{value / size:g} {unit}"
    return f"{value:g} B"


def in_microseconds(value):
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if value >= size:
            return f"{value / size:g} {unit}"
    return f"{value:g} µs"


def in_milliseconds(value):
    return in_microseconds(value * 1e3)
