import type { Ontology, Schema } from '../ontology/ontology.ts';
import type { ExportedLink, ExportedRecord, ExportWriter, Losses } from './export.ts';

/**
 * FollowTheMoney entities, one a line. Ids are Summit's, in the ends of links too. What the model has no schema for leaves as
 * Thing or UnknownLink, what it has no property for is counted as lost.
 */
export function ftmWriter(ontology: Ontology, losses: Losses): ExportWriter {
  const known = (name: string): Schema | undefined => {
    const schema = ontology.schema(name);
    return schema?.origin === 'followthemoney' && !schema.abstract ? schema : undefined;
  };
  const fitting = (schema: Schema, props: Record<string, string[]>): Record<string, string[]> => {
    const fit: Record<string, string[]> = {};
    for (const [name, values] of Object.entries(props)) {
      const property = schema.allProperties.get(name);
      if (property && !property.stub) fit[name] = values;
      else losses.add('values of properties that FollowTheMoney does not have', values.length);
    }
    return fit;
  };
  const common = (
    { marking, sourceRef, validFrom, validTo }: ExportedRecord | ExportedLink,
    schema: Schema,
  ): void => {
    if (marking > 0) losses.add('markings');
    if (sourceRef) losses.add('places in the original file');
    if ((validFrom || validTo) && !schema.temporal) losses.add('valid times');
  };
  const line = (entity: object): string => `${JSON.stringify(entity)}\n`;
  return {
    contentType: 'application/x-ndjson; charset=utf-8',
    extension: 'ftm.ndjson',
    head: () => '',
    record(record: ExportedRecord): string {
      let schema = known(record.schema);
      if (!schema || schema.edge) {
        losses.add('types of things that FollowTheMoney does not have, written as Thing');
        schema = ontology.schema('Thing')!;
      }
      common(record, schema);
      losses.addRefuted(record);
      if (record.entity !== record.id) losses.add('judgements that records are the same');
      const properties = { ...fitting(schema, record.props) };
      for (const [name, ids] of Object.entries(record.references)) {
        if (schema.references.includes(name)) properties[name] = ids;
      }
      if (!properties.name && schema.allProperties.has('name') && schema.name === 'Thing')
        properties.name = [record.caption];
      return line({
        id: record.id,
        caption: record.caption,
        schema: schema.name,
        properties,
        datasets: [record.dataset],
      });
    },
    link(link: ExportedLink): string {
      // A reference stands in the property from which it was derived.
      if (link.reference) {
        const schema = ontology.schema(link.type.slice(0, link.type.indexOf(':')));
        if (schema?.origin !== 'followthemoney')
          losses.add('references between types that FollowTheMoney does not have');
        return '';
      }
      let schema = known(link.type);
      let properties: Record<string, string[]>;
      if (schema?.edge) {
        properties = { ...fitting(schema, link.props) };
      } else {
        losses.add('types of links that FollowTheMoney does not have, written as UnknownLink');
        schema = ontology.schema('UnknownLink')!;
        properties = { ...fitting(schema, link.props), role: [link.type] };
      }
      common(link, schema);
      properties[schema.edge!.source] = [link.source];
      properties[schema.edge!.target] = [link.target];
      return line({ id: link.id, schema: schema.name, properties, datasets: [link.dataset] });
    },
    foot: () => '',
  };
}
