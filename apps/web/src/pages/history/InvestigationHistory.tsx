import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { ApiError } from '../../api/apiError.ts';
import { StatusLine, Top } from '../../frame/slots.tsx';
import { paths } from '../../paths.ts';
import { ButtonLink } from '../../ui/Button.tsx';
import { NotFoundPage } from '../PageError.tsx';
import { HistoryView } from './HistoryView.tsx';
import { titleQuery } from './historyQueries.ts';

const route = getRouteApi('/app/i/$id/history');

/** The changes that touched one investigation. */
export default function InvestigationHistory() {
  const { id } = route.useParams();
  const { change, undo = false, from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: title, error } = useQuery(titleQuery(id));
  if (title === null || (error instanceof ApiError && error.code === 'INPUT_INVALID'))
    return <NotFoundPage />;
  return (
    <>
      <Top
        title={title ?? 'Investigation'}
        icon={<History />}
        beside={<span className="crumb">History</span>}
        acts={<ButtonLink href={paths.investigation(id)}>Back to the chart</ButtonLink>}
      />
      <HistoryView
        investigationId={id}
        selected={change}
        isUndoing={undo}
        onSelect={(next, isUndoing) =>
          void navigate({ search: { change: next, undo: isUndoing || undefined } })
        }
        compared={from === undefined ? undefined : { from, to }}
        onCompare={(two) => void navigate({ search: two })}
      />
      <StatusLine>Every act stands here, and each can be undone</StatusLine>
    </>
  );
}
