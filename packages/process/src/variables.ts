/**
 * The one table of environment variables. `.env.example`, defaults, parsing, error texts and documentation all come
 * from it. An empty variable counts as unset.
 */
export type Kind =
  | 'text'
  | 'secret'
  | 'hexKey'
  | 'integer'
  | 'port'
  | 'flag'
  | 'url'
  | 'list'
  | 'path'
  | 'choice';

export type Variable = {
  kind: Kind;
  /** One line for people who edit `.env`. */
  help: string;
  default?: string | number | boolean | readonly string[];
  choices?: readonly string[];
  /** Of an address: how it may begin. */
  schemes?: readonly string[];
  /** Smallest and largest accepted integer. */
  min?: number;
  max?: number;
  /** Never logged, passed only to the processes that need it. `kind: 'secret' | 'hexKey'` imply it. */
  secret?: boolean;
  /** Made by `make bootstrap` when empty. */
  generated?: boolean;
  /** Set by the supervisor for its children; not for `.env`. */
  internal?: boolean;
  /** Belongs to a later version: any value (for a flag: true) is refused. */
  later?: boolean;
  group: string;
};

const place = 'Where and how';
const doors = 'Doors and ports';
const database = 'Database';
const secrets = 'Secrets (empty ones are filled by make bootstrap)';
const identity = 'Identity';
const limits = 'Limits';
const telemetry = 'Logs and telemetry';
const stores = 'Other stores (each is used when it is set)';
const later = 'Later versions (refused when set)';

export const variables = {
  SUMMIT_MODE: {
    group: place,
    kind: 'choice',
    choices: ['embedded'],
    help: 'How the parts run. This version knows only embedded: everything on this machine, no Docker.',
  },
  SUMMIT_HOME: {
    group: place,
    kind: 'path',
    default: '.summit',
    help: 'Folder of data, logs and run state; relative to the clone.',
  },
  SUMMIT_PUBLIC_URL: {
    group: place,
    kind: 'url',
    help: 'Address people type into the browser (default http://localhost:UI_PORT).',
  },
  NODE_ENV: {
    group: place,
    kind: 'choice',
    choices: ['development', 'test', 'production'],
    default: 'development',
    help: 'production refuses weak settings and the embedded database.',
  },

  SUMMIT_SHARED_DATA: {
    group: place,
    kind: 'path',
    default: '../shared/data',
    internal: true,
    help: 'Folder of reference files for measurements and the last check of CI.',
  },
  SUMMIT_DEV_TARGET: {
    group: place,
    kind: 'url',
    internal: true,
    help: 'Running Summit that the development server of the web pages passes requests to.',
  },
  SUMMIT_BIND: {
    group: doors,
    kind: 'list',
    default: ['127.0.0.1', '::1'],
    help: 'Addresses the two doors listen on. Anything but loopback needs OIDC_ISSUER.',
  },
  SUMMIT_HOSTS: {
    group: doors,
    kind: 'list',
    default: [],
    help: 'Host names accepted besides localhost and the one in SUMMIT_PUBLIC_URL.',
  },
  UI_PORT: { group: doors, kind: 'port', default: 3000, help: 'Door for browsers.' },
  GATEWAY_PORT: { group: doors, kind: 'port', default: 8080, help: 'Door for programs.' },
  SERVER_PORT: {
    group: doors,
    kind: 'port',
    default: 4000,
    help: 'Internal: the server behind the gateway.',
  },
  GATEWAY_METRICS_PORT: {
    group: doors,
    kind: 'port',
    default: 9464,
    help: 'Internal: Prometheus metrics of the gateway.',
  },
  SERVER_METRICS_PORT: {
    group: doors,
    kind: 'port',
    default: 9465,
    help: 'Internal: Prometheus metrics of the server.',
  },
  WORKER_METRICS_PORT: {
    group: doors,
    kind: 'port',
    default: 9466,
    help: 'Internal: Prometheus metrics of the worker.',
  },
  ALLOWED_ORIGINS: {
    group: doors,
    kind: 'list',
    default: [],
    help: 'Exact origins of other web pages that may call the door for programs.',
  },
  TLS_KEY_PATH: { group: doors, kind: 'path', help: 'Private key file (PEM); both doors then speak TLS.' },
  TLS_CERT_PATH: { group: doors, kind: 'path', help: 'Certificate chain file (PEM) for TLS_KEY_PATH.' },

  POSTGRES_PORT: { group: database, kind: 'port', default: 54329, help: 'Port of the embedded database.' },
  DATABASE_URL: {
    group: database,
    kind: 'url',
    schemes: ['postgres:', 'postgresql:'],
    secret: true,
    help: 'Login that serves (owns nothing), in a Postgres 15 to 18 of yours. Empty: `make up` brings its own database.',
  },
  DATABASE_OWNER_URL: {
    group: database,
    kind: 'url',
    schemes: ['postgres:', 'postgresql:'],
    secret: true,
    help: 'Login that owns that database, migrates and administers. Set it where DATABASE_URL is set.',
  },
  PG_WRITE_POOL_SIZE: {
    group: database,
    kind: 'integer',
    min: 1,
    max: 200,
    default: 8,
    help: 'Connections for writes, of the server and of the worker each.',
  },
  PG_READ_POOL_SIZE: {
    group: database,
    kind: 'integer',
    min: 1,
    max: 200,
    default: 8,
    help: 'Connections for reads, of the server and of the worker each.',
  },
  PG_MAX_LIFETIME_MS: {
    group: database,
    kind: 'integer',
    min: 1000,
    default: 1_800_000,
    help: 'Age at which a database connection is replaced, in milliseconds.',
  },

  JWT_SECRET: {
    group: secrets,
    kind: 'secret',
    generated: true,
    help: 'Seed of the signing keys; only the gateway holds it.',
  },
  JWT_REFRESH_SECRET: {
    group: secrets,
    kind: 'secret',
    generated: true,
    help: 'Not used yet: this version stores no refresh tokens.',
  },
  SESSION_SECRET: {
    group: secrets,
    kind: 'secret',
    generated: true,
    help: 'Key under which sessions are stored.',
  },
  ENCRYPTION_KEY: {
    group: secrets,
    kind: 'hexKey',
    generated: true,
    help: 'Key under which positions and page cursors leave the server; 64 hexadecimal digits.',
  },
  INTERNAL_PUBLIC_KEY: {
    group: secrets,
    kind: 'text',
    internal: true,
    help: 'Public key of the internal identity, derived from JWT_SECRET.',
  },

  OIDC_ISSUER: {
    group: identity,
    kind: 'url',
    help: 'Your identity provider. Empty: a trial on loopback with the embedded provider.',
  },
  OIDC_CLIENT_ID: { group: identity, kind: 'text', help: 'Client that your provider knows Summit by.' },
  OIDC_CLIENT_SECRET: { group: identity, kind: 'text', secret: true, help: 'Secret of that client.' },
  OIDC_SCOPES: {
    group: identity,
    kind: 'text',
    default: 'openid profile email',
    help: 'Scopes asked for at sign-in.',
  },

  RATE_LIMIT_MAX: {
    group: limits,
    kind: 'integer',
    min: 1,
    default: 6000,
    help: 'Requests per caller and window at the gateway.',
  },
  RATE_LIMIT_WINDOW_MS: {
    group: limits,
    kind: 'integer',
    min: 1000,
    default: 60_000,
    help: 'Length of that window in milliseconds.',
  },
  BACKGROUND_RATE_LIMIT_MAX_REQUESTS: {
    group: limits,
    kind: 'integer',
    min: 1,
    default: 600,
    help: 'Imports, exports and jobs per caller and window.',
  },
  AI_RATE_LIMIT_MAX_REQUESTS: {
    group: limits,
    kind: 'integer',
    min: 1,
    default: 60,
    help: 'Calls to AI features per caller and window; none exist in this version.',
  },
  IMPORT_MAX_BYTES: {
    group: limits,
    kind: 'integer',
    min: 1024,
    default: 10_737_418_240,
    help: 'Largest file accepted for import, in bytes.',
  },
  BLOB_QUOTA_BYTES: {
    group: limits,
    kind: 'integer',
    min: 1024,
    default: 53_687_091_200,
    help: 'Room for original files under SUMMIT_HOME, in bytes.',
  },
  GRAPHQL_INTROSPECTION: {
    group: limits,
    kind: 'flag',
    help: 'Allow introspection (default: only outside production).',
  },

  LOG_LEVEL: {
    group: telemetry,
    kind: 'choice',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
    default: 'info',
    help: 'Least severity that is logged.',
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    group: telemetry,
    kind: 'url',
    help: 'OTLP/HTTP address for traces; empty sends none.',
  },
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: {
    group: telemetry,
    kind: 'url',
    help: 'OTLP/HTTP address for metrics; empty sends none.',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    group: telemetry,
    kind: 'text',
    secret: true,
    help: 'Headers for the collector: name=value,name=value.',
  },

  DATABASE_READ_REPLICAS: {
    group: stores,
    kind: 'list',
    secret: true,
    help: 'Streaming replicas that answer reads, comma-separated addresses as DATABASE_URL.',
  },
  NEO4J_URI: {
    group: stores,
    kind: 'url',
    schemes: ['bolt:', 'bolt+s:', 'neo4j:', 'neo4j+s:'],
    help: 'Graph store, a projection: bolt://, bolt+s://, neo4j:// or neo4j+s://. Empty: Postgres answers.',
  },
  NEO4J_USER: { group: stores, kind: 'text', default: 'neo4j', help: 'Login of the graph store.' },
  NEO4J_PASSWORD: {
    group: stores,
    kind: 'text',
    secret: true,
    help: 'Password of the graph store. Needed where NEO4J_URI is set.',
  },
  REDIS_URL: {
    group: stores,
    kind: 'url',
    schemes: ['redis:', 'rediss:'],
    secret: true,
    help: 'Shared limits and cache: redis:// or rediss://. Empty: each process keeps its own.',
  },
  REDIS_HOST: { group: stores, kind: 'text', help: 'Its host, instead of REDIS_URL.' },
  REDIS_PORT: { group: stores, kind: 'port', help: 'Port of REDIS_HOST (6379 when empty).' },
  REDIS_PASSWORD: {
    group: stores,
    kind: 'text',
    secret: true,
    help: 'Password of REDIS_HOST.',
  },
  REDIS_TLS: { group: stores, kind: 'flag', help: 'Speak TLS to REDIS_HOST.' },
  CACHE_STRATEGY: {
    group: stores,
    kind: 'choice',
    choices: ['none', 'redis'],
    help: 'Where answers to heavy reads are kept; empty: redis where Redis is configured, else none.',
  },
  KAFKA_ENABLED: {
    group: stores,
    kind: 'flag',
    default: false,
    help: 'Publish changes to Kafka, and take facts in from it.',
  },
  KAFKA_BROKERS: {
    group: stores,
    kind: 'list',
    help: 'Its brokers, host:port, comma-separated.',
  },
  KAFKA_TOPIC_PREFIX: {
    group: stores,
    kind: 'text',
    default: 'summit',
    help: 'How the names of its topics begin.',
  },
  KAFKA_TLS: { group: stores, kind: 'flag', default: false, help: 'Speak TLS to the brokers.' },
  KAFKA_SASL_MECHANISM: {
    group: stores,
    kind: 'choice',
    choices: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
    help: 'How the login below is proved to the brokers; empty: no login.',
  },
  KAFKA_SASL_USERNAME: { group: stores, kind: 'text', help: 'Login at the brokers.' },
  KAFKA_SASL_PASSWORD: {
    group: stores,
    kind: 'text',
    secret: true,
    help: 'Password of that login.',
  },
  STORE_CA_PATH: {
    group: stores,
    kind: 'path',
    help: 'Certificates (PEM) of a private authority that Neo4j, Redis and Kafka are checked by.',
  },

  AI_ENABLED: { group: later, kind: 'flag', later: true, default: false, help: 'AI features.' },
  MAESTRO_MCP_ENABLED: {
    group: later,
    kind: 'flag',
    later: true,
    default: false,
    help: 'Agent tools over MCP.',
  },
  MAESTRO_PIPELINES_ENABLED: { group: later, kind: 'flag', later: true, default: false, help: 'Pipelines.' },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof variables;

export const variableNames = Object.keys(variables) as VariableName[];

export const isSecret = (name: VariableName): boolean => {
  const variable: Variable = variables[name];
  return variable.kind === 'secret' || variable.kind === 'hexKey' || variable.secret === true;
};
