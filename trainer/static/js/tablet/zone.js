// The seminar's time zone. Every time on the tablet is a time of the seminar, whatever zone the device is set to.
// The server sends the offset from UTC with each session. The names of zones are not used, because the rules of an old device are
// out of date: Almaty was at UTC+6 until March 2024.

const MINUTE = 60_000; // milliseconds

/** Return the device's offset from UTC at a moment, in minutes. */
export const getDeviceOffset = (moment) => -new Date(moment).getTimezoneOffset();

/** Whether the device shows other hours than the seminar at the start of a session. */
export const isDeviceElsewhere = ({ starts_at: start, utc_offset: offset }) => getDeviceOffset(start) !== offset;

/** Return the day of a moment at an offset from UTC, as YYYY-MM-DD. */
export const getDay = (moment, offset) => shiftToOffset(moment, offset).slice(0, 10);

/** Format hours and minutes of a moment at an offset from UTC. */
export const formatClockTime = (moment, offset) => shiftToOffset(moment, offset).slice(11, 16);

/** Format day, month and hours of a session. */
export function formatSessionTime({ starts_at: start, ends_at: end, utc_offset: offset }) {
  return `${formatDay(start, offset)} · ${formatClockTime(start, offset)}–${formatClockTime(end, offset)}`;
}

/** Format hours and minutes, with day and month if it is not today. */
export function formatMoment(moment, offset) {
  const time = formatClockTime(moment, offset);
  return getDay(moment, offset) === getDay(Date.now(), offset) ? time : `${formatDay(moment, offset)} ${time}`;
}

/** Format an offset in minutes as UTC+5 or UTC+5:30. */
export function formatOffset(offset) {
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `UTC${offset < 0 ? "−" : "+"}${hours}${minutes ? `:${String(minutes).padStart(2, "0")}` : ""}`;
}

const formatDay = (moment, offset) => getDay(moment, offset).slice(5).split("-").reverse().join(".");

const shiftToOffset = (moment, offset) => new Date(new Date(moment).getTime() + offset * MINUTE).toISOString();
