// What a scan sounds like, so that nobody has to look: good goes up, again is two of the same, unknown goes down.

const TUNES = { good: [880, 1320], again: [660, 660], bad: [330, 220] };
let context = null;

/** Browsers let a page sound only after somebody touched it: call this then. */
export function wakeSound() {
  context ??= globalThis.AudioContext ? new AudioContext() : null;
  context?.resume();
}

/** Play one of the tunes. */
export function play(name) {
  if (!context) return;
  TUNES[name].forEach((pitch, place) => {
    const [tone, loudness] = [context.createOscillator(), context.createGain()];
    const begin = context.currentTime + place * 0.13;
    tone.frequency.value = pitch;
    tone.connect(loudness).connect(context.destination);
    loudness.gain.setValueAtTime(0.3, begin);
    loudness.gain.exponentialRampToValueAtTime(0.001, begin + 0.12);
    tone.start(begin);
    tone.stop(begin + 0.12);
  });
}
