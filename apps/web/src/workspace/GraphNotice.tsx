import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CloudOff, History } from 'lucide-react';
import { useState } from 'react';
import { graphql } from '../api/generated/gql.ts';
import { request } from '../api/request.ts';
import { viewerQuery } from '../api/viewer.ts';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { busy } from '../ui/whyNot.ts';
import styles from './GraphNotice.module.css';
import { graphStanding } from './graphStanding.ts';

const ProjectionsDocument = graphql(`
  query Projections {
    projections {
      name
      state
      lagChanges
      lagIsExact
      lagSeconds
    }
  }
`);

const AGAIN_MS = 5_000;

/** How the copies of the graph stand; asked again while there is one. */
const projectionsQuery = {
  queryKey: ['projections'],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    request(ProjectionsDocument, {}, { signal }).then((data) => data.projections),
};

/** One calm line while answers about the graph lack what is newest, or cannot be had. Reading the past never needs it. */
export function GraphNotice({ at }: { at: string | undefined }) {
  const { data: viewer } = useQuery(viewerQuery);
  const { data, refetch } = useQuery({
    ...projectionsQuery,
    enabled: at === undefined,
    refetchInterval: (query) => (query.state.data?.length ? AGAIN_MS : false),
  });
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const runs = viewer?.roles.some((role) => role === 'owner' || role === 'operator') ?? false;
  const standing = at === undefined && data?.map((one) => graphStanding(one, runs)).find(Boolean);
  const again = async () => {
    setAsking(true);
    await Promise.all([
      refetch(),
      queryClient.refetchQueries({
        queryKey: ['entity'],
        predicate: ({ state }) => state.status === 'error',
      }),
    ]);
    setAsking(false);
  };
  return (
    <div role="status" aria-label="Graph store" className={styles.place}>
      {standing && (
        <p className={classes(styles.line, styles[standing.tone])}>
          {standing.tone === 'down' ? <CloudOff aria-hidden /> : <History aria-hidden />}
          <span className={styles.text}>
            <b>{standing.says}</b> {standing.means}
          </span>
          <Button look="quiet" height={24} whyNot={isAsking ? busy : undefined} onPress={() => void again()}>
            Look again
          </Button>
        </p>
      )}
    </div>
  );
}
