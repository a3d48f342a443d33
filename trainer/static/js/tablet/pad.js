// A field to sign on with the finger: strokes as lines of points on 1000 by 400, whatever the size of the screen.

const [WIDTH, HEIGHT] = [1000, 400];
const STEP = 4; // a point nearer than this to the one before says nothing new
const MOST = 4000; // points of one signature
const SVG = "http://www.w3.org/2000/svg";

export class Pad {
  strokes = [];
  #stroke = null;

  /** Draw on an <svg> whose viewBox is the field; `changed` is told after every stroke. */
  constructor(field, changed) {
    [this.field, this.changed] = [field, changed];
    field.onpointerdown = (event) => this.#begin(event);
    field.onpointermove = (event) => this.#go(event);
    field.onpointerup = field.onpointercancel = () => this.#end();
    this.clear();
  }

  /** Begin anew. */
  clear() {
    [this.strokes, this.#stroke] = [[], null];
    this.field.replaceChildren();
    this.changed(this);
  }

  #begin(event) {
    if (!event.isPrimary) return;
    event.preventDefault();
    this.field.setPointerCapture(event.pointerId);
    this.#stroke = { points: [], line: document.createElementNS(SVG, "polyline") };
    this.field.append(this.#stroke.line);
    this.#add(event);
  }

  #go(event) {
    if (!this.#stroke || !event.isPrimary) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const each of between.length > 0 ? between : [event]) this.#add(each);
  }

  #add({ clientX, clientY }) {
    const { left, top, width, height } = this.field.getBoundingClientRect();
    const within = (value, most) => Math.round(Math.min(most, Math.max(0, value)));
    const point = [within(((clientX - left) / width) * WIDTH, WIDTH), within(((clientY - top) / height) * HEIGHT, HEIGHT)];
    const { points, line } = this.#stroke;
    const last = points.at(-1);
    if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < STEP) return;
    if (points.length + this.strokes.flat().length >= MOST) return;
    points.push(point);
    line.setAttribute("points", [points[0], ...points].join(" ")); // the first twice, so that a dot is seen too
  }

  #end() {
    if (!this.#stroke) return;
    this.strokes.push(this.#stroke.points);
    this.#stroke = null;
    this.changed(this);
  }
}
