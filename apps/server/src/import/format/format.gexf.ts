/** GEXF 1.1 to 1.3: attributes with defaults and lists, positions, spells and start/end as valid times. */
import { isoDate } from '../../ontology/dates.ts';
import { ontology as defaultOntology } from '../../ontology/ontology.ts';
import type { FormatReader, ReadOptions, SourceObject, SourceRef, Warning } from '../source.ts';
import { settle } from './format.graphml.ts';
import {
  EdgeFacts,
  finished,
  type GraphEdge,
  type GraphNode,
  nodeFact,
  nodeProblem,
  put,
} from './graphFacts.ts';
import { parseXml, type XmlElement, type XmlHandler } from './xml.ts';

export const gexfReader: FormatReader = {
  format: 'gexf',
  async *read(file, options) {
    const handler = new GexfHandler(options);
    yield* settle(parseXml(file, options, 'gexf', handler), handler, options);
  },
};

interface Attribute {
  title: string;
  isList: boolean;
  isDefault?: string;
}
type Draft = {
  ref: SourceRef;
  warnings: Warning[];
  spells: [from?: string, to?: string][];
  given: Set<Attribute>;
} & ({ kind: 'node'; node: GraphNode; parent?: string } | { kind: 'edge'; edge: GraphEdge });

const known = new Set(
  'gexf graph meta creator description keywords nodes edges attributes attvalues spells parents slices slice attribute'.split(
    ' ',
  ),
);
/** How things look is not what they are; only position is kept. */
const looks = new Set(['color', 'size', 'shape', 'thickness']);

class GexfHandler implements XmlHandler {
  found: SourceObject[] = [];
  readonly #ontology;
  readonly #attributes = { node: new Map<string, Attribute>(), edge: new Map<string, Attribute>() };
  readonly #edges = new EdgeFacts();
  readonly #nodes = new Set<string>();
  readonly #open: Draft[] = [];
  #class: 'node' | 'edge' = 'node';
  #attribute: Attribute | undefined;
  #undirected = true;
  #text = '';
  #inMeta = false;

  constructor(options: ReadOptions) {
    this.#ontology = options.ontology ?? defaultOntology;
  }

  open({ name, attributes, line, position }: XmlElement): void {
    this.#text = '';
    const ref = { line, byteOffset: position };
    const draft = this.#open.at(-1);
    if (this.#inMeta) return;
    switch (name) {
      case 'meta':
        this.#inMeta = true;
        break;
      case 'graph':
        this.#undirected = (attributes.defaultedgetype ?? 'undirected') === 'undirected';
        break;
      case 'attributes':
        this.#class = attributes.class === 'edge' ? 'edge' : 'node';
        break;
      case 'attribute': {
        const type = attributes.type ?? 'string';
        this.#attribute = {
          title: attributes.title || attributes.id || 'attribute',
          isList: type.startsWith('list'),
        };
        this.#attributes[this.#class].set(attributes.id ?? '', this.#attribute);
        break;
      }
      case 'node':
        this.#openNode(attributes, ref);
        break;
      case 'edge':
        this.#openEdge(attributes, ref);
        break;
      case 'attvalue':
        if (draft !== undefined) attvalue(draft, this.#attributes[draft.kind], attributes);
        break;
      case 'spell':
        draft?.spells.push(times(attributes));
        break;
      case 'position':
        if (draft?.kind === 'node') {
          const [x, y] = [Number(attributes.x), Number(attributes.y)];
          if (Number.isFinite(x) && Number.isFinite(y)) draft.node.position = { x, y };
        }
        break;
      case 'parent':
        if (draft?.kind === 'node' && attributes.for) put(draft.node.props, 'parent', attributes.for);
        break;
      case 'include':
        this.#warn(
          { code: 'OUTSIDE_REFERENCE_IN_XML', detail: 'an inclusion of another file is not followed' },
          ref,
        );
        break;
      default:
        if (!known.has(name) && !looks.has(name) && name !== 'default' && name !== 'options') {
          this.#warn({ code: 'SKIPPED_ELEMENT', detail: name }, ref);
        }
    }
  }

  text(text: string): void {
    this.#text += text;
  }

  close(name: string): void {
    if (name === 'meta') this.#inMeta = false;
    else if (name === 'default' && this.#attribute !== undefined)
      this.#attribute.isDefault = this.#text.trim();
    else if (name === 'attribute') this.#attribute = undefined;
    else if (name === 'node' || name === 'edge') this.#finish();
    this.#text = '';
  }

  #openNode(attributes: Record<string, string>, ref: SourceRef): void {
    const { id = '', label, pid } = attributes;
    const parent = this.#open.at(-1);
    const warnings: Warning[] = [];
    const node: GraphNode = { id, props: {}, ...(label !== undefined && { label }) };
    if (parent?.kind === 'node') {
      put(node.props, 'parent', parent.node.id);
      warnings.push({
        code: 'NESTED_GRAPH',
        detail: `node ${id.slice(0, 100)} stands inside of another: its parent is kept as a property`,
      });
    } else if (pid !== undefined) put(node.props, 'parent', pid);
    this.#open.push({ kind: 'node', node, ref, warnings, spells: spellsOf(attributes), given: new Set() });
  }

  #openEdge(attributes: Record<string, string>, ref: SourceRef): void {
    const { id, source = '', target = '', type, kind, label, weight } = attributes;
    const edge: GraphEdge = {
      ...(id !== undefined && id !== '' && { id }),
      source,
      target,
      directed: type === undefined ? !this.#undirected : type === 'directed' || type === 'mutual',
      props: {},
      ...(kind && { type: kind }),
    };
    if (label) put(edge.props, 'label', label);
    if (weight !== undefined) put(edge.props, 'weight', weight);
    if (type === 'mutual') put(edge.props, 'mutual', 'true');
    this.#open.push({
      kind: 'edge',
      edge,
      ref,
      warnings: [],
      spells: spellsOf(attributes),
      given: new Set(),
    });
  }

  #finish(): void {
    const draft = this.#open.pop();
    if (draft === undefined) return;
    const of = draft.kind === 'node' ? draft.node : draft.edge;
    for (const attribute of this.#attributes[draft.kind].values()) {
      if (attribute.isDefault && !draft.given.has(attribute))
        putValue(of.props, attribute, attribute.isDefault);
    }
    const starts = draft.spells.map(([from]) => from).sort();
    const ends = draft.spells.map(([, to]) => to).sort();
    // One spell without a start has always been true; likewise without an end.
    if (starts.length > 0 && !starts.includes(undefined)) of.validFrom = starts[0]!;
    if (ends.length > 0 && !ends.includes(undefined)) of.validTo = ends.at(-1)!;
    if (draft.spells.length > 1)
      for (const [from, to] of draft.spells) put(of.props, 'spell', `${from ?? ''}/${to ?? ''}`);

    const fact =
      draft.kind === 'node'
        ? (nodeProblem(draft.node, this.#nodes) ?? nodeFact(draft.node, this.#ontology))
        : this.#edges.make(draft.edge);
    this.found.push(finished(fact, draft.ref, draft.warnings, of));
  }

  #warn(warning: Warning, ref: SourceRef): void {
    this.found.push({ fate: 'notice', ref, rows: [], warnings: [warning] });
  }
}

/** A time that is a date becomes ISO; any other (a step, a float) is kept as it stands. */
function time(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : (isoDate(text) ?? text);
}

function times({ start, startopen, end, endopen }: Record<string, string>): [from?: string, to?: string] {
  const [from, to] = [time(start ?? startopen), time(end ?? endopen)];
  return to === undefined ? (from === undefined ? [] : [from]) : ([from, to] as [string, string]);
}

const spellsOf = (attributes: Record<string, string>): Draft['spells'] => {
  const spell = times(attributes);
  return spell.length === 0 ? [] : [spell];
};

function attvalue(draft: Draft, declared: Map<string, Attribute>, attributes: Record<string, string>): void {
  const id = attributes.for ?? attributes.id ?? '';
  const { value } = attributes;
  const attribute = declared.get(id) ?? { title: id || 'attribute', isList: false };
  draft.given.add(attribute);
  if (value === undefined || value === '') return;
  putValue(draft.kind === 'node' ? draft.node.props : draft.edge.props, attribute, value);
}

/** Lists come as `a|b`, `a;b`, `a,b` or, since 1.3, as `[a, "b"]`. */
function putValue(props: GraphNode['props'], { title, isList }: Attribute, value: string): void {
  if (!isList) {
    put(props, title, value);
    return;
  }
  const bracketed = /^\[(.*)\]$/s.exec(value.trim())?.[1];
  const separator = bracketed !== undefined ? ',' : ['|', ';', ','].find((sign) => value.includes(sign));
  for (const item of separator === undefined ? [value] : splitList(bracketed ?? value, separator)) {
    if (item !== '') put(props, title, item);
  }
}

function splitList(text: string, separator: string): string[] {
  const items: string[] = [];
  let item = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === '\\' && quote !== '') item += text[++at] ?? '';
    else if (quote !== '' && sign === quote) quote = '';
    else if (quote === '' && item.trim() === '' && (sign === '"' || sign === "'")) quote = sign;
    else if (quote === '' && sign === separator) {
      items.push(item.trim());
      item = '';
    } else item += sign;
  }
  items.push(item.trim());
  return items;
}
