import { getRouteApi } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { StatusLine, Top } from '../../frame/slots.tsx';
import { HistoryView } from './HistoryView.tsx';

const route = getRouteApi('/app/history');

/** Everything that was changed, by anybody, as far as the reader may see it. */
export default function HistoryPage() {
  const { change, undo = false, from, to } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <Top title="History" icon={<History />} />
      <HistoryView
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
