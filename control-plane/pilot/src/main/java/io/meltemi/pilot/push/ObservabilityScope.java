package io.meltemi.pilot.push;

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

    static Observability of(PilotSettings settings, ProxyNode node) {
        return new Observability(
                settings.telemetry(),
                settings.accessLogPath(),
                settings.tracing() ? Optional.of(tracing(settings, node)) : Optional.empty());
    }

    private static Tracing tracing(PilotSettings settings, ProxyNode node) {
        SortedMap<String, String> tags = new TreeMap<>();
        tags.put("istio.canonical_service", node.app());
        tags.put("istio.canonical_revision", node.version());
        tags.put("istio.namespace", node.namespace());
        return new Tracing(
                settings.tracingSamplingPercent(),
                node.app() + "." + node.namespace(),
                tags,
                // Istio: only gateways, whose callers send no span of their own.
                node.type() == ProxyNode.Type.ROUTER);
    }
}
