// An entity and a link are found by their keys alone: <generation>|<tenant>|<id>. What a constraint is backed by is the index.
CREATE CONSTRAINT entity_key IF NOT EXISTS FOR (e:Entity) REQUIRE e.key IS UNIQUE;
// Not unique: a constraint cost a quarter of the work of creating a link, and of one that stands twice verify and patrol know.
CREATE INDEX link_key IF NOT EXISTS FOR ()-[l:LINK]-() ON (l.key);
CREATE CONSTRAINT projection_name IF NOT EXISTS FOR (p:Projection) REQUIRE p.name IS UNIQUE;
