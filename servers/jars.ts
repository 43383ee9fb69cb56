import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runToEnd } from '../apps/cli/src/runToEnd.ts';
import { bringPackages } from './packages.ts';
import { bringOnce } from './tools.ts';

type Artifact = `${string}:${string}:${string}`;

/**
 * A Java program from Maven with all that it needs, kept in the cache; resolves to the class path for `java -cp`. `sha256` is
 * that of the jars together: of the lines `<sha256 of the jar>  <its name>`, sorted by name.
 */
export async function bringJars(
  name: string,
  { artifacts, sha256 }: { artifacts: Artifact[]; sha256: string },
): Promise<string> {
  await bringPackages({ java: 'openjdk-17-jre-headless' });
  const folder = await bringOnce(name, async (made) => {
    await bringPackages({ mvn: 'maven' });
    await copyDependencies(artifacts, join(made, 'lib'));
    const found = await digestOf(join(made, 'lib'));
    if (found !== sha256)
      throw new Error(`${name} is not what was locked (its jars are ${found}); it is not used.`);
  });
  return join(folder, 'lib', '*');
}

async function copyDependencies(artifacts: Artifact[], lib: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'summit-jars-'));
  try {
    await writeFile(join(work, 'pom.xml'), pomOf(artifacts));
    const { code, output } = await runToEnd('mvn', [
      ...['--quiet', '--batch-mode', '--strict-checksums', '--file', join(work, 'pom.xml')],
      ...['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${lib}`],
    ]);
    if (code !== 0) throw new Error(`${artifacts[0]} could not be brought by Maven: ${output.slice(-2_000)}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const pomOf = (artifacts: Artifact[]): string => {
  const dependencies = artifacts.map((artifact) => {
    const [group, id, version] = artifact.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${id}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>summit</groupId><artifactId>servers</artifactId><version>1</version>
<packaging>pom</packaging><dependencies>${dependencies.join('\n')}</dependencies></project>
`;
};

async function digestOf(lib: string): Promise<string> {
  const all = createHash('sha256');
  for (const name of (await readdir(lib)).sort()) {
    const one = createHash('sha256')
      .update(await readFile(join(lib, name)))
      .digest('hex');
    all.update(`${one}  ${name}\n`);
  }
  return all.digest('hex');
}
