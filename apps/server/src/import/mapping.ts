/** FollowTheMoney's mapping, with the file that is being imported in place of `csv_url`. */
export interface Mapping {
  queries: MappingQuery[];
}
export interface MappingQuery {
  entities: Record<string, unknown>;
}
