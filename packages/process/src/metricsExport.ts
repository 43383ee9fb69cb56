import { metrics as api } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { registry } from './metrics.ts';

/** Sends the Prometheus registry's counters and gauges over OTLP every 30 s; resolves to what stops it. */
export async function exportMetrics(
  url: string,
  headers: Record<string, string>,
  resource: Resource,
): Promise<() => Promise<void>> {
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url, headers }),
    exportIntervalMillis: 30_000,
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  api.setGlobalMeterProvider(provider);
  const meter = provider.getMeter('summit');
  // The registry is the truth: each metric is declared once, there, and observed from it here.
  for (const { name, help, type } of await registry.getMetricsAsJSON()) {
    if (String(type) === 'histogram' || String(type) === 'summary') continue;
    const instrument =
      String(type) === 'counter'
        ? meter.createObservableCounter(name, { description: help })
        : meter.createObservableGauge(name, { description: help });
    instrument.addCallback(async (result) => {
      const metric = await registry.getSingleMetric(name)?.get();
      for (const { value, labels } of metric?.values ?? []) {
        result.observe(value, labels as Record<string, string>);
      }
    });
  }
  return () => provider.shutdown();
}
