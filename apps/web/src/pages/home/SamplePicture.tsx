import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { entityIcons } from '../../entity/entityIcons.ts';
import { entityType } from '../../entity/entityTypes.ts';
import { iconShare, shapePath } from '../../entity/shapes.ts';
import styles from './Home.module.css';
import { pictureQuery } from './pictureQuery.ts';

const width = 640;
const height = 276;

/** A still picture of an investigation's chart from its stored places: no chart engine on the first page. */
export function SamplePicture({ id }: { id: string }) {
  const { data } = useQuery(pictureQuery(id));
  const drawn = useMemo(() => {
    const placed = (data?.items.edges ?? []).flatMap(({ node }) =>
      node.entity && node.x !== null && node.y !== null
        ? [{ id: node.entityId, schema: node.entity.schema, x: node.x, y: node.y }]
        : [],
    );
    if (placed.length === 0) return undefined;
    const middle = { x: mean(placed.map((node) => node.x)), y: mean(placed.map((node) => node.y)) };
    const at = new Map(
      placed.map((node) => [
        node.id,
        { ...node, x: width / 2 + (node.x - middle.x) * 0.8, y: height / 2 - (node.y - middle.y) * 0.8 },
      ]),
    );
    const links = (data?.graph.links ?? []).flatMap((link) => {
      const [from, to] = [at.get(link.source), at.get(link.target)];
      return from && to
        ? [
            {
              key: link.relationshipIds[0] ?? `${link.source}${link.target}`,
              from,
              to,
              isOne: link.datasets < 2,
            },
          ]
        : [];
    });
    return { nodes: [...at.values()], links };
  }, [data]);
  return (
    <div className={styles.picture}>
      {drawn && (
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="xMidYMid slice" aria-hidden="true">
          {drawn.links.map(({ key, from, to, isOne }) => (
            <line
              key={key}
              x1={from.x}
              y1={from.y}
              x2={to.x}
              y2={to.y}
              stroke="var(--edge)"
              strokeWidth="1.25"
              strokeDasharray={isOne ? '5 4' : undefined}
            />
          ))}
          {drawn.nodes.map((node) => (
            <Badge key={node.id} {...node} />
          ))}
        </svg>
      )}
    </div>
  );
}

function Badge({ schema, x, y }: { schema: string; x: number; y: number }) {
  const type = entityType(schema);
  const size = 26;
  const share = (iconShare[type.shape] * size) / 24;
  const inset = (size * (1 - iconShare[type.shape])) / 2;
  return (
    <g transform={`translate(${x - size / 2} ${y - size / 2})`}>
      <path d={shapePath(type.shape, size)} fill={`var(--${type.hue})`} />
      <path
        d={entityIcons[type.icon]}
        transform={`translate(${inset} ${inset}) scale(${share})`}
        fill="none"
        stroke={`var(--${type.hue}-ink)`}
        strokeWidth="2.1"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </g>
  );
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
