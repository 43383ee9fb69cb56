import anyAscii from 'any-ascii';

/** Longer words are cut: nobody types them, and they would bloat the vocabulary. */
const TOKEN_MOST = 40;

/** A word of a text and what it is found under. */
export interface Word {
  /** UTF-16 offsets in the text. */
  start: number;
  end: number;
  /** The whole word first, then its syllables where a script writes without spaces. */
  tokens: string[];
}

// Dotted initials (G.m.b.H.) are one word; apostrophes within a word do not cut it.
const WORDS = /(?:\p{L}\.){2,}(?:\p{L}(?!\p{L}))?|[\p{L}\p{N}][\p{L}\p{N}\p{M}'’ʼ]*/gu;
const SYLLABIC = /[\p{Script=Han}\p{Script=Hangul}]+|[^\p{Script=Han}\p{Script=Hangul}]+/gu;
const IS_SYLLABIC = /[\p{Script=Han}\p{Script=Hangul}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what it says
const ASCII = /^[\x00-\x7f]*$/;

const folded = (text: string): string =>
  (ASCII.test(text) ? text : anyAscii(text)).toLowerCase().replace(/[^a-z0-9]+/g, '');

/** The words of a name in any script: transliterated, without accents, in lower case. */
export function wordsIn(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(WORDS)) {
    if (!IS_SYLLABIC.test(match[0])) {
      push(words, match.index, match[0], []);
      continue;
    }
    for (const run of match[0].matchAll(SYLLABIC)) {
      const syllables = IS_SYLLABIC.test(run[0]) ? [...run[0]].slice(0, 20).map(folded) : [];
      push(words, match.index + run.index, run[0], syllables);
    }
  }
  return words;
}

function push(words: Word[], start: number, text: string, syllables: string[]): void {
  const token = folded(text).slice(0, TOKEN_MOST);
  if (token === '') return;
  const more = syllables.length > 1 ? syllables.filter((each) => each !== '' && each !== token) : [];
  words.push({ start, end: start + text.length, tokens: [token, ...more] });
}

/** ASCII without the signs that join letters: words are the runs of letters and digits, found in a third of the time. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what it says
const PLAIN = /^[\x00-&(-\-/-\x7f]*$/;

function plainTokens(text: string): string[] {
  const tokens = new Set<string>();
  for (const word of text.toLowerCase().split(/[^a-z0-9]+/))
    if (word !== '') tokens.add(word.slice(0, TOKEN_MOST));
  return [...tokens];
}

/** What a name is found under, each once, in order. */
export function nameTokens(text: string): string[] {
  if (PLAIN.test(text)) return plainTokens(text);
  return [...new Set(wordsIn(text).flatMap(({ tokens }) => tokens))];
}

/** What an identifier is found under: its letters and digits, however it is grouped. */
export function identifierTokens(value: string): string[] {
  const text = folded(value);
  return text.length >= 3 ? [`i:${text.slice(0, 64)}`] : [];
}
