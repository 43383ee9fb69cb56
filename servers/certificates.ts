import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeReachable } from '../apps/cli/src/postgresBinaries.ts';
import { runToEnd } from '../apps/cli/src/runToEnd.ts';
import { bringPackages } from './packages.ts';

/** A private authority and what it has signed for one server. All are PEM. */
export type Certificates = {
  /** Certificate of the authority: what STORE_CA_PATH and sslrootcert name. */
  authorityPath: string;
  authority: string;
  certificatePath: string;
  /** PKCS #8, without a password. */
  keyPath: string;
  certificate: string;
  key: string;
  /** Removes them. */
  remove(): Promise<void>;
};

export type CertificateOptions = {
  /** Names and addresses that the certificate is good for. */
  hosts?: string[];
  /** From when it is good, and until when. Days from now; negative ones lie in the past. */
  validDays?: { from: number; until: number };
};

/** Makes an authority of its own and a certificate for a server on this machine. */
export async function makeCertificates(options: CertificateOptions = {}): Promise<Certificates> {
  await bringPackages({ openssl: 'openssl' });
  const { hosts = ['localhost', '127.0.0.1'], validDays = { from: -1, until: 30 } } = options;
  const folder = await mkdtemp(join(tmpdir(), 'summit-certificates-'));
  await makeReachable(folder);
  const at = (name: string) => join(folder, name);
  const openssl = async (...words: string[]) => {
    const { code, output } = await runToEnd('openssl', words, { cwd: folder });
    if (code !== 0) throw new Error(`openssl ${words.join(' ')}: ${output}`);
  };
  const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

  await openssl(
    ...['req', '-x509', ...elliptic, '-keyout', 'authority.key', '-out', 'authority.pem', '-days', '30'],
    ...['-subj', '/CN=Summit test authority', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  );
  await openssl(
    ...['req', ...elliptic, '-keyout', 'server.key', '-out', 'server.csr'],
    '-subj',
    '/CN=server',
  );
  // `openssl x509` knows no start and no end in the past; `openssl ca` does, and wants its files for it.
  await Promise.all([
    writeFile(at('index.txt'), ''),
    writeFile(at('ca.cnf'), settingsOf(hosts)),
    writeFile(at('serial'), '1000\n'),
  ]);
  await openssl(
    ...['ca', '-batch', '-notext', '-config', 'ca.cnf', '-in', 'server.csr', '-out', 'server.pem'],
    ...['-startdate', dayFromNow(validDays.from), '-enddate', dayFromNow(validDays.until)],
  );
  return {
    authorityPath: at('authority.pem'),
    authority: await readFile(at('authority.pem'), 'utf8'),
    certificatePath: at('server.pem'),
    keyPath: at('server.key'),
    certificate: await readFile(at('server.pem'), 'utf8'),
    key: await readFile(at('server.key'), 'utf8'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const settingsOf = (hosts: string[]): string => `
[ca]
default_ca = authority
[authority]
database = index.txt
serial = serial
new_certs_dir = .
certificate = authority.pem
private_key = authority.key
default_md = sha256
policy = any
x509_extensions = server
[any]
commonName = supplied
[server]
basicConstraints = CA:false
keyUsage = digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = ${hosts.map((host) => `${/^[\d.]+$/.test(host) ? 'IP' : 'DNS'}:${host}`).join(',')}
`;

/** As ASN.1 wants it: YYYYMMDDHHMMSSZ. */
const dayFromNow = (days: number): string =>
  `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
