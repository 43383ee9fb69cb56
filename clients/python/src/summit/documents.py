"""The GraphQL documents that the client sends. tests/test_documents.py checks each against the committed schema."""

_ENTITY = "id schema caption aliases recordCount marking countries firstSeen lastSeen linkTotal"
_LINK = """
  id type label directed reference validFrom validTo
  dataset { key title }
  properties { name values }
"""

SEARCH = """
query Search($query: String!, $filter: SearchFilter, $first: Int!, $after: String) {
  search(query: $query, filter: $filter, first: $first, after: $after) {
    hits { score entity { %s } matches { property value how } }
    facets { name exact values { value label count } }
    bounded { complete reason shown total totalIsExact }
    pageInfo { hasNextPage endCursor }
    notes
  }
}
""" % _ENTITY

SEARCH_AT = SEARCH.replace("query Search(", "query SearchAt($time: DateTime, $position: Position, ").replace(
    "{\n  search(", "{ at(time: $time, position: $position) {\n  search(", 1).rstrip() + " }\n"

_ENTITY_BODY = """
    %s
    datasets { key title reliability }
    linkCounts { type label direction reference count }
    facts {
      property label type value conflicting validFrom validTo
      refuted { reason }
      sources { dataset { key title } record { id } sourceRef { importId row line } }
    }
""" % _ENTITY

ENTITY = "query Entity($id: ID!) { entity(id: $id) { %s } }" % _ENTITY_BODY
ENTITY_AT = """query EntityAt($id: ID!, $time: DateTime, $position: Position) {
  at(time: $time, position: $position) { entity(id: $id) { %s } }
}""" % _ENTITY_BODY

EXPAND = """
query Expand($id: ID!, $type: String, $direction: Direction!, $reference: Boolean, $neighbourSchema: String,
             $first: Int!, $after: String) {
  entity(id: $id) {
    links(type: $type, direction: $direction, reference: $reference, neighbourSchema: $neighbourSchema,
          first: $first, after: $after) {
      edges { node { id direction relationship { %s } neighbour { %s } } }
      pageInfo { hasNextPage endCursor }
      bounded { complete reason shown total totalIsExact }
    }
  }
}
""" % (_LINK, _ENTITY)

PATHS = """
query Paths($input: PathsInput!) {
  paths(input: $input) {
    paths { hops entityIds links { type label source target relationshipIds directed } }
    entities { %s }
    bounded { complete reason shown total totalIsExact }
    servedBy
    position
  }
}
""" % _ENTITY

IMPORT = """
query Import($id: ID!) {
  import(id: $id) {
    id state result warnings isPreview
    error { code message }
    progress { rows rowsPerSecond etaSeconds bytesRead bytesTotal rejects slowedBy }
  }
}
"""

UNDO_IMPORT = "mutation UndoImport($input: ImportActInput!) { undoImport(input: $input) { import { id state } } }"

ALL = [SEARCH, SEARCH_AT, ENTITY, ENTITY_AT, EXPAND, PATHS, IMPORT, UNDO_IMPORT]
