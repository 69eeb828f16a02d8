package io.meltemi.pilot.push;

import io.meltemi.model.config.AccessLogFile;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.listener.Observability.Tracing;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a proxy says of itself in its spans. Thread-safe: stateless.
final class ObservabilityScope {
    private ObservabilityScope() {}

    /// @param mesh what is written; the control plane's own settings hold where it says nothing
    static Observability of(PilotSettings settings, MeshConfig mesh, ProxyNode node) {
        return new Observability(
                settings.telemetry(),
                mesh.accessLog().or(() -> settings.accessLogPath().map(AccessLogFile::json)),
                settings.tracing() && mesh.tracing().enabled()
                        ? Optional.of(tracing(settings, mesh, node))
                        : Optional.empty());
    }

    private static Tracing tracing(PilotSettings settings, MeshConfig mesh, ProxyNode node) {
        SortedMap<String, String> tags = new TreeMap<>();
        tags.put("istio.canonical_service", node.app());
        tags.put("istio.canonical_revision", node.version());
        tags.put("istio.namespace", node.namespace());
        return new Tracing(
                mesh.tracing().samplingPercent().orElse(settings.tracingSamplingPercent()),
                node.app() + "." + node.namespace(),
                tags,
                // Istio: only gateways, whose callers send no span of their own.
                node.type() == ProxyNode.Type.ROUTER);
    }
}
