/** Rejected nodes and edges of a graph file, as a file of the same format that can be mended and read again. */

import type { RejectRow } from '../import.queries.ts';
import type { RowsWriter } from '../rejectedRows.ts';
import type { GraphEdge, GraphNode } from './graphFacts.ts';

type Element = GraphNode | GraphEdge;

export function elementsWriter(format: 'graphml' | 'gexf'): RowsWriter {
  const write = format === 'graphml' ? graphmlElement : gexfElement;
  return {
    type: 'application/xml; charset=utf-8',
    extension: format,
    head:
      format === 'graphml'
        ? '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n<graph edgedefault="directed">\n'
        : '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n<graph defaultedgetype="directed">\n',
    row(reject) {
      const element = elementOf(reject.raw);
      return `${comment(reject, element)}${element ? `${write(element)}\n` : ''}`;
    },
    foot: format === 'graphml' ? '</graph>\n</graphml>\n' : '</graph>\n</gexf>\n',
  };
}

/** A reject keeps its element as JSON; one that is cut, or of which only the values are left, cannot be written again. */
function elementOf(raw: string): Element | undefined {
  try {
    const found = JSON.parse(raw) as Partial<GraphNode & GraphEdge> | null;
    const isNode = typeof found?.id === 'string';
    const isEdge = typeof found?.source === 'string' && typeof found.target === 'string';
    if ((isNode || isEdge) && typeof found.props === 'object') return found as Element;
  } catch {
    // Told by the comment.
  }
  return undefined;
}

function comment({ code, reason, line, row }: RejectRow, element: Element | undefined): string {
  const place = line === null ? `element ${row}` : `line ${line}`;
  const said = element
    ? `${code} at ${place}: ${reason}`
    : `NOT_RETRYABLE ${code} at ${place}: ${reason}. It was not kept whole; mend it in the original`;
  // Two hyphens would end a comment's text.
  return `<!-- ${text(said).replace(/-(?=-|$)/g, '- ')} -->\n`;
}

const isEdge = (element: Element): element is GraphEdge => 'source' in element;

function graphmlElement(element: Element): string {
  const name = isEdge(element) ? 'edge' : 'node';
  const head = isEdge(element)
    ? attributes({ ...ends(element), directed: String(element.directed) })
    : attributes({ id: element.id });
  const data = values(element).map(([key, value]) => `<data${attributes({ key })}>${text(value)}</data>`);
  return `<${name}${head}>${data.join('')}</${name}>`;
}

function gexfElement(element: Element): string {
  const times = { start: element.validFrom, end: element.validTo };
  const data = values(element).map(([key, value]) => `<attvalue${attributes({ for: key, value })}/>`);
  const inside = data.length > 0 ? `<attvalues>${data.join('')}</attvalues>` : '';
  if (isEdge(element)) {
    const type = element.directed ? 'directed' : 'undirected';
    return `<edge${attributes({ ...ends(element), type, kind: element.type, ...times })}>${inside}</edge>`;
  }
  const { x, y } = element.position ?? {};
  const position = x === undefined ? '' : `<position${attributes({ x: String(x), y: String(y) })}/>`;
  return `<node${attributes({ id: element.id, label: element.label, ...times })}>${inside}${position}</node>`;
}

const ends = ({ id, source, target }: GraphEdge) => ({ id, source, target });

const values = ({ props }: Element): [string, string][] =>
  Object.entries(props).flatMap(([name, all]) => all.map((value): [string, string] => [name, value]));

function attributes(given: Record<string, string | undefined>): string {
  return Object.entries(given)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${text(value)}"`))
    .join('');
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** Text for content and attributes alike, without what XML 1.0 has no way to write. */
const text = (value: string): string =>
  value
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"\n\r\t]/g, (sign) => ENTITIES[sign]!);
