// Signature field: strokes as lists of points on a field of 1000 by 400, whatever the size of the screen.

const [WIDTH, HEIGHT] = [1000, 400];
const MIN_POINT_DISTANCE = 4; // points nearer than this to the last one are skipped
const MAX_POINTS = 4000; // points of one signature
const SVG = "http://www.w3.org/2000/svg";

export class SignaturePad {
  strokes = [];
  #stroke = null;

  /** Draw on an <svg> with the viewBox of the field; `onChange` is called after every stroke. */
  constructor(field, onChange) {
    [this.field, this.onChange] = [field, onChange];
    field.onpointerdown = (event) => this.#startStroke(event);
    field.onpointermove = (event) => this.#continueStroke(event);
    field.onpointerup = field.onpointercancel = () => this.#endStroke();
    this.clear();
  }

  /** Remove all strokes. */
  clear() {
    [this.strokes, this.#stroke] = [[], null];
    this.field.replaceChildren();
    this.onChange(this);
  }

  #startStroke(event) {
    if (!event.isPrimary) return;
    event.preventDefault();
    this.field.setPointerCapture(event.pointerId);
    this.#stroke = { points: [], line: document.createElementNS(SVG, "polyline") };
    this.field.append(this.#stroke.line);
    this.#addPoint(event);
  }

  #continueStroke(event) {
    if (!this.#stroke || !event.isPrimary) return;
    const points = event.getCoalescedEvents?.() ?? [];
    for (const pointer of points.length > 0 ? points : [event]) this.#addPoint(pointer);
  }

  #addPoint({ clientX, clientY }) {
    const { left, top, width, height } = this.field.getBoundingClientRect();
    const clamp = (value, max) => Math.round(Math.min(max, Math.max(0, value)));
    const point = [clamp(((clientX - left) / width) * WIDTH, WIDTH), clamp(((clientY - top) / height) * HEIGHT, HEIGHT)];
    const { points, line } = this.#stroke;
    const last = points.at(-1);
    if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < MIN_POINT_DISTANCE) return;
    if (points.length + this.strokes.flat().length >= MAX_POINTS) return;
    points.push(point);
    line.setAttribute("points", [points[0], ...points].join(" ")); // the first point twice, so that a dot is visible
  }

  #endStroke() {
    if (!this.#stroke) return;
    this.strokes.push(this.#stroke.points);
    this.#stroke = null;
    this.onChange(this);
  }
}
