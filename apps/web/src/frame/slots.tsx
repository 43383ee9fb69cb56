import { createContext, type ReactNode, useContext, useEffect } from 'react';
import { createPortal } from 'react-dom';

/** Places in the frame that the page shown fills: the frame itself stays, so focus is never lost on the way. */
export type Slots = {
  start: HTMLElement | null;
  centre: HTMLElement | null;
  end: HTMLElement | null;
  status: HTMLElement | null;
};

export const SlotsContext = createContext<Slots>({ start: null, centre: null, end: null, status: null });

type TopProps = {
  /** Name of the page, also the window's title. */
  title: string;
  icon?: ReactNode;
  /** Beside the title: a marking, a crumb. */
  beside?: ReactNode;
  /** Instead of the title's text, when it is a menu. */
  name?: ReactNode;
  /** Instead of the search field. */
  centre?: ReactNode;
  acts?: ReactNode;
};

/** Fills the top bar for the page that renders it. */
export function Top({ title, icon, beside, name, acts, centre }: TopProps) {
  const slots = useContext(SlotsContext);
  useEffect(() => {
    document.title = title === 'Summit' ? title : `${title} · Summit`;
  }, [title]);
  return (
    <>
      {slots.start &&
        createPortal(
          <>
            {icon}
            {name ?? <h1>{title}</h1>}
            {beside}
          </>,
          slots.start,
        )}
      {slots.centre && centre && createPortal(centre, slots.centre)}
      {slots.end && acts && createPortal(acts, slots.end)}
    </>
  );
}

/** Fills the left of the status line: what is shown, of how many. */
export function StatusLine({ children }: { children: ReactNode }) {
  const { status } = useContext(SlotsContext);
  return status ? createPortal(children, status) : null;
}
