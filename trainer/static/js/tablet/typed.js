// Rules for text typed into a field of one line; twin of trainer/web/text.py: tests/browser/test_tablet_rules.py compares both.

// Invisible characters that come with pasted text; joiners and selectors stay behind an emoji.
const INVISIBLE = new RegExp(
  "[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200c\\u200e\\u200f\\u202a-\\u202d\\u2060-\\u206f\\u3164" +
    "\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0100}-\\u{e01ef}]" +
    "|(?<![#*0-9\\u00a9\\u00ae\\u203c-\\u3299\\ufe0f\\u{1f000}-\\u{1faff}])[\\u200d\\ufe00-\\ufe0f]",
  "gu",
);
const PRINTABLE = /^(?:[№°©®™‰§\t]|(?![\p{So}\u{10000}-\u{10ffff}])[\p{L}\p{M}\p{N}\p{P}\p{Z}\p{S}])*$/u;
const TAG = /<\s*[a-zA-Z/!?]/u;
const TWELVE_DIGITS = /(?<!\d)\d{12}(?!\d)/g;

/** Return what is wrong with a text: "iin", "odd" (unprintable characters or a tag), or "". */
export function findTextProblem(text) {
  const cleaned = text.replace(INVISIBLE, "").normalize("NFC");
  if ((cleaned.match(TWELVE_DIGITS) ?? []).some(isIin)) return "iin";
  return PRINTABLE.test(cleaned) && !TAG.test(cleaned) ? "" : "odd";
}

/** Whether twelve digits are an IIN: a possible birth date, century 1-6, and the check digit of the two-pass rule modulo 11. */
function isIin(digits) {
  const numbers = [...digits].map(Number);
  const [month, day, century] = [Number(digits.slice(2, 4)), Number(digits.slice(4, 6)), numbers[6]];
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && century >= 1 && century <= 6)) return false;
  const sum = (first) => numbers.slice(0, 11).reduce((total, number, index) => total + number * (((first + index) % 11) + 1), 0) % 11;
  const check = sum(0) === 10 ? sum(2) : sum(0);
  return check !== 10 && check === numbers[11];
}
