import { deriveBytes } from '@summit/process/keys';
import { EncryptJWT, jwtDecrypt } from 'jose';
import type { z } from 'zod';

/**
 * Short-lived things that travel in the browser's own cookie while it signs in, encrypted and bound to one purpose.
 * Nothing is kept at the gateway, so any replica can finish what another began.
 */
export function createSealer<Value extends object>(given: {
  secret: string;
  purpose: string;
  shape: z.ZodType<Value>;
  maxAgeSeconds: number;
}) {
  const key = deriveBytes(given.secret, given.purpose);
  return {
    maxAgeSeconds: given.maxAgeSeconds,
    seal: (value: Value): Promise<string> =>
      new EncryptJWT({ value })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setAudience(given.purpose)
        .setExpirationTime(Math.floor(Date.now() / 1000) + given.maxAgeSeconds)
        .encrypt(key),
    /** undefined when it is absent, foreign, altered or too old. */
    async open(sealed: string | undefined): Promise<Value | undefined> {
      if (!sealed) return undefined;
      try {
        const { payload } = await jwtDecrypt(sealed, key, {
          audience: given.purpose,
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        return given.shape.parse(payload.value);
      } catch {
        return undefined;
      }
    },
  };
}
