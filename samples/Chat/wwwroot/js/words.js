// Names, times and numbers in words.

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export const timeWords = at => clock.format(at);
export const momentWords = at => moment.format(at);

/** The same for all moments of one day here. */
export const dayOf = at => new Date(at).toDateString();

export function dayWords(at) {
  const day = dayOf(at);
  if (day === dayOf(Date.now())) return 'Today';
  if (day === dayOf(Date.now() - 86_400_000)) return 'Yesterday';
  return weekday.format(at);
}

/** As short as a list has room for. */
export const whenWords = at => (dayOf(at) === dayOf(Date.now()) ? clock.format(at) : short.format(at));

export const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** A user id is the name, a tilde, and what makes it one of a kind. */
export function nameOf(userId) {
  const end = userId.lastIndexOf('~');
  return end > 0 ? userId.slice(0, end) : userId;
}

export const markOf = userId => userId.slice(nameOf(userId).length);

/** One or two letters that stand for a name. */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  const first = word => [...graphemes.segment(word ?? '')][0]?.segment ?? '';
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : '')).toLocaleUpperCase();
}

/** A colour for each text, 0 to 359; always the same. FNV-1a, 32 bits. */
export function hueOf(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 8) % 360;
}

export function typingWords(names) {
  if (names.length === 1) return `${names[0]} is typing`;
  if (names.length === 2) return `${names[0]} and ${names[1]} are typing`;
  return `${names.length} people are typing`;
}
