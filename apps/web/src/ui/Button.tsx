import type { ComponentProps, ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps, Link, type LinkProps } from 'react-aria-components';
import { Keys } from '../actions/Keys.tsx';
import styles from './Button.module.css';
import { classes } from './classes.ts';
import { Tooltip } from './Tooltip.tsx';

export type ButtonLook = 'plain' | 'primary' | 'edged' | 'quiet' | 'danger';

type Look = {
  /** plain: hairline edge · edged: strong edge, for a lone act on a tinted ground · quiet: no edge · primary: one a page. */
  look?: ButtonLook;
  /** Height in px: 26 in the inspector, 28 by default, 32 for a page's main acts. */
  height?: 24 | 26 | 28 | 32;
  icon?: ReactNode;
  /** The key combination of the act ('Mod+K'), shown beside its name. */
  keys?: string | undefined;
  children?: ReactNode;
};

/** Nothing is disabled without a word: what cannot be done now keeps its focus and says why, on hover, on focus and aloud. */
type Off = { whyNot?: string | undefined };

/** Handlers that show where one is; all others would act. */
const harmless = /Focus|Blur|(?:Pointer|Mouse)(?:Enter|Leave|Over|Out)$/;

/** For any button of the library: what it is given to be off and say why. */
export const off = (whyNot: string | undefined) =>
  whyNot === undefined
    ? {}
    : {
        render: (props: ComponentProps<'button'>) => (
          <button
            {...Object.fromEntries(
              Object.entries(props).filter(([name]) => !name.startsWith('on') || harmless.test(name)),
            )}
            type="button"
            aria-disabled="true"
            aria-description={whyNot}
          />
        ),
      };

function lookClasses({ look = 'plain', height = 28 }: Look, className?: unknown) {
  return classes(
    styles.button,
    styles[look],
    styles[`h${height}`],
    typeof className === 'string' && className,
  );
}

type Given = Omit<ButtonProps, 'children' | 'isDisabled' | 'render'> & Off;

export function Button(props: Given & Look & { ref?: Ref<HTMLButtonElement> }) {
  const { look, height, icon, keys, children, className, whyNot, ...rest } = props;
  const button = (
    <AriaButton
      {...rest}
      {...off(whyNot)}
      className={lookClasses({ look: look ?? 'plain', height: height ?? 28 }, className)}
    >
      {icon}
      {children}
      {keys && <Keys combination={keys} bare />}
    </AriaButton>
  );
  if (!('whyNot' in props)) return button;
  // Also while nothing stands in the way: a button that changes places in the tree would lose its focus.
  return (
    <Tooltip text={whyNot ?? ''} isOff={whyNot === undefined}>
      {button}
    </Tooltip>
  );
}

/** A link that looks like a button: for acts that go somewhere, so that they open in a new tab too. */
export function ButtonLink(props: Omit<LinkProps, 'children'> & Look) {
  const { look, height, icon, keys, children, className, ...rest } = props;
  return (
    <Link {...rest} className={lookClasses({ look: look ?? 'plain', height: height ?? 28 }, className)}>
      {icon}
      {children}
      {keys && <Keys combination={keys} bare />}
    </Link>
  );
}

type IconButtonProps = Given & {
  /** The accessible name, shown as a tooltip too. */
  label: string;
  keys?: string | undefined;
  size?: 24 | 26 | 28 | 32;
  children: ReactNode;
  on?: boolean;
};

/** An icon alone. Its name is the label; a tooltip shows it with its key. */
export function IconButton(props: IconButtonProps) {
  const { label, keys, size = 28, on, children, className, whyNot, ...rest } = props;
  return (
    <Tooltip text={label} keys={keys} note={whyNot}>
      <AriaButton
        {...rest}
        {...off(whyNot)}
        aria-label={label}
        {...(on === undefined ? {} : { 'aria-pressed': on })}
        className={classes(styles.icon, styles[`s${size}`], typeof className === 'string' && className)}
      >
        {children}
      </AriaButton>
    </Tooltip>
  );
}
