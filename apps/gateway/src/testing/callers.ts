import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared by tests
  json: any;
}

export interface Asked {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string;
}

/** One request with exactly these headers, which fetch would not allow. */
export function send(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Asked = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: { host: `localhost:${port}`, ...headers },
    });
    request.on('error', reject);
    request.on('response', async (response) => {
      const received = await text(response);
      const isJson = response.headers['content-type']?.startsWith('application/json');
      resolve({
        status: response.statusCode!,
        headers: response.headers,
        text: received,
        json: isJson ? JSON.parse(received) : undefined,
      });
    });
    request.end(body);
  });
}

/** Bytes as they are, and whatever comes back until the gateway hangs up. */
export function sendRaw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      received += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

interface Cookie {
  value: string;
  path: string;
  attributes: string;
}

/** Keeps cookies and follows redirects as a browser does, at one origin. */
export class Browser {
  readonly cookies = new Map<string, Cookie>();
  readonly port: number;
  /** Addresses visited, newest last. */
  readonly visited: string[] = [];

  constructor(port: number) {
    this.port = port;
  }

  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  async once(path: string, asked: Asked = {}): Promise<Answer> {
    const answer = await send(this.port, path, {
      ...asked,
      headers: { cookie: this.#cookiesFor(path), accept: 'text/html', ...asked.headers },
    });
    this.visited.push(path);
    for (const line of answer.headers['set-cookie'] ?? []) this.#keep(line);
    return answer;
  }

  /** Navigates and follows redirects within the origin. */
  async go(path: string, asked: Asked = {}): Promise<Answer> {
    let answer = await this.once(path, asked);
    for (let hops = 0; answer.headers.location; hops++) {
      if (hops > 10) throw new Error(`too many redirects: ${this.visited.join(' ')}`);
      const next = new URL(answer.headers.location, this.origin);
      if (next.origin !== this.origin) return answer;
      answer = await this.once(next.pathname + next.search);
    }
    return answer;
  }

  /** What the link page's button does. */
  pressSignIn(link: string): Promise<Answer> {
    return this.go(link, {
      method: 'POST',
      headers: {
        origin: this.origin,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      },
    });
  }

  /** What the app's script sends. */
  script(path: string, asked: Asked = {}): Promise<Answer> {
    const headers = {
      accept: 'application/json',
      origin: this.origin,
      'x-summit-request': '1',
      'sec-fetch-site': 'same-origin',
      ...(asked.body !== undefined && { 'content-type': 'application/json' }),
      ...asked.headers,
    };
    return this.once(path, { ...asked, headers });
  }

  #cookiesFor(path: string): string {
    return [...this.cookies]
      .filter(([, cookie]) => path.startsWith(cookie.path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const split = pair.indexOf('=');
    const [name, value] = [pair.slice(0, split), pair.slice(split + 1)];
    const of = (wanted: string) =>
      attributes
        .find((attribute) => attribute.toLowerCase().startsWith(`${wanted}=`))
        ?.slice(wanted.length + 1);
    const gone =
      of('max-age') === '0' || (of('expires') !== undefined && Date.parse(of('expires')!) <= Date.now());
    if (gone) this.cookies.delete(name);
    else this.cookies.set(name, { value, path: of('path') ?? '/', attributes: attributes.join('; ') });
  }
}
