// Sounds for scans: rising for good, two equal tones for a repeated pass, falling for an error.

const TUNES = { good: [880, 1320], again: [660, 660], bad: [330, 220] };
let context = null;

/** Enable sound; must be called from a user gesture, as browsers demand. */
export function enableSound() {
  context ??= globalThis.AudioContext ? new AudioContext() : null;
  context?.resume();
}

/** Play one of the tunes. */
export function playTune(name) {
  if (!context) return;
  TUNES[name].forEach((pitch, index) => {
    const [tone, loudness] = [context.createOscillator(), context.createGain()];
    const startTime = context.currentTime + index * 0.13;
    tone.frequency.value = pitch;
    tone.connect(loudness).connect(context.destination);
    loudness.gain.setValueAtTime(0.3, startTime);
    loudness.gain.exponentialRampToValueAtTime(0.001, startTime + 0.12);
    tone.start(startTime);
    tone.stop(startTime + 0.12);
  });
}
