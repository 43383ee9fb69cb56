import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { type Attributes, context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Config } from './config.ts';

type Trace = { traceId: string; spanId: string };

const local = new AsyncLocalStorage<Trace>();
let exporting = false;

/** Starts sending traces and metrics, each only when its OTLP variable is set. Resolves to what flushes and stops. */
export async function startTelemetry(
  processName: string,
  config: Config,
): Promise<{ stop(): Promise<void> }> {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: tracesUrl, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: metricsUrl } =
    config;
  const stops: (() => Promise<void>)[] = [];
  if (!tracesUrl && !metricsUrl) return { stop: async () => {} };

  // Loaded only when used: without telemetry a process does not pay for it in memory.
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const headers = headersOf(config.OTEL_EXPORTER_OTLP_HEADERS ?? '');
  const resource = resourceFromAttributes({
    'service.name': `summit-${processName}`,
    'service.version': '0.1.0',
  });
  if (tracesUrl) {
    const { BatchSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace');
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
    const { W3CTraceContextPropagator } = await import('@opentelemetry/core');
    const exporter = new OTLPTraceExporter({ url: tracesUrl, headers });
    const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(provider);
    exporting = true;
    stops.push(() => provider.shutdown());
  }
  if (metricsUrl) {
    const { exportMetrics } = await import('./metricsExport.ts');
    stops.push(await exportMetrics(metricsUrl, headers, resource));
  }
  return {
    stop: async () => {
      await Promise.allSettled(stops.map((stop) => stop()));
    },
  };
}

/** Reads `name=value,name=value`; values may be percent-encoded. */
const headersOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split(',')
      .map((pair) => pair.split('='))
      .filter(([name]) => name?.trim())
      .map(([name, ...value]) => [name!.trim(), decodeURIComponent(value.join('=').trim())]),
  );

/** Runs `fn` as one span; without exporting it only runs it. Attributes must not hold facts or secrets. */
export async function withSpan<T>(name: string, attributes: Attributes, fn: () => Promise<T>): Promise<T> {
  if (!exporting) return fn();
  return trace.getTracer('summit').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await fn();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as { code?: string }).code ?? 'error' });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Runs `fn` inside the caller's trace, or a new one when `traceparent` is absent or malformed. */
export function continueTrace<T>(traceparent: string | undefined, fn: () => T): T {
  const matched = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(traceparent ?? '');
  const valid = matched && !/^0+$/.test(matched[1]!) && !/^0+$/.test(matched[2]!);
  const traceId = valid ? matched[1]! : randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  const run = () => local.run({ traceId, spanId }, fn);
  if (!exporting) return run();
  return context.with(propagation.extract(context.active(), valid ? { traceparent } : {}), run);
}

/** The ids of the trace this code runs in, for logs; empty outside of one. */
export function currentTrace(): Trace | undefined {
  const span = exporting ? trace.getActiveSpan()?.spanContext() : undefined;
  return span ? { traceId: span.traceId, spanId: span.spanId } : local.getStore();
}

/** The W3C header for calls to other processes. */
export function traceparent(): string | undefined {
  const current = currentTrace();
  return current ? `00-${current.traceId}-${current.spanId}-01` : undefined;
}
