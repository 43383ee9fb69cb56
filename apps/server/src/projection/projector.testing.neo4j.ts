import { Database } from '../database/database.ts';
import { projector } from './neo4j.testing.neo4j.ts';
import { Neo4jStore } from './store.neo4j.ts';

// A worker's projector as a process of its own, to be killed: DATABASE URL USER PASSWORD
const [url, uri, user, password] = process.argv.slice(2) as [string, string, string, string];
const db = new Database({ url, applicationName: 'projector' });
await projector(db, new Neo4jStore({ uri, user, password })).run();
process.stdout.write('running\n');
