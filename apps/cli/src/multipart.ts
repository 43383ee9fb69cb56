import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { basename } from 'node:path';

export type Upload = {
  url: string;
  headers: Record<string, string>;
  /** Sent before the file, so that the receiver knows what to do with it. */
  fields: Record<string, string>;
  path: string;
  onSent?: (bytes: number, total: number) => void;
};

/** Streams a file as multipart/form-data; memory does not grow with the file. Resolves to status and body. */
export async function upload({
  url,
  headers,
  fields,
  path,
  onSent,
}: Upload): Promise<{ status: number; body: string }> {
  const { size } = await stat(path);
  const boundary = `summit-${randomBytes(12).toString('hex')}`;
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  // Quotes and line breaks in a file name would end the header early.
  const filename = basename(path).replace(/["\r\n]/g, '_');
  const head = Buffer.from(
    `${parts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + size + tail.length),
    },
  });
  const answered = new Promise<IncomingMessage>((done, failed) => {
    request.once('response', done);
    request.once('error', failed);
  });
  // A refusal may come while the file is still being sent; then sending stops.
  const state = { answered: false };
  answered.then(
    () => (state.answered = true),
    () => (state.answered = true),
  );

  request.write(head);
  let sent = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    if (state.answered) break;
    sent += (chunk as Buffer).length;
    if (!request.write(chunk))
      await Promise.race([new Promise((done) => request.once('drain', done)), answered]);
    onSent?.(sent, size);
  }
  if (!state.answered) request.end(tail);
  const response = await answered;
  response.setEncoding('utf8');
  let body = '';
  for await (const text of response) body += text;
  request.destroy();
  return { status: response.statusCode ?? 0, body };
}
