import { readable } from '../../entity/entityTypes.ts';
import { ANY, type labelsOf } from '../../entity/propertyLabels.ts';

/** 'VALUE_NOT_UNDERSTOOD (14): birthDate (date): soon' → 'Value not understood, 14 times: Birth date (date): soon'. */
export function remark(warning: string, labels: ReturnType<typeof labelsOf>): string {
  const match = /^([A-Z_]+) \((\d+)\): ([\s\S]*)$/.exec(warning);
  if (!match) return warning;
  const [, code = '', times = '', details = ''] = match;
  // Each detail of a value begins with the property, as the mapping writes it.
  const said =
    code === 'VALUE_NOT_UNDERSTOOD'
      ? details.replace(
          /(^|; )([\w-]+)(?= \([a-z]+\): )/g,
          (_, before: string, name: string) => before + labels(name, ANY),
        )
      : details;
  return `${readable(code)}, ${times === '1' ? 'once' : `${times} times`}: ${said}`;
}
