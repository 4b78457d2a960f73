// Latencies: exact median and 99th percentile so far, and a plot of the latest.

const SVG = 'http://www.w3.org/2000/svg';
const LATEST = 120;
const LONGEST_MS = 60_000;
const HEIGHT = 84;
const LEFT = 44;
const NICE = [4, 10, 20, 40, 60, 100, 200, 400, 600, 1_000, 2_000, 4_000, 10_000, 20_000, 60_000];

export class Latencies {
  // How often each whole millisecond was seen: exact however many there are.
  #counts = new Uint32Array(LONGEST_MS + 1);
  count = 0;
  latest = [];

  add(ms) {
    this.#counts[Math.max(0, Math.min(LONGEST_MS, Math.round(ms)))]++;
    this.count++;
    this.latest.push(ms);
    if (this.latest.length > LATEST) {
      this.latest.shift();
    }
  }

  quantile(share) {
    let rank = Math.max(1, Math.ceil(share * this.count));
    for (let ms = 0; ms <= LONGEST_MS; ms++) {
      rank -= this.#counts[ms];
      if (rank <= 0) {
        return ms;
      }
    }
    return LONGEST_MS;
  }
}

export function format(ms) {
  return ms < 1_000 ? `${Math.round(ms)} ms`
    : ms < 100_000 ? `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s` : `${Math.round(ms / 60_000)} min`;
}

export function draw(svg, latencies) {
  const width = Math.max(240, svg.clientWidth || 640);
  const values = latencies.latest;
  const top = NICE.find((nice) => nice >= Math.max(4, ...values)) ?? LONGEST_MS;
  const y = (ms) => HEIGHT - Math.max(0, Math.min(1, ms / top)) * (HEIGHT - 12);
  svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT + 1}`);
  const parts = [0, top / 2, top].flatMap((tick) => [
    node('line', { class: 'grid', x1: LEFT, x2: width, y1: y(tick), y2: y(tick) }),
    node('text', { class: 'tick', x: LEFT - 8, y: y(tick) + 3.5, 'text-anchor': 'end' }, tick === 0 ? '0' : format(tick)),
  ]);
  const step = (width - LEFT) / LATEST;
  const first = width - values.length * step;
  values.forEach((ms, i) => {
    const height = Math.max(1.5, HEIGHT - y(ms));
    parts.push(node('rect', {
      class: i === values.length - 1 ? 'bar newest' : 'bar',
      x: first + i * step + step * 0.15, y: HEIGHT - height, width: step * 0.7, height, rx: Math.min(2, step * 0.35),
    }));
  });
  if (values.length > 1) {
    const median = latencies.quantile(0.5);
    parts.push(node('line', { class: 'median', x1: LEFT, x2: width, y1: y(median), y2: y(median) }));
  }
  svg.replaceChildren(...parts);
  svg.setAttribute('aria-label', values.length === 0 ? 'Latency of each notification; none yet'
    : `Latency of the last ${values.length} notifications: lowest ${format(Math.min(...values))}, highest ${format(Math.max(...values))}`);
}

function node(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}
