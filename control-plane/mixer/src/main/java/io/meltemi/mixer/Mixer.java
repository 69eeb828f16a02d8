package io.meltemi.mixer;

import io.grpc.BindableService;
import io.meltemi.base.time.Ticker;
import io.meltemi.mixer.otlp.ApplicationMetrics;
import io.meltemi.mixer.otlp.MetricsAdapter;
import io.meltemi.mixer.otlp.TraceAdapter;
import io.meltemi.mixer.otlp.TraceWindow;
import io.meltemi.mixer.quota.Quotas;
import io.meltemi.mixer.quota.RateLimitAdapter;
import io.meltemi.mixer.telemetry.AccessLogAdapter;
import io.meltemi.mixer.telemetry.StandardMetrics;
import io.meltemi.model.config.RateLimit;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/// Usage policies and telemetry in one: quota asked by proxies, access logs and OpenTelemetry in,
/// Prometheus out. Thread-safe.
public final class Mixer {
    private final Quotas quotas;
    private final AccessLogAdapter accessLogs;
    private final ApplicationMetrics applicationMetrics = new ApplicationMetrics();
    private final TraceWindow traces = new TraceWindow();

    /// @param registry where the metrics it makes are scraped from
    public Mixer(PrometheusRegistry registry, Ticker ticker) {
        quotas = new Quotas(ticker);
        accessLogs = new AccessLogAdapter(new StandardMetrics(registry));
        registry.register(applicationMetrics);
    }

    /// Puts another mesh in force: its limits, and who has which address.
    public void publish(MeshSnapshot mesh) {
        quotas.configure(mesh.config().all(RateLimit.class));
        accessLogs.services(mesh.services());
    }

    /// What it answers on the mesh's secured port.
    public List<BindableService> services() {
        return List.of(
                new RateLimitAdapter(quotas),
                accessLogs,
                new MetricsAdapter(applicationMetrics),
                new TraceAdapter(traces));
    }

    public ApplicationMetrics applicationMetrics() {
        return applicationMetrics;
    }

    /// The last traces.
    public TraceWindow traces() {
        return traces;
    }
}
