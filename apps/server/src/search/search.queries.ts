import type { Reading } from '../change/read.ts';
import { sql } from '../database/sql.ts';
import { loadDatasets } from '../dataset/dataset.queries.ts';
import { clustersOf } from '../entity/clusters.queries.ts';
import { type EntityNode, entityNode } from '../entity/entity.ts';
import { countryNames } from '../ontology/ftmModel.ts';
import { withHeirs } from '../ontology/heirs.ts';
import { ontologyOf } from '../ontology/ontology.queries.ts';
import type { Ontology } from '../ontology/ontology.ts';
import { loadRecords } from '../record/record.queries.ts';
import { type Matching, matching } from './match.ts';
import { daysWithin, type Question, questionOf, type SearchFilter } from './question.ts';

export interface SearchHit {
  entity: EntityNode;
  score: number;
  matches: Matching['matches'];
}

export interface Facet {
  name: 'schema' | 'dataset' | 'country';
  values: { value: string; label: string; count: number }[];
  exact: boolean;
}

export interface SearchAnswer {
  hits: SearchHit[];
  facets: Facet[];
  total: number;
  totalIsExact: boolean;
  hasMore: boolean;
  notes: string[];
}

export interface SearchPage {
  first: number;
  /** Hits that earlier pages showed. */
  skip: number;
}

/** As search.find answers; a hit is the records of one entity that match, best first. */
interface Found {
  candidates: number;
  total: number;
  /** Words that each hit has at least. */
  words: number;
  cut: boolean;
  revoked: number;
  torn: string[];
  hits: string[][];
  facets: [Facet['name'], string, number][];
}

/** Hits are ranked exactly within blocks of the coarse order, so that a page looks at few records. */
const BLOCK = 100;
const CANDIDATES_MOST = 10_000;
const FACET_VALUES = 50;

/** Entities that answer a query, best first, with facets over all of them. Throws INPUT_INVALID. */
export async function searchEntities(
  tx: Reading,
  query: string,
  filter: SearchFilter,
  page: SearchPage,
): Promise<SearchAnswer> {
  const ontology = await ontologyOf(tx);
  let question = questionOf(query);
  const start = Math.floor(page.skip / BLOCK) * BLOCK;
  const take = Math.ceil((page.skip + page.first) / BLOCK) * BLOCK - start;
  let found = await find(tx, ontology, question, filter, start, take);
  if (found.total === 0 && question.syllables) {
    question = { ...question, words: question.syllables, syllables: undefined };
    found = await find(tx, ontology, question, filter, start, take);
  }

  const ranked = await rank(tx, ontology, found.hits, question);
  const shown = ranked.slice(page.skip - start, page.skip - start + page.first);
  const clusters = await clustersOf(
    tx,
    shown.map(({ record }) => record),
  );
  const totalIsExact = found.candidates <= CANDIDATES_MOST;
  return {
    hits: shown.map(({ record, score, matches }) => ({
      entity: entityNode(tx.at, clusters.get(record) ?? [record]),
      score,
      matches,
    })),
    facets: await facets(tx, ontology, found, totalIsExact),
    total: found.total,
    totalIsExact,
    hasMore: page.skip + shown.length < found.total,
    notes: notes(tx, question, found),
  };
}

async function find(
  tx: Reading,
  ontology: Ontology,
  question: Question,
  filter: SearchFilter,
  skip: number,
  take: number,
): Promise<Found> {
  const { tenant, datasets, clearance } = tx.reader;
  const chosen = filter.datasets?.length ? await datasetIds(tx, filter.datasets) : null;
  const { first, last } = daysWithin(filter);
  const ask = async (records: string[], keys: string[]) =>
    (await tx.first<{ found: Found }>(sql`
      select search.find(${tenant}, ${datasets}::uuid[], ${clearance}, ${tx.at ?? null}, ${question.words}::text[],
        ${question.unfinished}, ${question.identifiers}::text[],
        ${filter.schemas?.length ? withHeirs(ontology, filter.schemas) : null}::text[], ${chosen}::uuid[],
        ${filter.countries?.length ? filter.countries.map((each) => each.toLowerCase()) : null}::text[],
        ${first}::date, ${last}::date, ${filter.includeRevoked ?? false}, ${records}::uuid[], ${keys}::uuid[],
        ${skip}, ${take}) as found`))!.found;
  const found = await ask([], []);
  if (found.torn.length === 0) return found;
  // Clusters that the reader sees in part are resolved here and grouped in a second look.
  const clusters = await clustersOf(tx, found.torn);
  return ask(
    found.torn,
    found.torn.map((id) => clusters.get(id)?.[0] ?? id),
  );
}

async function datasetIds(tx: Reading, keys: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select id from datasets where tenant_id = ${tx.reader.tenant} and key = any(${keys}) and id = any(${tx.reader.datasets}::uuid[])`);
  return rows.map(({ id }) => id);
}

async function rank(
  tx: Reading,
  ontology: Ontology,
  hits: readonly string[][],
  question: Question,
): Promise<(Matching & { record: string })[]> {
  if (question.words.length === 0 && question.identifiers.length === 0)
    return hits.map(([record]) => ({ record: record!, score: 0, matches: [] }));
  const records = await loadRecords(tx, hits.flat());
  const ranked: (Matching & { record: string })[] = [];
  for (const [place, hit] of hits.entries()) {
    let best: (Matching & { record: string }) | undefined;
    for (const id of hit) {
      const record = records.get(id);
      const each = record && matching(ontology, record, question);
      if (each && (!best || each.score > best.score)) best = { ...each, record: id };
    }
    ranked[place] = best ?? { record: hit[0]!, score: 0, matches: [] };
  }
  for (let at = 0; at < ranked.length; at += BLOCK) {
    const block = ranked.slice(at, at + BLOCK).sort((a, b) => b.score - a.score);
    ranked.splice(at, block.length, ...block);
  }
  return ranked;
}

async function facets(tx: Reading, ontology: Ontology, found: Found, exact: boolean): Promise<Facet[]> {
  const datasets = await loadDatasets(
    tx,
    found.facets.flatMap(([name, value]) => (name === 'dataset' ? value : [])),
  );
  const shown = (name: Facet['name'], value: string) => {
    if (name === 'schema') return { value, label: ontology.label(value) };
    if (name === 'country') return { value, label: countryNames[value] ?? value.toUpperCase() };
    const dataset = datasets.get(value);
    return { value: dataset?.key ?? value, label: dataset?.title ?? value };
  };
  return (['schema', 'dataset', 'country'] as const).map((name) => ({
    name,
    values: found.facets
      .filter((each) => each[0] === name)
      .slice(0, FACET_VALUES)
      .map(([, value, count]) => ({ ...shown(name, value), count })),
    exact,
  }));
}

function notes(tx: Reading, question: Question, found: Found): string[] {
  const said: string[] = [];
  if (question.ignored > 0) said.push(`Only the first ${question.words.length} words were searched.`);
  if (found.words < question.words.length && found.total > 0) {
    const left = question.words.length - found.words;
    said.push(`Nothing has all the words; shown is what has all but ${left === 1 ? 'one' : 'two'}.`);
  }
  if (found.cut) said.push(`More words begin with ${question.words.at(-1)} than were searched; type on.`);
  if (found.revoked > 0) {
    const count = found.candidates > CANDIDATES_MOST ? `At least ${found.revoked}` : String(found.revoked);
    said.push(`${count} revoked or deprecated by their source are left out.`);
  }
  if (tx.at !== undefined)
    said.push('Words with typing errors and facets come from the vocabulary of today.');
  return said;
}
