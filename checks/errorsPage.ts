import { errors } from '../packages/process/src/errors.ts';

/** The text of docs/errors.md, from the one table. */
export function errorsPage(): string {
  const rows = Object.entries(errors).map(
    ([code, { status, message }]) => `| \`${code}\` | ${status} | ${message} |`,
  );
  return `# Errors

Every failure that a caller may see has one of these codes: in HTTP answers as \`{"error": {"code", "message", "requestId"}}\`,
in GraphQL as \`extensions {code, requestId, retryAfter}\`. Words in braces are filled in. Anything unexpected is \`INTERNAL\`.

| Code | HTTP | Message |
|---|---|---|
${rows.join('\n')}
`;
}

if (import.meta.main) process.stdout.write(errorsPage());
