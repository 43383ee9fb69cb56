import { SummitError } from '@summit/process/errors';

/** Where original files are kept, and how much of them. */
export interface FilePlace {
  /** SUMMIT_HOME: files stand under its folder `blobs`. */
  home: string;
  /** Largest file, and room for all files, in bytes. */
  most: number;
  quota: number;
}

/** An uploaded file. */
export interface FileNode {
  id: string;
  filename: string;
  bytes: number;
  sha256: string;
}

/** That the bytes of a file are gone for good; its facts stand. */
export interface FileRemoval {
  by: string;
  at: Date;
  reason: string | null;
}

/** Thrown where the bytes are needed. */
export const fileRemoved = ({ at }: Pick<FileRemoval, 'at'>): SummitError =>
  new SummitError('FILE_REMOVED', { day: at.toISOString().slice(0, 10) });

/** The last part of a name, without what file systems, terminals and headers trip over. */
export function plainName(name: string): string {
  const last = name.replace(/\\/g, '/').split('/').at(-1) ?? '';
  const plain = last
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim()
    .slice(0, 200);
  return plain === '' || plain === '.' || plain === '..' ? 'file' : plain;
}

/** A value for Content-Disposition that no name can break out of, with the true name beside a plain one. */
export function attachment(name: string): string {
  const plain = plainName(name).replace(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i, '_$1$2');
  const ascii = plain.replace(/[^\x20-\x7e]|["\\%;:*?<>|]/g, '_');
  const encoded = encodeURIComponent(plain).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
