import { svg } from './element.js';

const points = 60; // two minutes at a sample every two seconds
const width = 84;
const height = 26;

/** A line of the last values; call what it returns with each new one. */
export function sparkline(picture) {
  const values = [];
  const area = svg('path', { class: 'spark-fill' });
  const line = svg('path');
  const base = svg('path', { class: 'spark-base', d: `M0 ${height - 1}H${width}` });
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
  picture.setAttribute('preserveAspectRatio', 'none');
  picture.replaceChildren(base, area, line);

  return value => {
    values.push(value);
    if (values.length > points) values.shift();
    const most = Math.max(1, ...values);
    const from = points - values.length;
    const path = values.map((rate, index) => {
      const x = (from + index) * width / (points - 1);
      const y = height - 1 - rate / most * (height - 2);
      return `${index ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    }).join('');
    line.setAttribute('d', path);
    area.setAttribute('d', `${path}V${height}H${(from * width / (points - 1)).toFixed(1)}Z`);
  };
}
