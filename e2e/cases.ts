import type { Page } from 'playwright-core';
import { inject, vi } from 'vitest';
import { asking, type Person } from './asking.ts';

const api = inject('productApi');
type Made<Name extends string> = Record<Name, { ids: string[] }>;

/** One item of a case as the server keeps it. */
export type Kept = {
  id: string;
  caption: string;
  x: number | null;
  y: number | null;
  pinned: boolean;
  hidden: boolean;
};
export type CaseLink = { source: string; target: string; type: string };

/** Cases made and read past the browser: what a test begins with, and what the server says after it. */
export function cases(token = inject('productToken')) {
  const say = asking(api, token);
  return {
    say,

    async begin(title: string): Promise<string> {
      const { createInvestigation } = await say<Made<'createInvestigation'>>(
        'mutation ($input: CreateInvestigationInput!) { createInvestigation(input: $input) { ids } }',
        { input: { title } },
      );
      return createInvestigation.ids[0]!;
    },

    /** A writable copy of the sample investigation, which comes some seconds after the first owner. */
    async copySample(title: string): Promise<string> {
      type Found = { investigations: { edges: { node: { id: string; readOnly: boolean } }[] } };
      const sample = async () =>
        (
          await say<Found>('{ investigations(first: 200) { edges { node { id readOnly } } } }')
        ).investigations.edges.find(({ node }) => node.readOnly)?.node.id;
      const id = await vi.waitUntil(sample, { timeout: 100_000, interval: 200 });
      const { copyInvestigation } = await say<Made<'copyInvestigation'>>(
        'mutation ($input: CopyInvestigationInput!) { copyInvestigation(input: $input) { ids } }',
        { input: { id, title } },
      );
      return copyInvestigation.ids[0]!;
    },

    /** The records of a dataset, by its export. */
    async recordsOf(dataset: string): Promise<{ id: string; caption: string }[]> {
      const answer = await fetch(`${api}/api/exports?format=json&dataset=${dataset}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return ((await answer.json()) as { records: { id: string; caption: string }[] }).records;
    },

    async invite(investigationId: string, person: Person): Promise<void> {
      await say('mutation ($input: SetMemberInput!) { setMember(input: $input) { ids } }', {
        input: { investigationId, userId: person.id, role: 'editor' },
      });
    },

    async read(id: string): Promise<{ items: Kept[]; links: CaseLink[]; notes: string[] }> {
      const { investigation } = await say<{
        investigation: {
          notes: { text: string }[];
          items: { edges: { node: Omit<Kept, 'id' | 'caption'> & { entity: Kept | null } }[] };
          graph: { links: CaseLink[] };
        };
      }>(
        `query ($id: ID!) { investigation(id: $id) {
          notes { text } graph { links { source target type } }
          items(first: 500) { edges { node { x y pinned hidden entity { id caption } } } } } }`,
        { id },
      );
      return {
        notes: investigation.notes.map(({ text }) => text),
        links: investigation.graph.links,
        items: investigation.items.edges.flatMap(({ node: { entity, ...place } }) =>
          entity ? [{ ...entity, ...place }] : [],
        ),
      };
    },

    async about(id: string): Promise<{ title: string; description: string | null }> {
      const { investigation } = await say<{ investigation: { title: string; description: string | null } }>(
        'query ($id: ID!) { investigation(id: $id) { title description } }',
        { id },
      );
      return investigation;
    },

    async item(id: string, caption: string): Promise<Kept> {
      const found = (await this.read(id)).items.find((item) => item.caption === caption);
      if (!found) throw new Error(`${caption} is not in the investigation`);
      return found;
    },
  };
}

export const chartOf = (page: Page) => page.getByRole('listbox', { name: /Chart of/ });

/** Where the chart draws a place of the world, by the camera of the address: its square fills the shorter edge at 100 %. */
export async function onPage(
  page: Page,
  place: { x: number | null; y: number | null },
): Promise<{ x: number; y: number }> {
  await page.waitForURL(/cam=/);
  const [x = 0, y = 0, ratio = 1] = (new URL(page.url()).searchParams.get('cam') ?? '')
    .split(',')
    .map(Number);
  const box = await chartOf(page).boundingBox();
  if (!box) throw new Error('no chart');
  const unit = Math.min(box.width, box.height) / ratio;
  return {
    x: box.x + box.width / 2 + (((place.x ?? 0) + 500) / 1000 - x) * unit,
    y: box.y + box.height / 2 - (((place.y ?? 0) + 500) / 1000 - y) * unit,
  };
}
