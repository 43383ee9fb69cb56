import { Check, ChevronDown, Minus } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import {
  Checkbox as AriaCheckbox,
  Radio as AriaRadio,
  RadioGroup as AriaRadioGroup,
  Select as AriaSelect,
  TextField as AriaTextField,
  Button,
  type CheckboxProps,
  FieldError,
  Header,
  Input,
  type Key,
  Label,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
  SelectValue,
  Text,
  TextArea,
  type TextFieldProps,
} from 'react-aria-components';
import { off } from './Button.tsx';
import { classes } from './classes.ts';
import styles from './Field.module.css';
import popup from './Popup.module.css';
import { Tooltip } from './Tooltip.tsx';

type FieldProps = Omit<TextFieldProps, 'children'> & {
  label: string;
  hideLabel?: boolean;
  placeholder?: string | undefined;
  help?: ReactNode;
  error?: string | undefined;
  lines?: number;
  small?: boolean;
  ref?: Ref<HTMLInputElement>;
};

export function TextField(props: FieldProps) {
  const { label, hideLabel, placeholder = '', help, error, lines, small, ref, ...rest } = props;
  return (
    <AriaTextField
      {...rest}
      {...(hideLabel ? { 'aria-label': label } : {})}
      isInvalid={error !== undefined}
      className={classes(styles.field, small && styles.small)}
    >
      {!hideLabel && <Label className={styles.label as string}>{label}</Label>}
      {lines ? (
        <TextArea className={styles.input as string} rows={lines} placeholder={placeholder} />
      ) : (
        <Input className={styles.input as string} placeholder={placeholder} ref={ref ?? null} />
      )}
      {help && (
        <Text slot="description" className={styles.help as string}>
          {help}
        </Text>
      )}
      <FieldError className={styles.error as string}>{error}</FieldError>
    </AriaTextField>
  );
}

/** Choices that follow each other in one group stand under its name. */
export type Choice = { id: string; name: string; icon?: ReactNode; help?: string; group?: string };

type SelectProps = {
  label: string;
  hideLabel?: boolean;
  choices: Choice[];
  value: string | null;
  onChange(id: string): void;
  small?: boolean;
  /** A hairline edge instead of the strong one: for selects that repeat in rows. */
  soft?: boolean;
  dashed?: boolean;
  placeholder?: string;
  /** Why it cannot be changed now; it stays in reach of the keyboard and says so. */
  whyNot?: string | undefined;
  /** What stands in the closed control; the choice's name by default. */
  shown?: ReactNode;
};

export function Select(props: SelectProps) {
  const { label, hideLabel, choices, value, onChange, small, soft, dashed, shown, placeholder, whyNot } =
    props;
  return (
    <AriaSelect
      {...(hideLabel ? { 'aria-label': label } : {})}
      className={classes(styles.field, small && styles.small, soft && styles.soft, dashed && styles.dashed)}
      value={value as Key | null}
      onChange={(key) => key !== null && onChange(String(key))}
      placeholder={placeholder ?? ''}
    >
      {!hideLabel && <Label className={styles.label as string}>{label}</Label>}
      <Tooltip text={whyNot ?? ''} isOff={whyNot === undefined}>
        <Button {...off(whyNot)} className={styles.selectButton as string}>
          <SelectValue className={styles.value as string}>{shown ? () => shown : undefined}</SelectValue>
          <ChevronDown aria-hidden />
        </Button>
      </Tooltip>
      <Popover className={popup.popup as string} offset={4}>
        <ListBox className={popup.list as string}>
          {groupsOf(choices).map(({ name, members }) =>
            name === undefined ? (
              members.map((choice) => <Item key={choice.id} choice={choice} />)
            ) : (
              <ListBoxSection key={name}>
                <Header className={popup.groupName as string}>{name}</Header>
                {members.map((choice) => (
                  <Item key={choice.id} choice={choice} />
                ))}
              </ListBoxSection>
            ),
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

function Item({ choice }: { choice: Choice }) {
  return (
    <ListBoxItem id={choice.id} textValue={choice.name} className={popup.item as string}>
      {choice.icon && <span className={popup.itemIcon}>{choice.icon}</span>}
      <span className={popup.itemName}>{choice.name}</span>
      {choice.help && <span className={styles.help}>{choice.help}</span>}
    </ListBoxItem>
  );
}

function groupsOf(choices: readonly Choice[]): { name: string | undefined; members: Choice[] }[] {
  const groups: { name: string | undefined; members: Choice[] }[] = [];
  for (const choice of choices) {
    const last = groups.at(-1);
    if (last && last.name === choice.group) last.members.push(choice);
    else groups.push({ name: choice.group, members: [choice] });
  }
  return groups;
}

export function Checkbox({ children, ...rest }: Omit<CheckboxProps, 'children'> & { children?: ReactNode }) {
  return (
    <AriaCheckbox {...rest} className={styles.checkbox as string}>
      {({ isIndeterminate }) => (
        <>
          <span className={styles.box} aria-hidden="true">
            {isIndeterminate ? <Minus /> : <Check />}
          </span>
          {children}
        </>
      )}
    </AriaCheckbox>
  );
}

type RadioGroupProps = {
  label: string;
  /** Null while nothing is chosen. */
  value: string | null;
  onChange(value: string): void;
  choices: Choice[];
};

export function RadioGroup({ label, value, onChange, choices }: RadioGroupProps) {
  return (
    <AriaRadioGroup
      aria-label={label}
      value={value}
      onChange={onChange}
      className={styles.radioGroup as string}
    >
      {choices.map((choice) => (
        <AriaRadio key={choice.id} value={choice.id} className={styles.radio as string}>
          <span className={styles.dot} aria-hidden="true" />
          <span className={styles.radioBody}>
            {choice.name}
            {choice.help && <span className={styles.radioHelp}>{choice.help}</span>}
          </span>
        </AriaRadio>
      ))}
    </AriaRadioGroup>
  );
}
