package io.meltemi.cli;

import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.RefusedResource;
import java.util.ArrayList;
import java.util.List;

/// Which proxies have what a version of the configuration brought. Immutable.
///
/// @param proxies how many are connected
/// @param waiting those that still need something of it, and how far they are
/// @param refused those that do not want something that came with it, and why
record Acknowledgement(int proxies, List<String> waiting, List<String> refused) {
    Acknowledgement {
        waiting = List.copyOf(waiting);
        refused = List.copyOf(refused);
    }

    /// @param version of the configuration
    static Acknowledgement of(List<ProxyStatus> proxies, long version) {
        List<String> waiting = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (ProxyStatus proxy : proxies) {
            if (proxy.getSettledConfig() < version) {
                waiting.add(waiting(proxy));
            } else {
                List<RefusedResource> with = with(proxy, version);
                if (!with.isEmpty()) {
                    refused.add(refused(proxy, with.getFirst(), with.size()));
                }
            }
        }
        return new Acknowledgement(proxies.size(), waiting, refused);
    }

    /// Those that came with a change that this version was part of.
    private static List<RefusedResource> with(ProxyStatus proxy, long version) {
        return proxy.getRefusedList().stream()
                .filter(r -> r.getAfterConfig() < version && version <= r.getConfig())
                .toList();
    }

    private static String waiting(ProxyStatus proxy) {
        String far =
                proxy.getSettledConfig() == 0
                        ? "has not settled yet"
                        : "is at configuration " + proxy.getSettledConfig();
        String said =
                proxy.getTypesMap().values().stream()
                        .map(type -> type.getRefusal())
                        .filter(refusal -> !refusal.isEmpty())
                        .findFirst()
                        .map(refusal -> "; it said: " + refusal)
                        .orElse("");
        return ProxyStatusText.name(proxy) + " " + far + said;
    }

    private static String refused(ProxyStatus proxy, RefusedResource one, int all) {
        return "%s refused %s %s%s: %s"
                .formatted(
                        ProxyStatusText.name(proxy),
                        one.getType().toLowerCase(java.util.Locale.ROOT),
                        one.getName(),
                        all > 1 ? " and " + (all - 1) + " more" : "",
                        one.getReason());
    }

    /// How many have it.
    int acknowledged() {
        return proxies - waiting.size() - refused.size();
    }

    /// As people read it, e.g. `3/4`.
    String ratio() {
        return acknowledged() + "/" + proxies;
    }
}
