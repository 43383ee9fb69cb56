/** A zip file whose every entry was judged before any was opened. Only what is asked for is unpacked, as a stream. */
import { SummitError } from '@summit/process/errors';
import yauzl from 'yauzl';
import { limits, type ReadOptions, type SourceFile } from '../source.ts';

export interface ZipEntries {
  names: string[];
  /** Unpacked bytes of one entry. Throws FILE_DAMAGED when they are more than the directory promised. */
  open(name: string): AsyncIterable<Uint8Array>;
  bytes(name: string): number;
  close(): void;
}

const refused = (problem: string, cause?: unknown) => new SummitError('FILE_DAMAGED', { problem }, cause);
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Throws FILE_DAMAGED naming the entry that is refused. */
export async function openZip(file: SourceFile, options: ReadOptions): Promise<ZipEntries> {
  const bounds = { ...limits, ...options.limits };
  const archive = await openArchive(file, bounds.xlsxBytes);
  const entries = new Map<string, yauzl.Entry>();
  // Parts of a workbook are the same when their names differ only in case.
  const seen = new Set<string>();
  let total = 0;
  try {
    if (archive.entryCount > bounds.zipEntries)
      throw refused(`it has ${archive.entryCount} entries; ${bounds.zipEntries} are allowed`);
    for await (const entry of eachEntry(archive)) {
      const name = entry.fileName;
      const problem =
        entryProblem(entry) ?? (seen.has(name.toLowerCase()) ? 'stands in it twice' : undefined);
      total += entry.uncompressedSize;
      if (problem !== undefined) throw refused(`its entry ${JSON.stringify(name.slice(0, 100))} ${problem}`);
      if (total > bounds.xlsxBytes) {
        throw refused(
          `it unpacks to more than ${bounds.xlsxBytes} bytes, with its entry ${JSON.stringify(name.slice(0, 100))}`,
        );
      }
      seen.add(name.toLowerCase());
      entries.set(name, entry);
    }
  } catch (error) {
    archive.close();
    throw error instanceof SummitError
      ? error
      : refused(`its directory is damaged: ${(error as Error).message}`, error);
  }
  return {
    names: [...entries.keys()],
    bytes: (name) => entries.get(name)?.uncompressedSize ?? 0,
    close: () => archive.close(),
    async *open(name) {
      const entry = entries.get(name);
      if (entry === undefined) return;
      try {
        yield* await openEntry(archive, entry);
      } catch (error) {
        if (error instanceof SummitError) throw error;
        throw refused(`its entry ${JSON.stringify(name)} is damaged: ${(error as Error).message}`, error);
      }
    },
  };
}

function entryProblem(entry: yauzl.Entry): string | undefined {
  const name = entry.fileName;
  const unix = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (name === '' || name.includes('\0')) return 'has no usable name';
  if (/^(?:[a-z]:|[\\/])/i.test(name)) return 'has an absolute name';
  if (name.split(/[\\/]/).some((part) => part === '..')) return 'leads out of its folder';
  if (name.split(/[\\/]/).some((part) => deviceName.test(part))) return 'is named like a device';
  if (unix === 0o120000) return 'is a symbolic link';
  if ((entry.generalPurposeBitFlag & 1) !== 0) return 'is encrypted';
  return undefined;
}

async function openArchive(file: SourceFile, most: number): Promise<yauzl.ZipFile> {
  // Names are judged by us, so that the error says which and why.
  const settings = {
    lazyEntries: true,
    autoClose: false,
    decodeStrings: true,
    strictFileNames: true,
    validateEntrySizes: true,
  };
  let content: Buffer | undefined;
  if (file.path === undefined) {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of file.open()) {
      bytes += chunk.length;
      if (bytes > most) throw refused(`it is longer than ${most} bytes`);
      chunks.push(chunk);
    }
    content = Buffer.concat(chunks);
  }
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, archive?: yauzl.ZipFile) => {
      if (archive !== undefined) resolve(archive);
      else reject(refused(`it is no zip file: ${error?.message ?? 'unknown'}`, error));
    };
    if (content === undefined) yauzl.open(file.path!, settings, done);
    else yauzl.fromBuffer(content, settings, done);
  });
}

async function* eachEntry(archive: yauzl.ZipFile): AsyncGenerator<yauzl.Entry> {
  for (;;) {
    const entry = await new Promise<yauzl.Entry | undefined>((resolve, reject) => {
      const settle = (act: () => void) => {
        archive.removeAllListeners();
        act();
      };
      archive.once('entry', (next: yauzl.Entry) => settle(() => resolve(next)));
      archive.once('end', () => settle(() => resolve(undefined)));
      archive.once('error', (error: Error) => settle(() => reject(error)));
      archive.readEntry();
    });
    if (entry === undefined) return;
    yield entry;
  }
}

function openEntry(archive: yauzl.ZipFile, entry: yauzl.Entry): Promise<AsyncIterable<Uint8Array>> {
  return new Promise((resolve, reject) => {
    archive.openReadStream(entry, (error, stream) =>
      stream === undefined ? reject(error) : resolve(stream),
    );
  });
}
