/** Physical lines of a byte stream, in batches, with their place; a line beyond the limit is skipped, not held. */
export interface Line {
  /** Without its terminator; cut to `limit` bytes when tooLong. */
  bytes: Buffer;
  /** Offset of the first byte in the stream. */
  offset: number;
  /** Bytes of the line with its terminator. */
  length: number;
  /** 1-based. */
  number: number;
  terminator: '' | '\n' | '\r\n' | '\r';
  tooLong?: true;
}

const nothing = Buffer.alloc(0);

/**
 * @param loneReturns whether a CR without LF ends a line too (CSV), or only LF does (NDJSON).
 * @param limit bytes of a line; `keep` of an overlong line's bytes are handed on.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  {
    loneReturns,
    limit,
    keep = 1024,
    offset = 0,
  }: { loneReturns: boolean; limit: number; keep?: number; offset?: number },
): AsyncGenerator<Line[]> {
  let rest: Buffer = nothing;
  let number = 0;
  // An overlong line while it is being skipped: its kept start and what was seen of it so far.
  let skipping: { bytes: Buffer; offset: number; length: number; lastWasReturn: boolean } | undefined;
  let batch: Line[] = [];

  const scan = (data: Buffer, last: boolean): Buffer => {
    let at = 0;
    let nextReturn = loneReturns ? data.indexOf(13) : -1;
    for (;;) {
      const newline = data.indexOf(10, at);
      if (nextReturn >= 0 && nextReturn < at) nextReturn = data.indexOf(13, at);
      let end = newline;
      let after = newline + 1;
      let terminator: Line['terminator'] = '\n';
      if (newline > at && data[newline - 1] === 13) {
        end = newline - 1;
        terminator = '\r\n';
      }
      if (nextReturn >= 0 && (newline < 0 || nextReturn < newline - 1)) {
        if (nextReturn + 1 >= data.length && !last) break; // may be CR LF, cut by the chunk
        end = nextReturn;
        after = nextReturn + 1;
        terminator = '\r';
      }
      if (end < 0 || (newline < 0 && terminator !== '\r')) break;
      number++;
      const bytes = data.subarray(at, end);
      if (bytes.length > limit) {
        batch.push({
          bytes: bytes.subarray(0, keep),
          offset,
          length: after - at,
          number,
          terminator,
          tooLong: true,
        });
      } else {
        batch.push({ bytes, offset, length: after - at, number, terminator });
      }
      offset += after - at;
      at = after;
    }
    return at === 0 ? data : data.subarray(at);
  };

  for await (const chunk of chunks) {
    let data = chunk;
    if (skipping !== undefined) {
      const end = endOfSkipped(skipping, data, loneReturns);
      if (end < 0) {
        skipping.length += data.length;
        continue;
      }
      number++;
      const length: number = skipping.length + end;
      batch.push({
        bytes: skipping.bytes,
        offset: skipping.offset,
        length,
        number,
        terminator: '\n',
        tooLong: true,
      });
      offset = skipping.offset + length;
      data = data.subarray(end);
      skipping = undefined;
    }
    rest = scan(rest.length === 0 ? data : Buffer.concat([rest, data]), false);
    if (rest.length > limit + 1) {
      const kept = Buffer.from(rest.subarray(0, keep));
      skipping = { bytes: kept, offset, length: rest.length, lastWasReturn: rest.at(-1) === 13 };
      rest = nothing;
    }
    if (batch.length > 0) {
      yield batch;
      batch = [];
    }
  }
  if (skipping !== undefined) {
    number++;
    batch.push({
      bytes: skipping.bytes,
      offset: skipping.offset,
      length: skipping.length,
      number,
      terminator: '',
      tooLong: true,
    });
  } else {
    rest = scan(rest, true);
    if (rest.length > 0)
      batch.push({ bytes: rest, offset, length: rest.length, number: number + 1, terminator: '' });
  }
  if (batch.length > 0) yield batch;
}

/** Index just after the terminator of the line that is being skipped, or -1. */
function endOfSkipped(skipping: { lastWasReturn: boolean }, data: Buffer, loneReturns: boolean): number {
  if (loneReturns && skipping.lastWasReturn) return data[0] === 10 ? 1 : 0;
  const newline = data.indexOf(10);
  const back = loneReturns ? data.indexOf(13) : -1;
  if (back >= 0 && (newline < 0 || back < newline - 1)) {
    if (back + 1 === data.length) {
      skipping.lastWasReturn = true;
      return -1;
    }
    return back + 1;
  }
  skipping.lastWasReturn = false;
  return newline < 0 ? -1 : newline + 1;
}
