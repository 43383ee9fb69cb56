// An entity and a link are found by their keys alone: <generation>|<tenant>|<id>. What a constraint is backed by is the index.
CREATE CONSTRAINT entity_key IF NOT EXISTS FOR (e:Entity) REQUIRE e.key IS UNIQUE;
CREATE CONSTRAINT link_key IF NOT EXISTS FOR ()-[l:LINK]-() REQUIRE l.key IS UNIQUE;
CREATE CONSTRAINT projection_name IF NOT EXISTS FOR (p:Projection) REQUIRE p.name IS UNIQUE;
