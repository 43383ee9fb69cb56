import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
];

/**
 * What every answer carries. The policy allows our own files only; `styleNonce` admits the few style elements
 * that the UI's libraries make (they read it from the page's csp-nonce meta).
 */
export function setSecurityHeaders(
  response: ServerResponse,
  given: { secure: boolean; styleNonce?: string },
): void {
  const styles = given.styleNonce ? `style-src 'self' 'nonce-${given.styleNonce}'` : "style-src 'self'";
  response.setHeader('Content-Security-Policy', [...directives, styles].join('; '));
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  // same-origin, not no-referrer: under the latter a browser sends `Origin: null` with our own form.
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
  if (given.secure) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
}

export function newNonce(): string {
  return randomBytes(18).toString('base64url');
}
