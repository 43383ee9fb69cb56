import { getRouteApi } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { StatusLine, Top } from '../../frame/slots.tsx';
import { HistoryView } from './HistoryView.tsx';

const route = getRouteApi('/app/history');

/** Everything that was changed, by anybody, as far as the reader may see it. */
export default function HistoryPage() {
  const { change, undo } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <Top title="History" icon={<History />} />
      <HistoryView
        selected={change}
        isUndoing={undo}
        onSelect={(next, isUndoing = false) => void navigate({ search: { change: next, undo: isUndoing } })}
      />
      <StatusLine>Every act stands here, and each can be undone</StatusLine>
    </>
  );
}
