import { spawn } from 'node:child_process';

/** Runs a program and collects what it writes. Never rejects: a program that cannot start gives code 127. */
export function runToEnd(
  command: string,
  arguments_: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<{ code: number; output: string; stdout: string }> {
  return new Promise((done) => {
    let output = '';
    let stdout = '';
    const child = spawn(command, arguments_, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.once('error', (error) => done({ code: 127, output: error.message, stdout }));
    child.once('close', (code) => done({ code: code ?? 1, output, stdout }));
  });
}
