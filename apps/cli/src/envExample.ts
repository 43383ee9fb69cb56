import { type Variable, type VariableName, variableNames, variables } from '@summit/process/variables';

/** The text of `.env.example`, from the one table. Every value is empty: an empty variable takes its default. */
export function envExample(): string {
  const groups = Map.groupBy(
    variableNames.filter((name) => !(variables[name] as Variable).internal),
    (name) => variables[name].group,
  );
  const head = [
    '# Settings of this Summit. An empty variable takes its default; a variable of the environment wins over this file.',
    '# `make bootstrap` makes .env from this and fills the empty secrets.',
  ];
  const sections = [...groups].map(([group, names]) => [`\n# --- ${group}`, ...names.map(entry)].join('\n'));
  return `${[...head, ...sections].join('\n')}\n`;
}

function entry(name: VariableName): string {
  const variable: Variable = variables[name];
  const shown = Array.isArray(variable.default) ? variable.default.join(',') : variable.default;
  const suffix = shown === undefined || shown === '' || variable.later ? '' : ` (default ${shown})`;
  return `# ${variable.help}${suffix}\n${name}=`;
}

if (import.meta.main) process.stdout.write(envExample());
