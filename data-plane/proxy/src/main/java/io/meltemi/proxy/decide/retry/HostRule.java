package io.meltemi.proxy.decide.retry;

import java.util.Map;

/// An endpoint a retry does not want (`retry_host_predicate`), beside those tried before.
/// Immutable.
///
/// @param unwanted what an endpoint's `envoy.lb` metadata has that is not wanted, all of it
public record HostRule(Map<String, Object> unwanted) {
    /// Envoy's `omit_canary_hosts`.
    public static final HostRule CANARY = new HostRule(Map.of("canary", true));

    public HostRule {
        unwanted = Map.copyOf(unwanted);
    }

    public boolean rejects(Map<String, Object> metadata) {
        for (Map.Entry<String, Object> each : unwanted.entrySet()) {
            if (!each.getValue().equals(metadata.get(each.getKey()))) {
                return false;
            }
        }
        return !unwanted.isEmpty();
    }
}
